using ILGPU;
using ILGPU.Runtime;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Operators;

namespace TileProof.Kernels.Ilgpu;

/// <summary>The compiled kernels of one device; each is compiled at its first use.</summary>
internal sealed class KernelLaunchers(Accelerator accelerator)
{
    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, ArrayView<sbyte>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<sbyte>, Conv2dShape, RequantizationConstants>
        Conv2dInt8 => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, ArrayView<sbyte>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<sbyte>, Conv2dShape, RequantizationConstants>(DeviceKernels.Conv2dInt8);

    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, ArrayView<sbyte>, ArrayView<int>, ArrayView<float>, ArrayView<sbyte>, Conv2dShape, GenericRequantization>
        Conv2dGeneric => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, ArrayView<sbyte>, ArrayView<int>, ArrayView<float>, ArrayView<sbyte>, Conv2dShape, GenericRequantization>(DeviceKernels.Conv2dGeneric);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, Conv2dShape>
        Conv2dFloat32 => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, Conv2dShape>(DeviceKernels.Conv2dFloat32);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, MaxPool2dShape>
        MaxPool2d => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, MaxPool2dShape>(DeviceKernels.MaxPool2d);

    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, ArrayView<sbyte>, MaxPool2dShape>
        MaxPool2dLevels => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, ArrayView<sbyte>, MaxPool2dShape>(DeviceKernels.MaxPool2dLevels);

    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, ArrayView<sbyte>, MaxPool2dShape, AveragePoolParameters>
        AveragePool2d => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, ArrayView<sbyte>, MaxPool2dShape, AveragePoolParameters>(DeviceKernels.AveragePool2d);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, int, int>
        Mean => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, int, int>(DeviceKernels.Mean);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<sbyte>, RescalingParameters>
        Quantize => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<sbyte>, RescalingParameters>(DeviceKernels.Quantize);

    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, ArrayView<float>, RescalingParameters>
        Dequantize => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, ArrayView<float>, RescalingParameters>(DeviceKernels.Dequantize);

    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, ArrayView<sbyte>, RescalingParameters>
        QuantizedRelu => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, ArrayView<sbyte>, RescalingParameters>(DeviceKernels.QuantizedRelu);

    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, ArrayView<sbyte>, ArrayView<int>, ArrayView<sbyte>, QuantizedLinearParameters>
        QuantizedLinear => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, ArrayView<sbyte>, ArrayView<int>, ArrayView<sbyte>, QuantizedLinearParameters>(DeviceKernels.QuantizedLinear);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>>
        Add => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>>(DeviceKernels.Add);

    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, ArrayView<sbyte>, ArrayView<sbyte>, LevelArithmeticParameters>
        LevelArithmetic => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, ArrayView<sbyte>, ArrayView<sbyte>, LevelArithmeticParameters>(DeviceKernels.LevelArithmetic);

    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, ArrayView<sbyte>, CopyPlace>
        CopyInt8 => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, ArrayView<sbyte>, CopyPlace>(DeviceKernels.CopyInt8);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, CopyPlace>
        CopyFloat32 => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, CopyPlace>(DeviceKernels.CopyFloat32);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, CopyPlace>
        CopyPartFloat32 => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, CopyPlace>(DeviceKernels.CopyPartFloat32);

    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, ArrayView<sbyte>, CopyPlace>
        CopyPartInt8 => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, ArrayView<sbyte>, CopyPlace>(DeviceKernels.CopyPartInt8);

    public Action<AcceleratorStream, Index1D, ArrayView<sbyte>, sbyte>
        FillInt8 => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<sbyte>, sbyte>(DeviceKernels.FillInt8);

    public Action<AcceleratorStream, Index1D, ArrayView<float>>
        FillFloat32 => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>>(DeviceKernels.FillFloat32);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, int>
        SoftmaxMaximum => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, int>(DeviceKernels.SoftmaxMaximum);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, int>
        SoftmaxExponential => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, int>(DeviceKernels.SoftmaxExponential);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, int>
        SoftmaxLaneSum => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, int>(DeviceKernels.SoftmaxLaneSum);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>>
        SoftmaxReciprocalSum => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>>(DeviceKernels.SoftmaxReciprocalSum);

    public Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, int>
        SoftmaxNormalize => field ??= accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, int>(DeviceKernels.SoftmaxNormalize);
}
