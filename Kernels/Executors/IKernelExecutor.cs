using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Operators;

namespace TileProof.Kernels.Executors;

/// <summary>Runs the kernel bodies over whole tensors, on the host or on a device.</summary>
/// <remarks>
/// Calls of one executor take effect in order; a device may still be working when a call returns, and <see cref="Download"/> waits
/// for it. Every method but <see cref="Copy"/> writes all of <c>output</c>. Results do not depend on the executor. Not safe for concurrent callers.
/// </remarks>
public interface IKernelExecutor : IDisposable
{
    /// <summary>What the kernels run on.</summary>
    KernelDevice Device { get; }

    /// <summary>A value with undefined contents.</summary>
    KernelValue Allocate(TensorShape shape, ElementType elementType);

    /// <summary>A value with the contents of <paramref name="tensor"/>, which must not change while the value is in use.</summary>
    KernelValue Upload(Tensor tensor);

    /// <summary>Waits for the calls so far and returns the contents of a value.</summary>
    Tensor Download(KernelValue value);

    /// <summary>Forgets what was prepared for constants that are not needed again.</summary>
    void Release(KernelConstants constants);

    /// <summary>int8 convolution with a 24-bit accumulator. Input <c>[N, C, H, W]</c>, output <c>[N, OC, OH, OW]</c>.</summary>
    /// <exception cref="ArgumentException">A value does not match the geometry.</exception>
    void Conv2dInt8(Conv2dInt8Constants constants, KernelValue input, KernelValue output);

    /// <summary>int8 convolution that accumulates in single precision.</summary>
    /// <exception cref="ArgumentException">A value does not match the geometry.</exception>
    void Conv2dGeneric(Conv2dGenericConstants constants, KernelValue input, KernelValue output);

    /// <summary>float32 convolution.</summary>
    /// <exception cref="ArgumentException">A value does not match the geometry.</exception>
    void Conv2dFloat32(Conv2dFloat32Constants constants, KernelValue input, KernelValue output);

    /// <summary>float32 maximum over windows.</summary>
    /// <exception cref="ArgumentException">A value does not match the geometry.</exception>
    void MaxPool2d(MaxPool2dShape shape, KernelValue input, KernelValue output);

    /// <summary>int8 mean over the elements of windows in the image.</summary>
    /// <exception cref="ArgumentException">A value does not match the geometry.</exception>
    void AveragePool2d(MaxPool2dShape shape, AveragePoolParameters parameters, KernelValue input, KernelValue output);

    /// <summary>float32 mean over H and W: <c>[N, C, H, W]</c> to <c>[N, C, 1, 1]</c>.</summary>
    /// <exception cref="ArgumentException">The values do not match.</exception>
    void Mean(KernelValue input, KernelValue output);

    /// <summary>float32 to int8; the scale is the reciprocal of the output scale.</summary>
    /// <exception cref="ArgumentException">The values do not match.</exception>
    void Quantize(RescalingParameters parameters, KernelValue input, KernelValue output);

    /// <summary>int8 to float32.</summary>
    /// <exception cref="ArgumentException">The values do not match.</exception>
    void Dequantize(RescalingParameters parameters, KernelValue input, KernelValue output);

    /// <summary>int8 rectifier with requantization.</summary>
    /// <exception cref="ArgumentException">The values do not match.</exception>
    void QuantizedRelu(RescalingParameters parameters, KernelValue input, KernelValue output);

    /// <summary>int8 fully connected layer: K elements an image in, M out.</summary>
    /// <exception cref="ArgumentException">A value does not match the parameters.</exception>
    void QuantizedLinear(QuantizedLinearConstants constants, KernelValue input, KernelValue output);

    /// <summary>float32 sum of two values of one shape.</summary>
    /// <exception cref="ArgumentException">The values do not match.</exception>
    void Add(KernelValue left, KernelValue right, KernelValue output);

    /// <summary>Requantization, sum or product of int8 values of one shape.</summary>
    void LevelArithmetic(LevelArithmeticParameters parameters, KernelValue left, KernelValue right, KernelValue output);

    /// <summary>Copies all elements of a value to a place in another of its type; writes nothing else of <paramref name="output"/>.</summary>
    void Copy(CopyPlace place, KernelValue input, KernelValue output);

    /// <summary>Copies elements that lie at a place in a value to all of another of its type.</summary>
    void CopyPart(CopyPlace place, KernelValue input, KernelValue output);

    /// <summary>Writes one level everywhere, or 0 where the value is float32.</summary>
    void Fill(sbyte level, KernelValue output);

    /// <summary>float32 softmax over the elements of each image.</summary>
    /// <exception cref="ArgumentException">The values do not match.</exception>
    void Softmax(KernelValue input, KernelValue output);
}
