using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Faults;

/// <summary>Makes a buffer too short, or puts it over another one.</summary>
/// <param name="label">The buffer.</param>
/// <param name="place">The buffer that the program receives; its arguments are the right one and those handed out before.</param>
internal sealed class AllocationFault(string label, Func<MemoryBuffer, IReadOnlyList<MemoryBuffer>, MemoryBuffer?> place) : FaultInjector
{
    private readonly List<MemoryBuffer> buffers = [];

    public override void ProgramStarted(string program) => buffers.Clear();

    public override MemoryBuffer Allocated(MemoryBuffer buffer)
    {
        MemoryBuffer? placed = buffer.Label == label ? place(buffer, buffers) : null;
        buffers.Add(buffer);
        ChangeCount += placed is null ? 0 : 1;
        return placed ?? buffer;
    }
}
