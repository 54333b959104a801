using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>Mean over the elements of windows that lie in the image, one output at a time (<see cref="AveragePool2dCall"/>).</summary>
internal static class ScalarAveragePool2d
{
    public static Tensor Compute(AveragePool2dCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Int8);
        (QuantizationParameters from, QuantizationParameters to) = (call.Input.RequiredQuantization, call.Output.RequiredQuantization);
        for (int offset = 0; offset < output.Shape.ElementCount; offset++)
        {
            TensorIndex index = output.Shape.IndexOf(offset);
            (int sum, int count) = (0, 0);
            for (int ky = 0; ky < call.Shape.KernelHeight; ky++)
            {
                for (int kx = 0; kx < call.Shape.KernelWidth; kx++)
                {
                    int y = (index.Y * call.Shape.StrideHeight) + ky - call.Shape.PadTop;
                    int x = (index.X * call.Shape.StrideWidth) + kx - call.Shape.PadLeft;
                    if (y >= 0 && y < call.Shape.InHeight && x >= 0 && x < call.Shape.InWidth)
                    {
                        sum += input.Int8[input.Shape.OffsetOf(index.N, index.C, y, x)] - from.ZeroPoint;
                        count++;
                    }
                }
            }

            float factor = (float)((double)from.Scale / ((double)to.Scale * count));
            float steps = MathF.Round(sum * factor, MidpointRounding.ToEven);
            output.Int8[offset] = (sbyte)Math.Min(Math.Max(to.ZeroPoint + steps, -128f), 127f);
        }

        return output;
    }
}
