using ILGPU;
using ILGPU.Runtime;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Executors;
using TileProof.Operators;

namespace TileProof.Kernels.Ilgpu;

/// <summary>Runs the kernel bodies on a device through ILGPU.</summary>
/// <remarks>
/// Launches go into one stream and return at once. Values live in pooled buffers that go from layer to layer; constants are
/// uploaded at their first use and stay until they are released.
/// </remarks>
public sealed class IlgpuExecutor : IKernelExecutor
{
    private readonly Context context;
    private readonly Accelerator accelerator;
    private readonly AcceleratorStream stream;
    private readonly KernelLaunchers kernels;
    private readonly ConstantStore constantStore;
    private readonly DeviceBufferPool<sbyte> int8Buffers;
    private readonly DeviceBufferPool<float> float32Buffers;

    /// <summary>Makes an executor that owns the context and the accelerator.</summary>
    internal IlgpuExecutor(Context context, Accelerator accelerator, KernelDevice device)
    {
        this.context = context;
        this.accelerator = accelerator;
        Device = device;
        stream = accelerator.CreateStream();
        kernels = new KernelLaunchers(accelerator);
        constantStore = new ConstantStore(accelerator, stream);
        int8Buffers = new DeviceBufferPool<sbyte>(accelerator);
        float32Buffers = new DeviceBufferPool<float>(accelerator);
    }

    /// <inheritdoc/>
    public KernelDevice Device { get; }

    /// <summary>How many arrays of constants were uploaded so far.</summary>
    public int ConstantUploadCount => constantStore.UploadCount;

    /// <inheritdoc/>
    public KernelValue Allocate(TensorShape shape, ElementType elementType) => elementType switch
    {
        ElementType.Int8 => new DeviceValue<sbyte>(shape, elementType, int8Buffers),
        ElementType.Float32 => new DeviceValue<float>(shape, elementType, float32Buffers),
        _ => throw new ArgumentOutOfRangeException(nameof(elementType)),
    };

    /// <inheritdoc/>
    public KernelValue Upload(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        KernelValue value = Allocate(tensor.Shape, tensor.ElementType);
        if (tensor.ElementType == ElementType.Int8)
        {
            Int8(value).CopyFromCPU(stream, (ReadOnlySpan<sbyte>)tensor.Int8);
        }
        else
        {
            Float32(value).CopyFromCPU(stream, (ReadOnlySpan<float>)tensor.Float32);
        }

        return value;
    }

    /// <inheritdoc/>
    public Tensor Download(KernelValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Tensor tensor = Tensor.Create(value.Shape, value.ElementType);
        if (value.ElementType == ElementType.Int8)
        {
            Int8(value).CopyToCPU(stream, tensor.Int8);
        }
        else
        {
            Float32(value).CopyToCPU(stream, tensor.Float32);
        }

        stream.Synchronize();
        return tensor;
    }

    /// <inheritdoc/>
    public void Release(KernelConstants constants)
    {
        ArgumentNullException.ThrowIfNull(constants);
        stream.Synchronize();
        foreach (Array array in constants.Arrays)
        {
            constantStore.Remove(array);
        }
    }

    /// <inheritdoc/>
    public void Conv2dInt8(Conv2dInt8Constants constants, KernelValue input, KernelValue output)
    {
        ArgumentNullException.ThrowIfNull(constants);
        OperandChecks.Conv2d(constants.Shape, ElementType.Int8, input, output);
        kernels.Conv2dInt8(
            stream,
            output.Shape.ElementCount,
            Int8(input),
            constantStore.Get(constants.Weights),
            constantStore.Get(constants.KernelBias),
            constantStore.Get(constants.OutputScales),
            constantStore.Get(constants.PostCorrection),
            Int8(output),
            constants.Shape,
            constants.Requantization);
    }

    /// <inheritdoc/>
    public void Conv2dGeneric(Conv2dGenericConstants constants, KernelValue input, KernelValue output)
    {
        ArgumentNullException.ThrowIfNull(constants);
        OperandChecks.Conv2d(constants.Shape, ElementType.Int8, input, output);
        kernels.Conv2dGeneric(
            stream,
            output.Shape.ElementCount,
            Int8(input),
            constantStore.Get(constants.Weights),
            constantStore.Get(constants.Bias),
            constantStore.Get(constants.BiasScales),
            Int8(output),
            constants.Shape,
            constants.Requantization);
    }

    /// <inheritdoc/>
    public void Conv2dFloat32(Conv2dFloat32Constants constants, KernelValue input, KernelValue output)
    {
        ArgumentNullException.ThrowIfNull(constants);
        OperandChecks.Conv2d(constants.Shape, ElementType.Float32, input, output);
        kernels.Conv2dFloat32(
            stream,
            output.Shape.ElementCount,
            Float32(input),
            constantStore.Get(constants.Weights),
            constantStore.Get(constants.Bias),
            Float32(output),
            constants.Shape);
    }

    /// <inheritdoc/>
    public void MaxPool2d(MaxPool2dShape shape, KernelValue input, KernelValue output)
    {
        OperandChecks.MaxPool2d(shape, input, output);
        if (input.ElementType == ElementType.Int8)
        {
            kernels.MaxPool2dLevels(stream, output.Shape.ElementCount, Int8(input), Int8(output), shape);
        }
        else
        {
            kernels.MaxPool2d(stream, output.Shape.ElementCount, Float32(input), Float32(output), shape);
        }
    }

    /// <inheritdoc/>
    public void AveragePool2d(MaxPool2dShape shape, AveragePoolParameters parameters, KernelValue input, KernelValue output)
    {
        OperandChecks.AveragePool2d(shape, input, output);
        kernels.AveragePool2d(stream, output.Shape.ElementCount, Int8(input), Int8(output), shape, parameters);
    }

    /// <inheritdoc/>
    public void Mean(KernelValue input, KernelValue output)
    {
        OperandChecks.Mean(input, output);
        kernels.Mean(stream, output.Shape.ElementCount, Float32(input), Float32(output), input.Shape.Height, input.Shape.Width);
    }

    /// <inheritdoc/>
    public void Quantize(RescalingParameters parameters, KernelValue input, KernelValue output)
    {
        OperandChecks.Elementwise(input, ElementType.Float32, output, ElementType.Int8);
        kernels.Quantize(stream, output.Shape.ElementCount, Float32(input), Int8(output), parameters);
    }

    /// <inheritdoc/>
    public void Dequantize(RescalingParameters parameters, KernelValue input, KernelValue output)
    {
        OperandChecks.Elementwise(input, ElementType.Int8, output, ElementType.Float32);
        kernels.Dequantize(stream, output.Shape.ElementCount, Int8(input), Float32(output), parameters);
    }

    /// <inheritdoc/>
    public void QuantizedRelu(RescalingParameters parameters, KernelValue input, KernelValue output)
    {
        OperandChecks.Elementwise(input, ElementType.Int8, output, ElementType.Int8);
        kernels.QuantizedRelu(stream, output.Shape.ElementCount, Int8(input), Int8(output), parameters);
    }

    /// <inheritdoc/>
    public void QuantizedLinear(QuantizedLinearConstants constants, KernelValue input, KernelValue output)
    {
        ArgumentNullException.ThrowIfNull(constants);
        OperandChecks.QuantizedLinear(constants.Parameters, input, output);
        kernels.QuantizedLinear(
            stream,
            output.Shape.ElementCount,
            Int8(input),
            constantStore.Get(constants.Weights),
            constantStore.Get(constants.Bias),
            Int8(output),
            constants.Parameters);
    }

    /// <inheritdoc/>
    public void Add(KernelValue left, KernelValue right, KernelValue output)
    {
        OperandChecks.Elementwise(left, ElementType.Float32, output, ElementType.Float32);
        OperandChecks.Elementwise(right, ElementType.Float32, output, ElementType.Float32);
        kernels.Add(stream, output.Shape.ElementCount, Float32(left), Float32(right), Float32(output));
    }

    /// <inheritdoc/>
    public void LevelArithmetic(LevelArithmeticParameters parameters, KernelValue left, KernelValue right, KernelValue output)
    {
        OperandChecks.Elementwise(left, ElementType.Int8, output, ElementType.Int8);
        OperandChecks.Elementwise(right, ElementType.Int8, output, ElementType.Int8);
        kernels.LevelArithmetic(stream, output.Shape.ElementCount, Int8(left), Int8(right), Int8(output), parameters);
    }

    /// <inheritdoc/>
    public void Copy(CopyPlace place, KernelValue input, KernelValue output)
    {
        OperandChecks.Copy(input, output);
        if (input.ElementType == ElementType.Int8)
        {
            kernels.CopyInt8(stream, input.Shape.ElementCount, Int8(input), Int8(output), place);
        }
        else
        {
            kernels.CopyFloat32(stream, input.Shape.ElementCount, Float32(input), Float32(output), place);
        }
    }

    /// <inheritdoc/>
    public void CopyPart(CopyPlace place, KernelValue input, KernelValue output)
    {
        OperandChecks.Copy(output, input);
        if (input.ElementType == ElementType.Int8)
        {
            kernels.CopyPartInt8(stream, output.Shape.ElementCount, Int8(input), Int8(output), place);
        }
        else
        {
            kernels.CopyPartFloat32(stream, output.Shape.ElementCount, Float32(input), Float32(output), place);
        }
    }

    /// <inheritdoc/>
    public void Fill(sbyte level, KernelValue output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.ElementType == ElementType.Int8)
        {
            kernels.FillInt8(stream, output.Shape.ElementCount, Int8(output), level);
        }
        else
        {
            kernels.FillFloat32(stream, output.Shape.ElementCount, Float32(output));
        }
    }

    /// <inheritdoc/>
    public void Softmax(KernelValue input, KernelValue output)
    {
        OperandChecks.Elementwise(input, ElementType.Float32, output, ElementType.Float32);
        int rowElementCount = input.Shape.ImageElementCount;
        int rowCount = input.Shape.Batch;
        TensorShape rows = TensorShape.FromMatrix(rowCount, 1);
        using KernelValue maxima = Allocate(rows, ElementType.Float32);
        using KernelValue exponentials = Allocate(input.Shape, ElementType.Float32);
        using KernelValue laneSums = Allocate(TensorShape.FromMatrix(rowCount, SoftmaxKernel.LaneCount), ElementType.Float32);
        using KernelValue reciprocalSums = Allocate(rows, ElementType.Float32);
        kernels.SoftmaxMaximum(stream, rowCount, Float32(input), Float32(maxima), rowElementCount);
        kernels.SoftmaxExponential(stream, input.Shape.ElementCount, Float32(input), Float32(maxima), Float32(exponentials), rowElementCount);
        kernels.SoftmaxLaneSum(stream, laneSums.Shape.ElementCount, Float32(exponentials), Float32(laneSums), rowElementCount);
        kernels.SoftmaxReciprocalSum(stream, rowCount, Float32(laneSums), Float32(reciprocalSums));
        kernels.SoftmaxNormalize(stream, input.Shape.ElementCount, Float32(exponentials), Float32(reciprocalSums), Float32(output), rowElementCount);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Synchronize();
        constantStore.Dispose();
        int8Buffers.Dispose();
        float32Buffers.Dispose();
        stream.Dispose();
        accelerator.Dispose();
        context.Dispose();
    }

    private static ArrayView<sbyte> Int8(KernelValue value) => DeviceValue<sbyte>.ElementsOf(value);

    private static ArrayView<float> Float32(KernelValue value) => DeviceValue<float>.ElementsOf(value);
}
