using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Faults;

/// <summary>Rewrites or drops transfers of one purpose.</summary>
/// <param name="purpose">How <see cref="DmaDescriptor.Purpose"/> begins.</param>
/// <param name="applies">Which of them by number, from 0.</param>
/// <param name="rewrite">The changed descriptor; null drops the transfer.</param>
internal sealed class TransferFault(string purpose, Func<int, bool> applies, Func<DmaDescriptor, IReadOnlyList<MemoryBuffer>, DmaDescriptor?> rewrite) : FaultInjector
{
    private readonly List<MemoryBuffer> buffers = [];
    private int count;

    public override void ProgramStarted(string program) => buffers.Clear();

    public override MemoryBuffer Allocated(MemoryBuffer buffer)
    {
        buffers.Add(buffer);
        return buffer;
    }

    public override bool Issuing(ref int channel, ref DmaDescriptor descriptor)
    {
        if (!descriptor.Purpose.StartsWith(purpose, StringComparison.Ordinal) || !applies(count++))
        {
            return true;
        }

        if (rewrite(descriptor, buffers) is not { } rewritten)
        {
            ChangeCount++;
            return false;
        }

        ChangeCount += rewritten == descriptor ? 0 : 1;
        descriptor = rewritten;
        return true;
    }
}
