using System.IO.MemoryMappedFiles;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Device;

/// <summary>A built program with the tensors of one call: it runs the call as often as it is asked to, each time from the same state.</summary>
public sealed class DeviceSession : IDisposable
{
    private const int EventCapacity = 1 << 20;
    private const int StackCapacity = 1 << 15;
    private const int TextBytes = 1 << 20;

    private readonly DspConfiguration machine;
    private readonly Layout layout;
    private readonly uint[] addresses;
    private readonly DeviceHost host;
    private readonly bool ownsHost;
    private readonly MemoryMappedViewAccessor view;

    /// <summary>Puts the call into the memory of a host.</summary>
    /// <param name="build">The program.</param>
    /// <param name="call">The call.</param>
    /// <param name="machine">Banks, rings and poison.</param>
    /// <param name="host">Where it runs, until another session begins there; null for a host of its own.</param>
    /// <exception cref="HardwareFaultException">The tensors do not fit the memory of the simulated machine.</exception>
    /// <exception cref="IOException">No shared memory can be had.</exception>
    public DeviceSession(DeviceBuild build, DeviceCall call, DspConfiguration machine, DeviceHost? host = null)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(machine);
        Build = build;
        Call = call;
        this.machine = machine;
        addresses = Place(call, out uint systemBytes);
        layout = new Layout(systemBytes, (uint)call.Tensors[^1].Content.Length, build.Variables.Count);
        ownsHost = host is null;
        this.host = host ?? new DeviceHost();
        view = this.host.Begin(this, layout.TotalBytes);
        WriteConstants();
    }

    /// <summary>The program.</summary>
    public DeviceBuild Build { get; }

    /// <summary>The call.</summary>
    public DeviceCall Call { get; }

    /// <summary>The machine.</summary>
    public DspConfiguration Machine => machine;

    /// <summary>The address of each tensor.</summary>
    internal IReadOnlyList<uint> Addresses => addresses;

    /// <summary>Runs the call once.</summary>
    /// <exception cref="IOException">The process is gone.</exception>
    public DeviceRun Run(DeviceRunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        host.RequireCurrent(this);
        WriteRun(settings);
        host.Run(Build);
        return ReadRun();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (ownsHost)
        {
            host.Dispose();
        }
    }

    /// <summary>Every tensor begins at a cache line, with a line of nobody's bytes before the next.</summary>
    private static uint[] Place(DeviceCall call, out uint systemBytes)
    {
        var placed = new uint[call.Tensors.Length];
        long next = DeviceLayout.SystemBase + DeviceLayout.LineBytes;
        for (int i = 0; i < placed.Length; i++)
        {
            placed[i] = (uint)next;
            next += (((long)call.Tensors[i].Content.Length + DeviceLayout.LineBytes - 1) / DeviceLayout.LineBytes * DeviceLayout.LineBytes) + DeviceLayout.LineBytes;
            if (next > DeviceLayout.SystemVariableBase)
            {
                throw new HardwareFaultException($"{call.Layer}: the tensors take more than the {DeviceLayout.SystemVariableBase - DeviceLayout.SystemBase} bytes of system memory.");
            }
        }

        systemBytes = (uint)((next - DeviceLayout.SystemBase + DeviceLayout.PageBytes - 1) / DeviceLayout.PageBytes * DeviceLayout.PageBytes);
        return placed;
    }

    private void WriteConstants()
    {
        Word(0, DeviceLayout.Magic);
        Word(DeviceLayout.BankCount, (uint)machine.Banks.Count);
        for (int bank = 0; bank < machine.Banks.Count; bank++)
        {
            Word(DeviceLayout.BankBytes + bank, (uint)machine.Banks[bank]);
        }

        Word(DeviceLayout.CacheLine, (uint)machine.CacheLineBytes);
        Word(DeviceLayout.ChannelCount, (uint)machine.DmaChannelCount);
        Word(DeviceLayout.RingDepth, (uint)machine.RingDepth);
        Word(DeviceLayout.TimeLimit, (uint)Build.Program.TimeLimitMilliseconds);
        Word(DeviceLayout.EventsPage, Layout.EventsPage);
        Word(DeviceLayout.EventCapacity, EventCapacity);
        Word(DeviceLayout.StacksPage, Layout.StacksPage);
        Word(DeviceLayout.StackCapacity, StackCapacity);
        Word(DeviceLayout.TextPage, Layout.TextPage);
        Word(DeviceLayout.TextBytes, TextBytes);
        Word(DeviceLayout.ArrivalsPage, Layout.ArrivalsPage);
        Word(DeviceLayout.VariablesPage, Layout.VariablesPage);
        Word(DeviceLayout.VariableCount, (uint)Build.Variables.Count);
        // Without a cache the core sees memory itself.
        Word(DeviceLayout.CorePage, machine.HasDataCache ? layout.CorePage : layout.MemoryPage);
        Word(DeviceLayout.SystemBytes, layout.SystemBytes);
        Word(DeviceLayout.MemoryPage, layout.MemoryPage);
        Word(DeviceLayout.SnapshotPage, layout.SnapshotPage);
        Word(DeviceLayout.Entry, (uint)Call.Kind);
        Word(DeviceLayout.Output, addresses[^1]);
        Word(DeviceLayout.OutputBytes, (uint)Call.Tensors[^1].Content.Length);
        int[] parameters = Call.ParametersAt(addresses);
        for (int i = 0; i < parameters.Length; i++)
        {
            Word(DeviceLayout.Parameters + i, unchecked((uint)parameters[i]));
        }

        for (int i = 0; i < Call.TableRow.Length; i++)
        {
            Word(DeviceLayout.Parameters + DeviceLayout.TableRow - 1 + i, unchecked((uint)Call.TableRow[i]));
        }

        BankBytes tableBanks = Call.TableBanks ?? machine.Banks;
        for (int bank = 0; bank < 2; bank++)
        {
            Word(DeviceLayout.Parameters + DeviceLayout.TableBanks + bank, bank < tableBanks.Count ? (uint)tableBanks[bank] : 0);
        }

        for (int i = 0; i < Build.Variables.Count; i++)
        {
            view.Write(((long)Layout.VariablesPage * DeviceLayout.PageBytes) + (i * 8L), Build.Variables[i].Address);
            view.Write(((long)Layout.VariablesPage * DeviceLayout.PageBytes) + (i * 8L) + 4, Build.Variables[i].LengthBytes);
        }
    }

    private void WriteRun(DeviceRunSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Mends.Count, DeviceLayout.LargestMendCount);
        for (int i = 0; i < DeviceLayout.ResultWords; i++)
        {
            Word(DeviceLayout.ResultWord + i, 0);
        }

        Word(DeviceLayout.StackCount, 1);
        Word(DeviceLayout.Landing, settings.Landing switch
        {
            LandingKind.AtIssue => 0u,
            LandingKind.AtWait => 1u,
            LandingKind.Random => 2u,
            LandingKind.Modelled => 3u,
            _ => throw new ArgumentException($"Device programs do not land at {settings.Landing}.", nameof(settings)),
        });
        Word(DeviceLayout.Seed, (uint)settings.Seed);
        Word(DeviceLayout.RingMode, (uint)settings.RingMode);
        byte poison = settings.Poison ?? machine.PoisonByte;
        Word(DeviceLayout.Poison, poison);
        WriteArrivals(settings.Arrivals);
        Word(DeviceLayout.MendCount, (uint)settings.Mends.Count);
        for (int i = 0; i < settings.Mends.Count; i++)
        {
            Word(DeviceLayout.Mends + (2 * i), settings.Mends[i].Address);
            Word(DeviceLayout.Mends + (2 * i) + 1, (uint)settings.Mends[i].Channel);
        }

        byte[] gap = new byte[DeviceLayout.LineBytes];
        gap.AsSpan().Fill(poison);
        byte[] output = new byte[Call.Tensors[^1].Content.Length];
        output.AsSpan().Fill(poison);
        foreach (uint page in (uint[])[layout.CorePage, layout.MemoryPage])
        {
            long start = (long)page * DeviceLayout.PageBytes;
            view.WriteArray(start, gap, 0, gap.Length);
            for (int i = 0; i < addresses.Length; i++)
            {
                byte[] content = i == addresses.Length - 1 ? output : Call.Tensors[i].Content;
                long offset = start + (addresses[i] - DeviceLayout.SystemBase);
                view.WriteArray(offset, content, 0, content.Length);
                int behind = (DeviceLayout.LineBytes - (content.Length % DeviceLayout.LineBytes)) % DeviceLayout.LineBytes;
                view.WriteArray(offset + content.Length, gap, 0, behind);
                view.WriteArray(offset + content.Length + behind, gap, 0, gap.Length);
            }

            // An earlier call may have left bytes behind the last tensor.
            long end = addresses[^1] - DeviceLayout.SystemBase + (((long)output.Length + DeviceLayout.LineBytes - 1) / DeviceLayout.LineBytes * DeviceLayout.LineBytes) + DeviceLayout.LineBytes;
            var rest = new byte[layout.SystemBytes - end];
            view.WriteArray(start + end, rest, 0, rest.Length);
        }
    }

    private void WriteArrivals(IReadOnlyList<int> arrivals)
    {
        int count = Math.Min(arrivals.Count, EventCapacity);
        Word(DeviceLayout.ArrivalCount, (uint)count);
        int[] copy = [.. arrivals.Take(count)];
        view.WriteArray((long)Layout.ArrivalsPage * DeviceLayout.PageBytes, copy, 0, count);
    }

    private DeviceRun ReadRun()
    {
        var words = new uint[DeviceLayout.ResultWord + DeviceLayout.ResultWords];
        view.ReadArray(0, words, 0, words.Length);
        var events = new DeviceEvent[Math.Min(words[DeviceLayout.EventCount], EventCapacity)];
        view.ReadArray((long)Layout.EventsPage * DeviceLayout.PageBytes, events, 0, events.Length);
        int outputBytes = Call.Tensors[^1].Content.Length;
        byte[] text = Bytes((long)Layout.TextPage * DeviceLayout.PageBytes, (int)words[DeviceLayout.TextUsed]);
        return new DeviceRun(this, events, ReadStacks((int)words[DeviceLayout.StackCount]), text, words)
        {
            OutputAtReturn = Bytes((long)layout.SnapshotPage * DeviceLayout.PageBytes, outputBytes),
            OutputAfterLanding = Bytes(((long)layout.MemoryPage * DeviceLayout.PageBytes) + (addresses[^1] - DeviceLayout.SystemBase), outputBytes),
        };
    }

    private uint[][] ReadStacks(int count)
    {
        var words = new uint[count * DeviceLayout.StackWords];
        view.ReadArray((long)Layout.StacksPage * DeviceLayout.PageBytes, words, 0, words.Length);
        var stacks = new uint[count][];
        for (int i = 0; i < count; i++)
        {
            int length = i == 0 ? 0 : (int)words[i * DeviceLayout.StackWords];
            stacks[i] = words.AsSpan((i * DeviceLayout.StackWords) + 1, Math.Min(length, DeviceLayout.StackWords - 1)).ToArray();
        }

        return stacks;
    }

    private byte[] Bytes(long offset, int count)
    {
        var bytes = new byte[count];
        view.ReadArray(offset, bytes, 0, count);
        return bytes;
    }

    private void Word(int index, uint value) => view.Write(index * 4L, value);

    /// <summary>Where the parts of the shared file lie, in pages.</summary>
    private sealed class Layout
    {
        public const uint EventsPage = 1;
        public const uint StacksPage = EventsPage + (EventCapacity / DeviceLayout.PageBytes * DeviceLayout.EventBytes);
        public const uint TextPage = StacksPage + (StackCapacity / DeviceLayout.PageBytes * DeviceLayout.StackWords * 4);
        public const uint ArrivalsPage = TextPage + (TextBytes / DeviceLayout.PageBytes);
        public const uint VariablesPage = ArrivalsPage + (EventCapacity / DeviceLayout.PageBytes * sizeof(int));

        public Layout(uint systemBytes, uint outputBytes, int variableCount)
        {
            SystemBytes = systemBytes;
            CorePage = VariablesPage + Pages((uint)variableCount * 8) + 1;
            MemoryPage = CorePage + Pages(systemBytes);
            SnapshotPage = MemoryPage + Pages(systemBytes);
            TotalBytes = ((long)SnapshotPage + Pages(outputBytes) + 1) * DeviceLayout.PageBytes;
        }

        public uint SystemBytes { get; }

        public uint CorePage { get; }

        public uint MemoryPage { get; }

        public uint SnapshotPage { get; }

        public long TotalBytes { get; }

        private static uint Pages(uint bytes) => (bytes + DeviceLayout.PageBytes - 1) / DeviceLayout.PageBytes;
    }
}
