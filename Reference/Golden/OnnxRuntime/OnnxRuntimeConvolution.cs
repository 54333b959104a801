using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>One convolution with fixed weights and requantization as an integer graph in ONNX Runtime, ready to run many times.</summary>
/// <remarks>Bit for bit the arithmetic of the operator contract, sections 1a.4 and 1a.5; see <see cref="ConvolutionGraph"/> for how.</remarks>
public sealed class OnnxRuntimeConvolution : IDisposable
{
    private readonly OnnxRuntimeSession session;
    private readonly Conv2dShape shape;
    private readonly int batch;

    /// <summary>Builds and loads the graph.</summary>
    /// <param name="shape">The geometry of one image.</param>
    /// <param name="batch">N, the number of images, 1 or more.</param>
    /// <param name="weights">int8 <c>[OC, C / groups, KH, KW]</c>.</param>
    /// <param name="requantization">Kernel bias, shifts, multipliers and limits; padding reads its input zero point.</param>
    /// <param name="threadCount">Threads inside one node; the bytes do not depend on it.</param>
    /// <exception cref="ArgumentException">A length does not match the shape, or a requantization field is outside the hardware's range.</exception>
    public OnnxRuntimeConvolution(
        Conv2dShape shape, int batch, ReadOnlySpan<sbyte> weights, Requantization requantization, int threadCount = 1)
    {
        this.shape = shape;
        this.batch = batch;
        session = new OnnxRuntimeSession(ConvolutionGraph.Build(shape, batch, weights, requantization), threadCount);
    }

    /// <summary>Runs the convolution.</summary>
    /// <param name="input">int8 <c>[N, C, H, W]</c>.</param>
    /// <returns>int8 <c>[N, OC, OH, OW]</c>.</returns>
    public sbyte[] Run(ReadOnlySpan<sbyte> input)
    {
        OnnxTensor tensor = OnnxTensor.Create(GraphNames.Input, input, GraphNames.DimensionsOf(shape.InputShape(batch)));
        return session.Run([GraphNames.Output], tensor)[0].Elements<sbyte>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();
}
