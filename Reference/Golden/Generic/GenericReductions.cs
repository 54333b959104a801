using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Generic;

/// <summary>The vendor's portable pooling and mean.</summary>
/// <remarks>
/// Source: operator contract, sections 2e and 3a. Pooling starts at the first element inside the image and takes a later one only
/// if it is larger, so a window of negative infinities stays negative infinity, and of two zeros the first wins.
/// The mean adds in memory order and divides by the count, for every plane size.
/// </remarks>
internal static class GenericReductions
{
    public static Tensor MaxPool2d(MaxPool2dCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, call.Output.ElementType);
        if (output.ElementType == ElementType.Int8)
        {
            MaxPool2d<sbyte>(call.Shape, input.Shape, input.Int8, output.Shape, output.Int8);
        }
        else
        {
            MaxPool2d<float>(call.Shape, input.Shape, input.Float32, output.Shape, output.Float32);
        }

        return output;
    }

    private static void MaxPool2d<T>(MaxPool2dShape shape, TensorShape inputShape, ReadOnlySpan<T> input, TensorShape outputShape, Span<T> output)
        where T : System.Numerics.INumber<T>
    {
        for (int offset = 0; offset < output.Length; offset++)
        {
            TensorIndex index = outputShape.IndexOf(offset);
            int firstY = (index.Y * shape.StrideHeight) - shape.PadTop;
            int firstX = (index.X * shape.StrideWidth) - shape.PadLeft;
            int lastY = Math.Min(firstY + shape.KernelHeight, shape.InHeight) - 1;
            int lastX = Math.Min(firstX + shape.KernelWidth, shape.InWidth) - 1;
            firstY = Math.Max(firstY, 0);
            firstX = Math.Max(firstX, 0);
            T maximum = input[inputShape.OffsetOf(index.N, index.C, firstY, firstX)];
            for (int y = firstY; y <= lastY; y++)
            {
                for (int x = firstX; x <= lastX; x++)
                {
                    T element = input[inputShape.OffsetOf(index.N, index.C, y, x)];
                    maximum = element > maximum ? element : maximum;
                }
            }

            output[offset] = maximum;
        }
    }

    /// <summary>The part of each window that lies in the image; there is no portable kernel, so that this is the contract again, by plane and row.</summary>
    public static Tensor AveragePool2d(AveragePool2dCall call, Tensor input)
    {
        MaxPool2dShape shape = call.Shape;
        QuantizationParameters levels = call.Output.RequiredQuantization;
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Int8);
        for (int plane = 0; plane < output.Shape.Batch * output.Shape.Channels; plane++)
        {
            ReadOnlySpan<sbyte> image = input.Int8.Slice(plane * shape.InHeight * shape.InWidth, shape.InHeight * shape.InWidth);
            Span<sbyte> means = output.Int8.Slice(plane * shape.OutHeight * shape.OutWidth, shape.OutHeight * shape.OutWidth);
            for (int i = 0; i < means.Length; i++)
            {
                int top = (i / shape.OutWidth * shape.StrideHeight) - shape.PadTop;
                int left = (i % shape.OutWidth * shape.StrideWidth) - shape.PadLeft;
                (int firstY, int endY) = (Math.Max(top, 0), Math.Min(top + shape.KernelHeight, shape.InHeight));
                (int firstX, int endX) = (Math.Max(left, 0), Math.Min(left + shape.KernelWidth, shape.InWidth));
                int count = (endY - firstY) * (endX - firstX);
                long total = 0;
                for (int y = firstY; y < endY; y++)
                {
                    foreach (sbyte level in image.Slice((y * shape.InWidth) + firstX, endX - firstX))
                    {
                        total += level;
                    }
                }

                float factor = (float)(call.Input.RequiredQuantization.Scale / ((double)count * levels.Scale));
                float steps = MathF.Round((total - ((long)count * call.Input.RequiredQuantization.ZeroPoint)) * factor, MidpointRounding.ToEven);
                means[i] = (sbyte)Math.Clamp(levels.ZeroPoint + steps, sbyte.MinValue, sbyte.MaxValue);
            }
        }

        return output;
    }

    public static Tensor Mean(MeanCall call, Tensor input)
    {
        int planeElementCount = input.Shape.PlaneElementCount;
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        for (int plane = 0; plane < output.Float32.Length; plane++)
        {
            ReadOnlySpan<float> elements = input.Float32.Slice(plane * planeElementCount, planeElementCount);
            float sum = elements[0];
            for (int i = 1; i < elements.Length; i++)
            {
                sum += elements[i];
            }

            output.Float32[plane] = sum / planeElementCount;
        }

        return output;
    }
}
