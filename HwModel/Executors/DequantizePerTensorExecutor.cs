using System.Runtime.InteropServices;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>int8 to float32. A bank is divided one to four between input and output (operator contract, section 5).</summary>
/// <remarks>The published output begins at a fifth of the bank, which need not be a multiple of four bytes (hazard D1); accesses are unaligned.</remarks>
internal sealed class DequantizePerTensorExecutor : ElementwiseExecutor
{
    private const int SmallestDmaElements = 1024;

    private readonly QuantizationParameters quantization;

    public DequantizePerTensorExecutor(DequantizePerTensorCall call)
        : base(call) => quantization = call.Input.RequiredQuantization;

    /// <inheritdoc/>
    public override string Kernel => "dequantize_per_tensor";

    /// <inheritdoc/>
    public override OperatorPath PublishedPath => ElementCount >= SmallestDmaElements ? OperatorPath.Dma : OperatorPath.Direct;

    /// <inheritdoc/>
    public override int ChunkElements(int bankBytes) => bankBytes / 5;

    /// <inheritdoc/>
    public override int BufferOffsetBytes(int bankBytes, int bufferIndex) => bufferIndex == 0 ? 0 : bankBytes / 5;

    /// <inheritdoc/>
    public override void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output) => DequantizeArithmetic.Vector(
        MemoryMarshal.Cast<byte, sbyte>(first), quantization.Scale, quantization.ZeroPoint, MemoryMarshal.Cast<byte, float>(output));
}
