using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>int8 rectifier. A bank is halved between input and output (operator contract, section 6).</summary>
/// <remarks>
/// Below 16 elements the modelled library takes its portable kernel, which rounds ties differently (section 6e). Here the
/// rectifier has one arithmetic for every length.
/// </remarks>
internal sealed class QuantizedReluExecutor : ElementwiseExecutor
{
    private const int SmallestVectorElements = 16;
    private const int SmallestDmaElements = 1024;

    private readonly QuantizedReluArithmetic arithmetic;

    public QuantizedReluExecutor(QuantizedReluCall call)
        : base(call) => arithmetic = new QuantizedReluArithmetic(
            call.Input.RequiredQuantization.ZeroPoint,
            RescalingFactor.Of(call.OutputMultiplier, call.OutputShift),
            call.Output.RequiredQuantization.ZeroPoint);

    /// <inheritdoc/>
    public override string Kernel => "quantized_relu";

    /// <inheritdoc/>
    public override OperatorPath PublishedPath => ElementCount switch
    {
        >= SmallestDmaElements => OperatorPath.Dma,
        >= SmallestVectorElements => OperatorPath.Direct,
        _ => OperatorPath.Portable,
    };

    /// <inheritdoc/>
    public override int ChunkElements(int bankBytes) => bankBytes / 2;

    /// <inheritdoc/>
    public override int BufferOffsetBytes(int bankBytes, int bufferIndex) => bufferIndex * (bankBytes / 2);

    /// <inheritdoc/>
    public override void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output) => arithmetic.Compute(first, output);
}
