using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>float32 maximum over windows, as the DSP computes it.</summary>
/// <remarks>
/// Source: operator contract, section 2a. The maximum starts at -FLT_MAX and padding holds -FLT_MAX, so a window of negative
/// infinities gives -FLT_MAX. The hardware's choice for NaN and signed zeros is not published; this model takes IEEE 754-2019
/// maximumNumber (NaN never wins, +0 is above -0), which does not depend on the order of the window.
/// </remarks>
internal static class ScalarMaxPool2d
{
    public static Tensor Compute(MaxPool2dCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        Span<float> elements = output.Float32;
        for (int offset = 0; offset < elements.Length; offset++)
        {
            elements[offset] = MaximumOfWindow(call.Shape, input, output.Shape.IndexOf(offset));
        }

        return output;
    }

    private static float MaximumOfWindow(MaxPool2dShape shape, Tensor input, TensorIndex index)
    {
        ReadOnlySpan<float> elements = input.Float32;
        float maximum = float.MinValue;
        for (int ky = 0; ky < shape.KernelHeight; ky++)
        {
            int y = (index.Y * shape.Stride) + ky - shape.Padding;
            for (int kx = 0; kx < shape.KernelWidth; kx++)
            {
                int x = (index.X * shape.Stride) + kx - shape.Padding;
                if ((uint)y < (uint)shape.InHeight && (uint)x < (uint)shape.InWidth)
                {
                    maximum = float.MaxNumber(maximum, elements[input.Shape.OffsetOf(index.N, index.C, y, x)]);
                }
            }
        }

        return maximum;
    }
}
