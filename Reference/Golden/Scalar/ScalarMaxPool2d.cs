using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>Maximum over windows, as the DSP computes it.</summary>
/// <remarks>
/// Source: operator contract, section 2a. The maximum starts at -FLT_MAX and padding holds -FLT_MAX, so a window of negative
/// infinities gives -FLT_MAX. The hardware's choice for NaN and signed zeros is not published; this model takes IEEE 754-2019
/// maximumNumber (NaN never wins, +0 is above -0), which does not depend on the order of the window. The maximum of levels starts at -128.
/// </remarks>
internal static class ScalarMaxPool2d
{
    public static Tensor Compute(MaxPool2dCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, call.Output.ElementType);
        for (int offset = 0; offset < output.Shape.ElementCount; offset++)
        {
            IEnumerable<int> window = OffsetsOfWindow(call.Shape, input.Shape, output.Shape.IndexOf(offset));
            if (output.ElementType == ElementType.Int8)
            {
                output.Int8[offset] = window.Aggregate(sbyte.MinValue, (maximum, at) => Math.Max(maximum, input.Int8[at]));
            }
            else
            {
                output.Float32[offset] = window.Aggregate(float.MinValue, (maximum, at) => float.MaxNumber(maximum, input.Float32[at]));
            }
        }

        return output;
    }

    private static IEnumerable<int> OffsetsOfWindow(MaxPool2dShape shape, TensorShape input, TensorIndex index)
    {
        for (int ky = 0; ky < shape.KernelHeight; ky++)
        {
            int y = (index.Y * shape.StrideHeight) + ky - shape.PadTop;
            for (int kx = 0; kx < shape.KernelWidth; kx++)
            {
                int x = (index.X * shape.StrideWidth) + kx - shape.PadLeft;
                if ((uint)y < (uint)shape.InHeight && (uint)x < (uint)shape.InWidth)
                {
                    yield return input.OffsetOf(index.N, index.C, y, x);
                }
            }
        }
    }
}
