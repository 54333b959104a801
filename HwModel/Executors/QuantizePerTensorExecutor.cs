using System.Runtime.InteropServices;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>float32 to int8. A bank is divided four to one between input and output (operator contract, section 4).</summary>
internal sealed class QuantizePerTensorExecutor : ElementwiseExecutor
{
    private const int SmallestDmaElements = 1024;

    private readonly float inverseScale;
    private readonly int zeroPoint;

    public QuantizePerTensorExecutor(QuantizePerTensorCall call)
        : base(call)
    {
        QuantizationParameters quantization = call.Output.RequiredQuantization;
        inverseScale = QuantizeArithmetic.InverseScale(quantization.Scale);
        zeroPoint = quantization.ZeroPoint;
    }

    /// <inheritdoc/>
    public override string Kernel => "quantize_per_tensor";

    /// <inheritdoc/>
    public override OperatorPath PublishedPath => ElementCount >= SmallestDmaElements ? OperatorPath.Dma : OperatorPath.Direct;

    /// <inheritdoc/>
    public override int ChunkElements(int bankBytes) => bankBytes / 5;

    /// <inheritdoc/>
    public override int BufferOffsetBytes(int bankBytes, int bufferIndex) => bufferIndex == 0 ? 0 : bankBytes * 4 / 5;

    /// <inheritdoc/>
    public override bool PublishedChecksSecondBank => true;

    /// <inheritdoc/>
    public override void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output) => QuantizeArithmetic.Vector(
        MemoryMarshal.Cast<byte, float>(first), inverseScale, zeroPoint, MemoryMarshal.Cast<byte, sbyte>(output));
}
