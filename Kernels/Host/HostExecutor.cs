using System.Runtime.CompilerServices;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Executors;
using TileProof.Kernels.Views;
using TileProof.Operators;

namespace TileProof.Kernels.Host;

/// <summary>Runs the kernel bodies on host threads; int8 convolution and the rescaling operators have vectorised forms with the same bytes.</summary>
public sealed unsafe class HostExecutor : IKernelExecutor
{
    private const int ElementsPerChunk = 4096;
    private const int OutputsPerChunk = 64;

    private readonly ConditionalWeakTable<Conv2dInt8Constants, PackedConvolution> packedConvolutions = [];
    private readonly WorkRange work;

    /// <summary>Makes an executor.</summary>
    /// <param name="threadCount">The most threads to use at a time; all of the machine by default. It never changes a result.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public HostExecutor(int? threadCount = null)
    {
        int count = threadCount ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(threadCount));
        work = new WorkRange(count);
        string threads = count == 1 ? "1 thread" : $"{count} threads";
        Device = new KernelDevice(KernelDeviceKind.Host, threads, $".NET {Environment.Version}, {ProductTile.InstructionSet}");
    }

    /// <inheritdoc/>
    public KernelDevice Device { get; }

    /// <inheritdoc/>
    public KernelValue Allocate(TensorShape shape, ElementType elementType) => new HostValue(Tensor.Create(shape, elementType));

    /// <inheritdoc/>
    public KernelValue Upload(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new HostValue(tensor);
    }

    /// <inheritdoc/>
    public Tensor Download(KernelValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return HostValue.TensorOf(value);
    }

    /// <inheritdoc/>
    public void Release(KernelConstants constants)
    {
        if (constants is Conv2dInt8Constants convolution)
        {
            packedConvolutions.Remove(convolution);
        }
    }

    /// <inheritdoc/>
    public void Conv2dInt8(Conv2dInt8Constants constants, KernelValue input, KernelValue output)
    {
        OperandChecks.Conv2d(constants.Shape, ElementType.Int8, input, output);
        PackedConvolution packed = packedConvolutions.GetValue(constants, c => new PackedConvolution(c, work));
        packed.Run(HostValue.TensorOf(input), HostValue.TensorOf(output), work);
    }

    /// <inheritdoc/>
    public void Conv2dGeneric(Conv2dGenericConstants constants, KernelValue input, KernelValue output)
    {
        OperandChecks.Conv2d(constants.Shape, ElementType.Int8, input, output);
        fixed (sbyte* inputs = HostValue.TensorOf(input).Int8, weights = constants.Weights, results = HostValue.TensorOf(output).Int8)
        fixed (int* biases = constants.Bias)
        fixed (float* scales = constants.BiasScales)
        {
            HostView<sbyte> x = new(inputs), w = new(weights), y = new(results);
            HostView<int> b = new(biases);
            HostView<float> s = new(scales);
            work.For(output.Shape.ElementCount, OutputsPerChunk, (begin, end) =>
            {
                for (int i = begin; i < end; i++)
                {
                    y.Write(i, Conv2dGenericKernel.Compute(i, x, w, b, s, constants.Shape, constants.Requantization));
                }
            });
        }
    }

    /// <inheritdoc/>
    public void Conv2dFloat32(Conv2dFloat32Constants constants, KernelValue input, KernelValue output)
    {
        OperandChecks.Conv2d(constants.Shape, ElementType.Float32, input, output);
        fixed (float* inputs = HostValue.TensorOf(input).Float32, weights = constants.Weights, biases = constants.Bias, results = HostValue.TensorOf(output).Float32)
        {
            HostView<float> x = new(inputs), w = new(weights), b = new(biases), y = new(results);
            work.For(output.Shape.ElementCount, OutputsPerChunk, (begin, end) =>
            {
                for (int i = begin; i < end; i++)
                {
                    y.Write(i, Conv2dFloat32Kernel.Compute(i, x, w, b, constants.Shape));
                }
            });
        }
    }

    /// <inheritdoc/>
    public void MaxPool2d(MaxPool2dShape shape, KernelValue input, KernelValue output)
    {
        OperandChecks.MaxPool2d(shape, input, output);
        if (input.ElementType == ElementType.Int8)
        {
            fixed (sbyte* inputs = HostValue.TensorOf(input).Int8, results = HostValue.TensorOf(output).Int8)
            {
                HostView<sbyte> x = new(inputs), y = new(results);
                work.For(output.Shape.ElementCount, ElementsPerChunk, (begin, end) =>
                {
                    for (int i = begin; i < end; i++)
                    {
                        y.Write(i, MaxPool2dKernel.ComputeLevels(i, x, shape));
                    }
                });
            }

            return;
        }

        fixed (float* inputs = HostValue.TensorOf(input).Float32, results = HostValue.TensorOf(output).Float32)
        {
            HostView<float> x = new(inputs), y = new(results);
            work.For(output.Shape.ElementCount, ElementsPerChunk, (begin, end) =>
            {
                for (int i = begin; i < end; i++)
                {
                    y.Write(i, MaxPool2dKernel.Compute(i, x, shape));
                }
            });
        }
    }

    /// <inheritdoc/>
    public void AveragePool2d(MaxPool2dShape shape, AveragePoolParameters parameters, KernelValue input, KernelValue output)
    {
        OperandChecks.AveragePool2d(shape, input, output);
        fixed (sbyte* inputs = HostValue.TensorOf(input).Int8, results = HostValue.TensorOf(output).Int8)
        {
            HostView<sbyte> x = new(inputs), y = new(results);
            work.For(output.Shape.ElementCount, ElementsPerChunk, (begin, end) =>
            {
                for (int i = begin; i < end; i++)
                {
                    y.Write(i, AveragePool2dKernel.Compute(i, x, shape, parameters));
                }
            });
        }
    }

    /// <inheritdoc/>
    public void Mean(KernelValue input, KernelValue output)
    {
        OperandChecks.Mean(input, output);
        int height = input.Shape.Height;
        int width = input.Shape.Width;
        fixed (float* inputs = HostValue.TensorOf(input).Float32, results = HostValue.TensorOf(output).Float32)
        {
            HostView<float> x = new(inputs), y = new(results);
            work.For(output.Shape.ElementCount, OutputsPerChunk, (begin, end) =>
            {
                for (int i = begin; i < end; i++)
                {
                    y.Write(i, MeanKernel.Compute(i, x, height, width));
                }
            });
        }
    }

    /// <inheritdoc/>
    public void Quantize(RescalingParameters parameters, KernelValue input, KernelValue output)
    {
        OperandChecks.Elementwise(input, ElementType.Float32, output, ElementType.Int8);
        fixed (float* inputs = HostValue.TensorOf(input).Float32)
        fixed (sbyte* results = HostValue.TensorOf(output).Int8)
        {
            HostView<float> x = new(inputs);
            HostView<sbyte> y = new(results);
            work.For(input.Shape.ElementCount, ElementsPerChunk, (begin, end) => VectorRescaling.Quantize(x, y, begin, end, parameters));
        }
    }

    /// <inheritdoc/>
    public void Dequantize(RescalingParameters parameters, KernelValue input, KernelValue output)
    {
        OperandChecks.Elementwise(input, ElementType.Int8, output, ElementType.Float32);
        fixed (sbyte* inputs = HostValue.TensorOf(input).Int8)
        fixed (float* results = HostValue.TensorOf(output).Float32)
        {
            HostView<sbyte> x = new(inputs);
            HostView<float> y = new(results);
            work.For(input.Shape.ElementCount, ElementsPerChunk, (begin, end) =>
            {
                for (int i = begin; i < end; i++)
                {
                    y.Write(i, DequantizeKernel.Compute(i, x, parameters));
                }
            });
        }
    }

    /// <inheritdoc/>
    public void QuantizedRelu(RescalingParameters parameters, KernelValue input, KernelValue output)
    {
        OperandChecks.Elementwise(input, ElementType.Int8, output, ElementType.Int8);
        fixed (sbyte* inputs = HostValue.TensorOf(input).Int8, results = HostValue.TensorOf(output).Int8)
        {
            HostView<sbyte> x = new(inputs), y = new(results);
            work.For(input.Shape.ElementCount, ElementsPerChunk, (begin, end) => VectorRescaling.QuantizedRelu(x, y, begin, end, parameters));
        }
    }

    /// <inheritdoc/>
    public void QuantizedLinear(QuantizedLinearConstants constants, KernelValue input, KernelValue output)
    {
        OperandChecks.QuantizedLinear(constants.Parameters, input, output);
        fixed (sbyte* inputs = HostValue.TensorOf(input).Int8, weights = constants.Weights, results = HostValue.TensorOf(output).Int8)
        fixed (int* biases = constants.Bias)
        {
            HostView<sbyte> x = new(inputs), w = new(weights), y = new(results);
            HostView<int> b = new(biases);
            work.For(output.Shape.ElementCount, OutputsPerChunk, (begin, end) =>
            {
                for (int i = begin; i < end; i++)
                {
                    y.Write(i, QuantizedLinearKernel.Compute(i, x, w, b, constants.Parameters));
                }
            });
        }
    }

    /// <inheritdoc/>
    public void Add(KernelValue left, KernelValue right, KernelValue output)
    {
        OperandChecks.Elementwise(left, ElementType.Float32, output, ElementType.Float32);
        OperandChecks.Elementwise(right, ElementType.Float32, output, ElementType.Float32);
        fixed (float* lefts = HostValue.TensorOf(left).Float32, rights = HostValue.TensorOf(right).Float32, results = HostValue.TensorOf(output).Float32)
        {
            HostView<float> x = new(lefts), z = new(rights), y = new(results);
            work.For(left.Shape.ElementCount, ElementsPerChunk, (begin, end) =>
            {
                for (int i = begin; i < end; i++)
                {
                    y.Write(i, AddKernel.Compute(i, x, z));
                }
            });
        }
    }

    /// <inheritdoc/>
    public void LevelArithmetic(LevelArithmeticParameters parameters, KernelValue left, KernelValue right, KernelValue output)
    {
        OperandChecks.Elementwise(left, ElementType.Int8, output, ElementType.Int8);
        OperandChecks.Elementwise(right, ElementType.Int8, output, ElementType.Int8);
        fixed (sbyte* lefts = HostValue.TensorOf(left).Int8, rights = HostValue.TensorOf(right).Int8, results = HostValue.TensorOf(output).Int8)
        {
            HostView<sbyte> x = new(lefts), z = new(rights), y = new(results);
            work.For(left.Shape.ElementCount, ElementsPerChunk, (begin, end) =>
            {
                for (int i = begin; i < end; i++)
                {
                    y.Write(i, LevelArithmeticKernel.Compute(i, x, z, parameters));
                }
            });
        }
    }

    /// <inheritdoc/>
    public void Copy(CopyPlace place, KernelValue input, KernelValue output)
    {
        OperandChecks.Copy(input, output);
        Tensor from = HostValue.TensorOf(input);
        Tensor to = HostValue.TensorOf(output);
        int elementBytes = from.ElementType.SizeBytes();
        for (int first = 0; first < from.Shape.ElementCount; first += place.RowElements)
        {
            from.Bytes.Slice(first * elementBytes, place.RowElements * elementBytes).CopyTo(to.Bytes[(CopyKernel.Target(first, place) * elementBytes)..]);
        }
    }

    /// <inheritdoc/>
    public void CopyPart(CopyPlace place, KernelValue input, KernelValue output)
    {
        OperandChecks.Copy(output, input);
        Tensor from = HostValue.TensorOf(input);
        Tensor to = HostValue.TensorOf(output);
        int elementBytes = from.ElementType.SizeBytes();
        for (int first = 0; first < to.Shape.ElementCount; first += place.RowElements)
        {
            from.Bytes.Slice(CopyKernel.Target(first, place) * elementBytes, place.RowElements * elementBytes).CopyTo(to.Bytes[(first * elementBytes)..]);
        }
    }

    /// <inheritdoc/>
    public void Fill(sbyte level, KernelValue output)
    {
        Tensor value = HostValue.TensorOf(output);
        value.Bytes.Fill(value.ElementType == ElementType.Int8 ? unchecked((byte)level) : (byte)0);
    }

    /// <inheritdoc/>
    public void Softmax(KernelValue input, KernelValue output)
    {
        OperandChecks.Elementwise(input, ElementType.Float32, output, ElementType.Float32);
        int rowElementCount = input.Shape.ImageElementCount;
        fixed (float* inputs = HostValue.TensorOf(input).Float32, results = HostValue.TensorOf(output).Float32)
        {
            HostView<float> x = new(inputs), y = new(results);
            work.For(input.Shape.Batch, 1, (begin, end) => SoftmaxRows.Compute(x, y, begin, end, rowElementCount));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing but managed memory.
    }
}
