using System.Runtime.InteropServices;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>float32 sum of two tensors. A bank is divided in three, each part a multiple of 128 bytes (operator contract, section 8).</summary>
internal class AddExecutor : ElementwiseExecutor
{
    private const int SmallestVectorElements = 8;
    private const int SmallestDmaElements = 1024;
    private const int PartAlignmentBytes = 128;

    public AddExecutor(AddCall call)
        : base(call)
    {
    }

    /// <inheritdoc/>
    public override string Kernel => "add";

    /// <inheritdoc/>
    public override OperatorPath PublishedPath
    {
        get
        {
            if (ElementCount < SmallestVectorElements || ElementCount % 2 != 0)
            {
                return OperatorPath.Portable;
            }

            return ElementCount >= SmallestDmaElements ? OperatorPath.Dma : OperatorPath.Direct;
        }
    }

    /// <inheritdoc/>
    public override int ChunkElements(int bankBytes) => PartBytes(bankBytes) / sizeof(float);

    /// <inheritdoc/>
    public override int BufferOffsetBytes(int bankBytes, int bufferIndex) => bufferIndex * PartBytes(bankBytes);

    /// <inheritdoc/>
    public override void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output) => AddArithmetic.Vector(
        MemoryMarshal.Cast<byte, float>(first), MemoryMarshal.Cast<byte, float>(second), MemoryMarshal.Cast<byte, float>(output));

    private static int PartBytes(int bankBytes) => bankBytes / 3 / PartAlignmentBytes * PartAlignmentBytes;
}
