using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Device;

/// <summary>Which buffer an address means: a tensor, a named buffer, a variable of a bank, or a variable of the program.</summary>
/// <remarks>Where a program names buffers in a variable, bytes of it between them belong to the buffer before.</remarks>
internal sealed class AddressMap
{
    private const int LargestForeignBytes = 16 * 1024 * 1024;

    private readonly List<ProgramBuffer> buffers = [];
    private readonly List<uint> starts = [];
    private readonly List<int> named = [];
    private readonly List<int> foreign = [];
    private readonly Dictionary<(string Name, uint Start, int Length), int> known = [];
    private readonly IReadOnlyList<BankVariable> variables;
    private readonly int[] bankBytes;
    private readonly int tensorCount;
    private int foreignEndBytes;

    public AddressMap(DeviceSession session)
    {
        variables = session.Build.Variables;
        bankBytes = [.. session.Machine.Banks];
        for (int i = 0; i < session.Call.Tensors.Length; i++)
        {
            DeviceTensor tensor = session.Call.Tensors[i];
            Add(tensor.Name, tensor.Role, session.Addresses[i], tensor.Content.Length);
        }

        tensorCount = buffers.Count;
        foreignEndBytes = ((buffers[^1].OffsetBytes + buffers[^1].LengthBytes) / DeviceLayout.LineBytes * DeviceLayout.LineBytes) + (2 * DeviceLayout.LineBytes);
    }

    public IReadOnlyList<ProgramBuffer> Buffers => buffers;

    public IReadOnlyList<int> Foreign => foreign;

    /// <summary>Another image: its buffers are named anew.</summary>
    public void StartImage() => named.Clear();

    /// <summary>A buffer that the program names, or its allocator hands out; a name given again stands for the new bytes.</summary>
    public int Name(string name, uint start, int lengthBytes)
    {
        named.RemoveAll(index => buffers[index].Name == name);
        int index = known.TryGetValue((name, start, lengthBytes), out int old) ? old : Add(name, RoleOf(name), start, lengthBytes);
        named.Add(index);
        return index;
    }

    /// <summary>The buffer that an access beginning at an address means, and where in it.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="extentBytes">To the last byte; a variable of the program counts as large as what is moved.</param>
    public (int Buffer, int OffsetBytes) Find(uint address, long extentBytes = 1)
    {
        int index = address >= DeviceLayout.SystemVariableBase && address < DeviceLayout.SystemLimit ? OfSystem(address)
            : address >= DeviceLayout.SystemBase && address < DeviceLayout.SystemVariableBase ? Tensor(address)
            : address >= DeviceLayout.BankBase && address < DeviceLayout.SystemBase ? Local(address)
            : OfProgram(address, extentBytes);
        return (index, (int)((long)address - starts[index]));
    }

    /// <summary>Cuts a run of single accesses where another buffer begins that it covers for the most part.</summary>
    public IEnumerable<(uint Start, int LengthBytes)> Split(uint start, int lengthBytes, bool isOneOperation)
    {
        uint end = start + (uint)lengthBytes;
        while (true)
        {
            (int buffer, int offset) = Find(start);
            uint bufferEnd = starts[buffer] + (uint)buffers[buffer].LengthBytes;
            int next = offset < buffers[buffer].LengthBytes && end > bufferEnd ? NextBehind(buffer, bufferEnd) : -1;
            if (next < 0)
            {
                yield return (start, (int)(end - start));
                yield break;
            }

            long covered = (long)end - starts[next];
            bool meansIt = covered >= buffers[next].LengthBytes || (!isOneOperation && covered * 2 >= buffers[next].LengthBytes);
            if (!meansIt)
            {
                yield return (start, (int)(end - start));
                yield break;
            }

            yield return (start, (int)(bufferEnd - start));
            start = starts[next];
        }
    }

    private int NextBehind(int buffer, uint bufferEnd)
    {
        int best = -1;
        foreach (int index in named)
        {
            if (index != buffer && starts[index] >= bufferEnd && starts[index] < bufferEnd + 64 && (best < 0 || starts[index] < starts[best]))
            {
                best = index;
            }
        }

        return best;
    }

    private int Tensor(uint address)
    {
        int best = 0;
        for (int i = 1; i < tensorCount; i++)
        {
            // Half of the line between two tensors belongs to each.
            best = address + 64 >= starts[i] ? i : best;
        }

        return best;
    }

    /// <summary>A variable that the program put into system memory; it is given a place behind the tensors.</summary>
    private int OfSystem(uint address)
    {
        BankVariable variable = variables.LastOrDefault(one => one.Address >= DeviceLayout.SystemVariableBase && one.Address <= address)
            ?? new BankVariable("system memory", DeviceLayout.SystemVariableBase, DeviceLayout.SystemLimit - DeviceLayout.SystemVariableBase);
        return known.TryGetValue((variable.Name, variable.Address, (int)variable.LengthBytes), out int index)
            ? index
            : AddBehindTensors(variable.Name, variable.Address, (int)variable.LengthBytes, BufferRole.Scratch);
    }

    private int AddBehindTensors(string name, uint start, int lengthBytes, BufferRole role)
    {
        int offsetBytes = foreignEndBytes;
        foreignEndBytes += (lengthBytes + (2 * DeviceLayout.LineBytes) - 1) / DeviceLayout.LineBytes * DeviceLayout.LineBytes;
        return Add(new ProgramBuffer(name, role, ProgramBuffer.SystemMemory, lengthBytes) { OffsetBytes = offsetBytes }, start);
    }

    private int Local(uint address)
    {
        int before = -1;
        for (int i = named.Count - 1; i >= 0; i--)
        {
            uint start = starts[named[i]];
            if (address >= start && address - start < buffers[named[i]].LengthBytes)
            {
                return named[i];
            }

            if (address >= start && SameBank(start, address) && (before < 0 || start > starts[before]))
            {
                before = named[i];
            }
        }

        BankVariable? variable = variables.LastOrDefault(one => address >= one.Address && address - one.Address < one.LengthBytes);
        if (before >= 0 && (variable is null || starts[before] >= variable.Address))
        {
            return before;
        }

        if (variable is null && variables.LastOrDefault(one => one.Address <= address && SameBank(one.Address, address)) is { } precedes)
        {
            variable = precedes;
        }

        int bank = BankOf(address);
        return variable is null
            ? Find($"DRAM{bank}", DeviceLayout.BankBase + ((uint)bank * DeviceLayout.BankSpacing), bankBytes[bank])
            : Find(variable.Name, variable.Address, (int)variable.LengthBytes);
    }

    private int OfProgram(uint address, long extentBytes)
    {
        foreach (int index in foreign)
        {
            if (address >= starts[index] && address - starts[index] < buffers[index].LengthBytes)
            {
                return index;
            }
        }

        // They are given places behind the tensors, wherever they lie.
        int lengthBytes = (int)Math.Min(extentBytes, LargestForeignBytes);
        int added = AddBehindTensors($"variable at 0x{address:x}", address, lengthBytes, BufferRole.Input);
        foreign.Add(added);
        return added;
    }

    private int Find(string name, uint start, int lengthBytes) =>
        known.TryGetValue((name, start, lengthBytes), out int index) ? index : Add(name, RoleOf(name), start, lengthBytes);

    private int Add(string name, BufferRole role, uint start, int lengthBytes)
    {
        bool isLocal = start >= DeviceLayout.BankBase && start < DeviceLayout.SystemBase;
        int bank = isLocal ? BankOf(start) : ProgramBuffer.SystemMemory;
        uint origin = isLocal ? DeviceLayout.BankBase + ((uint)bank * DeviceLayout.BankSpacing) : DeviceLayout.SystemBase;
        return Add(new ProgramBuffer(name, role, bank, lengthBytes) { OffsetBytes = (int)(start - origin) }, start);
    }

    private int Add(ProgramBuffer buffer, uint start)
    {
        buffers.Add(buffer);
        starts.Add(start);
        known[(buffer.Name, start, buffer.LengthBytes)] = buffers.Count - 1;
        return buffers.Count - 1;
    }

    private int BankOf(uint address) => Math.Min((int)((address - DeviceLayout.BankBase) / DeviceLayout.BankSpacing), bankBytes.Length - 1);

    private bool SameBank(uint x, uint y) => BankOf(x) == BankOf(y);

    private static BufferRole RoleOf(string name) =>
        name.Contains("coef", StringComparison.OrdinalIgnoreCase) || name.Contains("weight", StringComparison.OrdinalIgnoreCase) ? BufferRole.Coefficients
        : name.Contains("bias", StringComparison.OrdinalIgnoreCase) ? BufferRole.Bias
        : name.Contains("scale", StringComparison.OrdinalIgnoreCase) ? BufferRole.Scales
        : name.Contains("out", StringComparison.OrdinalIgnoreCase) ? BufferRole.Output
        : BufferRole.Input;
}
