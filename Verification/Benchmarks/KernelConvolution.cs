using TileProof.Kernels.Constants;
using TileProof.Kernels.Executors;
using TileProof.Operators;

namespace TileProof.Benchmarks;

/// <summary>One convolution on one executor with its operands in place, ready to run many times.</summary>
public sealed class KernelConvolution : IDisposable
{
    private readonly IKernelExecutor executor;
    private readonly Conv2dInt8Constants constants;
    private readonly KernelValue input;
    private readonly KernelValue output;

    /// <summary>Uploads the operands.</summary>
    public KernelConvolution(IKernelExecutor executor, ConvolutionLayer layer)
    {
        ArgumentNullException.ThrowIfNull(executor);
        ArgumentNullException.ThrowIfNull(layer);
        this.executor = executor;
        constants = new Conv2dInt8Constants(layer.Shape, layer.Weights, layer.Requantization);
        input = executor.Upload(layer.Input);
        output = executor.Allocate(layer.Shape.OutputShape(), ElementType.Int8);
    }

    /// <summary>Runs the convolution, waits for it, and returns the result.</summary>
    public Tensor Run()
    {
        executor.Conv2dInt8(constants, input, output);
        return executor.Download(output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        input.Dispose();
        output.Dispose();
        executor.Release(constants);
    }
}
