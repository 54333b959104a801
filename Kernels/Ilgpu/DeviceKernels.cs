using ILGPU;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Operators;

namespace TileProof.Kernels.Ilgpu;

/// <summary>The entry points that ILGPU compiles: each hands one work item to the kernel body and stores the result.</summary>
internal static class DeviceKernels
{
    public static void Conv2dInt8(
        Index1D i,
        ArrayView<sbyte> input,
        ArrayView<sbyte> weights,
        ArrayView<int> kernelBias,
        ArrayView<int> outputScales,
        ArrayView<int> postCorrection,
        ArrayView<sbyte> output,
        Conv2dShape shape,
        RequantizationConstants requantization) =>
        output[i] = Conv2dInt8Kernel.Compute(
            i,
            new DeviceView<sbyte>(input),
            new DeviceView<sbyte>(weights),
            new DeviceView<int>(kernelBias),
            new DeviceView<int>(outputScales),
            new DeviceView<int>(postCorrection),
            shape,
            requantization);

    public static void Conv2dGeneric(
        Index1D i,
        ArrayView<sbyte> input,
        ArrayView<sbyte> weights,
        ArrayView<int> bias,
        ArrayView<float> biasScales,
        ArrayView<sbyte> output,
        Conv2dShape shape,
        GenericRequantization requantization) =>
        output[i] = Conv2dGenericKernel.Compute(
            i,
            new DeviceView<sbyte>(input),
            new DeviceView<sbyte>(weights),
            new DeviceView<int>(bias),
            new DeviceView<float>(biasScales),
            shape,
            requantization);

    public static void Conv2dFloat32(
        Index1D i, ArrayView<float> input, ArrayView<float> weights, ArrayView<float> bias, ArrayView<float> output, Conv2dShape shape) =>
        output[i] = Conv2dFloat32Kernel.Compute(
            i, new DeviceView<float>(input), new DeviceView<float>(weights), new DeviceView<float>(bias), shape);

    public static void MaxPool2d(Index1D i, ArrayView<float> input, ArrayView<float> output, MaxPool2dShape shape) =>
        output[i] = MaxPool2dKernel.Compute(i, new DeviceView<float>(input), shape);

    public static void MaxPool2dLevels(Index1D i, ArrayView<sbyte> input, ArrayView<sbyte> output, MaxPool2dShape shape) =>
        output[i] = MaxPool2dKernel.ComputeLevels(i, new DeviceView<sbyte>(input), shape);

    public static void AveragePool2d(Index1D i, ArrayView<sbyte> input, ArrayView<sbyte> output, MaxPool2dShape shape, AveragePoolParameters parameters) =>
        output[i] = AveragePool2dKernel.Compute(i, new DeviceView<sbyte>(input), shape, parameters);

    public static void Mean(Index1D i, ArrayView<float> input, ArrayView<float> output, int height, int width) =>
        output[i] = MeanKernel.Compute(i, new DeviceView<float>(input), height, width);

    public static void Quantize(Index1D i, ArrayView<float> input, ArrayView<sbyte> output, RescalingParameters parameters) =>
        output[i] = QuantizeKernel.Compute(i, new DeviceView<float>(input), parameters);

    public static void Dequantize(Index1D i, ArrayView<sbyte> input, ArrayView<float> output, RescalingParameters parameters) =>
        output[i] = DequantizeKernel.Compute(i, new DeviceView<sbyte>(input), parameters);

    public static void QuantizedRelu(Index1D i, ArrayView<sbyte> input, ArrayView<sbyte> output, RescalingParameters parameters) =>
        output[i] = QuantizedReluKernel.Compute(i, new DeviceView<sbyte>(input), parameters);

    public static void QuantizedLinear(
        Index1D i, ArrayView<sbyte> input, ArrayView<sbyte> weights, ArrayView<int> bias, ArrayView<sbyte> output, QuantizedLinearParameters parameters) =>
        output[i] = QuantizedLinearKernel.Compute(
            i, new DeviceView<sbyte>(input), new DeviceView<sbyte>(weights), new DeviceView<int>(bias), parameters);

    public static void Add(Index1D i, ArrayView<float> left, ArrayView<float> right, ArrayView<float> output) =>
        output[i] = AddKernel.Compute(i, new DeviceView<float>(left), new DeviceView<float>(right));

    public static void LevelArithmetic(Index1D i, ArrayView<sbyte> left, ArrayView<sbyte> right, ArrayView<sbyte> output, LevelArithmeticParameters parameters) =>
        output[i] = LevelArithmeticKernel.Compute(i, new DeviceView<sbyte>(left), new DeviceView<sbyte>(right), parameters);

    public static void CopyInt8(Index1D i, ArrayView<sbyte> input, ArrayView<sbyte> output, CopyPlace place) => output[CopyKernel.Target(i, place)] = input[i];

    public static void CopyFloat32(Index1D i, ArrayView<float> input, ArrayView<float> output, CopyPlace place) => output[CopyKernel.Target(i, place)] = input[i];

    public static void CopyPartInt8(Index1D i, ArrayView<sbyte> input, ArrayView<sbyte> output, CopyPlace place) => output[i] = input[CopyKernel.Target(i, place)];

    public static void CopyPartFloat32(Index1D i, ArrayView<float> input, ArrayView<float> output, CopyPlace place) => output[i] = input[CopyKernel.Target(i, place)];

    public static void FillInt8(Index1D i, ArrayView<sbyte> output, sbyte level) => output[i] = level;

    public static void FillFloat32(Index1D i, ArrayView<float> output) => output[i] = 0;

    public static void SoftmaxMaximum(Index1D row, ArrayView<float> input, ArrayView<float> maxima, int rowElementCount) =>
        maxima[row] = SoftmaxKernel.Maximum(row, new DeviceView<float>(input), rowElementCount);

    public static void SoftmaxExponential(
        Index1D i, ArrayView<float> input, ArrayView<float> maxima, ArrayView<float> exponentials, int rowElementCount) =>
        exponentials[i] = SoftmaxKernel.Exponential(i, new DeviceView<float>(input), new DeviceView<float>(maxima), rowElementCount);

    public static void SoftmaxLaneSum(Index1D i, ArrayView<float> exponentials, ArrayView<float> laneSums, int rowElementCount) =>
        laneSums[i] = SoftmaxKernel.LaneSum(i, new DeviceView<float>(exponentials), rowElementCount);

    public static void SoftmaxReciprocalSum(Index1D row, ArrayView<float> laneSums, ArrayView<float> reciprocalSums) =>
        reciprocalSums[row] = SoftmaxKernel.ReciprocalSum(row, new DeviceView<float>(laneSums));

    public static void SoftmaxNormalize(
        Index1D i, ArrayView<float> exponentials, ArrayView<float> reciprocalSums, ArrayView<float> output, int rowElementCount) =>
        output[i] = SoftmaxKernel.Normalize(i, new DeviceView<float>(exponentials), new DeviceView<float>(reciprocalSums), rowElementCount);
}
