using System.Text;

namespace TileProof.HwModel.Device;

/// <summary>What one run of a device program left behind.</summary>
public sealed class DeviceRun
{
    private readonly byte[] text;
    private readonly uint[] words;

    internal DeviceRun(DeviceSession session, DeviceEvent[] events, uint[][] stacks, byte[] text, uint[] words)
    {
        Session = session;
        Events = events;
        Stacks = stacks;
        this.text = text;
        this.words = words;
    }

    /// <summary>What ended the program; <see cref="DeviceFaultKind.None"/> when it returned.</summary>
    public DeviceFaultKind Fault => (DeviceFaultKind)words[DeviceLayout.Fault];

    /// <summary>The signal, the exit status, the channel or the megabytes.</summary>
    public int FaultDetail => (int)words[DeviceLayout.FaultDetail];

    /// <summary>The address of a bad access.</summary>
    public uint FaultAddress => words[DeviceLayout.FaultAddress];

    /// <summary>The text of an assertion.</summary>
    public string FaultText => TextAt((int)words[DeviceLayout.FaultText] - 1);

    /// <summary>What the entry returned; 0 is success.</summary>
    public int Status => (int)words[DeviceLayout.Status];

    /// <summary>The output as it lay in memory when the entry returned.</summary>
    public byte[] OutputAtReturn { get; init; } = [];

    /// <summary>The output after everything that was under way had landed.</summary>
    public byte[] OutputAfterLanding { get; init; } = [];

    /// <summary>Transfers that were under way when the entry returned.</summary>
    public int OutstandingAtReturn => (int)words[DeviceLayout.Outstanding];

    /// <summary>The deepest ring that the program set up; 0 for none.</summary>
    public int RingDepth => (int)words[DeviceLayout.RingUsed];

    /// <summary>Accesses of the program that were checked.</summary>
    public long CheckCount => words[DeviceLayout.ChecksLow] | ((long)words[DeviceLayout.ChecksHigh] << 32);

    /// <summary>Microseconds from the call of the entry to its return.</summary>
    public long Microseconds => words[DeviceLayout.Microseconds];

    /// <summary>Where the fault happened; null where no line of the user's is known.</summary>
    /// <remarks>A time limit may end a program inside our runtime, before that has a frame of its own: the last event then says who called it.</remarks>
    public SourceOrigin? FaultOrigin
    {
        get
        {
            bool isInsideRuntime = Fault == DeviceFaultKind.TimeLimit && (StackOf(FaultStack) is not [var pc, ..] || Session.Build.Resolve([[pc]])[0] is null);
            return (isInsideRuntime && Events.Length > 0 ? OriginOf(Events[^1].Stack) : null) ?? OriginOf(FaultStack);
        }
    }

    /// <summary>Whether another run did the same in the same order: transfers, waits, fills, kernels and accesses.</summary>
    /// <remarks>Queries are left out: how often one is asked may depend on when transfers land.</remarks>
    public bool DoesTheSameAs(DeviceRun other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Events.Where(static e => e.Kind != DeviceEventKind.Poll).SequenceEqual(other.Events.Where(static e => e.Kind != DeviceEventKind.Poll));
    }

    internal DeviceSession Session { get; }

    internal DeviceEvent[] Events { get; }

    internal uint[][] Stacks { get; }

    private int FaultStack => (int)words[DeviceLayout.FaultStack];

    private uint[] StackOf(int number) => number > 0 && number < Stacks.Length ? Stacks[number] : [];

    private SourceOrigin? OriginOf(int number) => StackOf(number) is { Length: > 0 } stack ? Session.Build.Resolve([stack])[0] : null;

    /// <summary>A name in the text of the run.</summary>
    internal string TextAt(int offset)
    {
        if (offset < 0 || offset >= text.Length)
        {
            return "";
        }

        int end = Array.IndexOf(text, (byte)0, offset);
        return Encoding.UTF8.GetString(text, offset, (end < 0 ? text.Length : end) - offset);
    }
}
