using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Words;

namespace TileProof.Golden.Words;

/// <summary>The words that the output bytes of a call must have, by the contract's definition of its operator: which elements each output is a function of, in their order where it matters.</summary>
/// <remarks>Tiled convolutions have <see cref="GoldenConvolutionWords"/>; here are those without a tiled kernel, whose taps outside the image are left out.</remarks>
public static class GoldenOperatorWords
{
    /// <summary>Computes the words of all output bytes.</summary>
    /// <exception cref="NotSupportedException">The operator has no definition on words.</exception>
    public static ulong[] Compute(OperatorCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ulong[] elements = call switch
        {
            QuantizePerTensorCall or DequantizePerTensorCall or QuantizedReluCall or AddCall or LevelArithmeticCall => Elementwise(call),
            ConcatCall concat => Concat(concat),
            PadCall pad => Pad(pad),
            SliceCall slice => Slice(slice),
            AveragePool2dCall average => AveragePool(average),
            MaxPool2dCall pool => MaxPool(pool),
            MeanCall => Mean(call),
            SoftmaxCall => Softmax(call),
            QuantizedLinearCall linear => Linear(linear),
            Conv2dCall convolution => Convolution(convolution),
            _ => throw new NotSupportedException($"{call.Kind} has no definition on words."),
        };
        if (call.Output.ElementType.SizeBytes() == 1 || call is ConcatCall or PadCall or SliceCall)
        {
            return elements;
        }

        var bytes = new ulong[elements.Length * sizeof(float)];
        for (int i = 0; i < elements.Length; i++)
        {
            RingWords.Split32(elements[i], bytes.AsSpan(i * sizeof(float), sizeof(float)));
        }

        return bytes;
    }

    private static ulong[] BytesOf(TensorInfo info, int number)
    {
        var bytes = new ulong[info.LengthBytes];
        RingWords.Fill(WordKind.Input, RingWords.FirstIndexOf(number), bytes);
        return bytes;
    }

    /// <summary>The elements of an input: a byte's word, or what four bytes form.</summary>
    private static ulong[] InputOf(OperatorCall call, int number)
    {
        TensorInfo info = call.Inputs[number];
        ulong[] bytes = BytesOf(info, number);
        return info.ElementType.SizeBytes() == 1 ? bytes : [.. bytes.Chunk(sizeof(float)).Select(static four => RingWords.Element32(four))];
    }

    private static ulong BiasOf(int channel) => RingWords.Element32(
        [RingWords.Of(WordKind.Bias, 4L * channel), RingWords.Of(WordKind.Bias, (4L * channel) + 1), RingWords.Of(WordKind.Bias, (4L * channel) + 2), RingWords.Of(WordKind.Bias, (4L * channel) + 3)]);

    private static ulong[] Elementwise(OperatorCall call)
    {
        ulong[] first = InputOf(call, 0);
        return call.Inputs.Count == 1
            ? Array.ConvertAll(first, static element => RingWords.Combine(element, 0))
            : [.. first.Zip(InputOf(call, 1), RingWords.Combine)];
    }

    /// <summary>The bytes themselves, of every input, at the place that the axis gives them.</summary>
    private static ulong[] Concat(ConcatCall call)
    {
        int elementBytes = call.Output.ElementType.SizeBytes();
        ulong[][] inputs = [.. call.Inputs.Select((value, number) => BytesOf(value, number))];
        var output = new ulong[call.Output.LengthBytes];
        for (int at = 0; at < output.Length; at++)
        {
            (int run, int within) = Math.DivRem(at, call.RunElements(call.Output) * elementBytes);
            int number = 0;
            for (; within >= call.RunElements(call.Inputs[number]) * elementBytes; number++)
            {
                within -= call.RunElements(call.Inputs[number]) * elementBytes;
            }

            output[at] = inputs[number][(run * call.RunElements(call.Inputs[number]) * elementBytes) + within];
        }

        return output;
    }

    private static ulong[] Pad(PadCall call)
    {
        int elementBytes = call.Output.ElementType.SizeBytes();
        ulong[] input = BytesOf(call.Input, 0);
        var output = new ulong[call.Output.LengthBytes];
        for (int at = 0; at < output.Length; at++)
        {
            TensorIndex index = call.Output.Shape.IndexOf(at / elementBytes);
            (int y, int x) = (index.Y - call.PadTop, index.X - call.PadLeft);
            output[at] = (uint)y < (uint)call.Input.Shape.Height && (uint)x < (uint)call.Input.Shape.Width
                ? input[(call.Input.Shape.OffsetOf(index.N, index.C, y, x) * elementBytes) + (at % elementBytes)]
                : RingWords.Of(WordKind.Constant, unchecked((byte)call.Level));
        }

        return output;
    }

    private static ulong[] Slice(SliceCall call)
    {
        int elementBytes = call.Output.ElementType.SizeBytes();
        ulong[] input = BytesOf(call.Input, 0);
        var output = new ulong[call.Output.LengthBytes];
        for (int at = 0; at < output.Length; at++)
        {
            TensorIndex index = call.Output.Shape.IndexOf(at / elementBytes);
            (int n, int c, int y, int x) = call.Axis switch
            {
                0 => (index.N + call.First, index.C, index.Y, index.X),
                1 => (index.N, index.C + call.First, index.Y, index.X),
                2 => (index.N, index.C, index.Y + call.First, index.X),
                _ => (index.N, index.C, index.Y, index.X + call.First),
            };
            output[at] = input[(call.Input.Shape.OffsetOf(n, c, y, x) * elementBytes) + (at % elementBytes)];
        }

        return output;
    }

    private static ulong[] MaxPool(MaxPool2dCall call)
    {
        MaxPool2dShape shape = call.Shape;
        TensorShape outputs = call.Output.Shape;
        ulong[] input = InputOf(call, 0);
        var output = new ulong[outputs.ElementCount];
        for (int at = 0; at < output.Length; at++)
        {
            TensorIndex index = outputs.IndexOf(at);
            for (int ky = 0; ky < shape.KernelHeight; ky++)
            {
                for (int kx = 0; kx < shape.KernelWidth; kx++)
                {
                    int y = (index.Y * shape.StrideHeight) + ky - shape.PadTop;
                    int x = (index.X * shape.StrideWidth) + kx - shape.PadLeft;
                    bool isInside = (uint)y < (uint)shape.InHeight && (uint)x < (uint)shape.InWidth;
                    output[at] = unchecked(output[at] + RingWords.OfSetMember(
                        isInside ? input[call.Input.Shape.OffsetOf(index.N, index.C, y, x)]
                            : call.Input.ElementType == ElementType.Int8 ? RingWords.Of(WordKind.Constant, unchecked((byte)sbyte.MinValue)) : RingWords.LowestFloat()));
                }
            }
        }

        return output;
    }

    /// <summary>A sum over the window, in any order, and the number of its elements in the image; padding is the level of 0.</summary>
    private static ulong[] AveragePool(AveragePool2dCall call)
    {
        MaxPool2dShape shape = call.Shape;
        ulong[] input = InputOf(call, 0);
        ulong zero = RingWords.OfSetMember(RingWords.Of(WordKind.Constant, unchecked((byte)call.Input.RequiredQuantization.ZeroPoint)));
        var output = new ulong[call.Output.Shape.ElementCount];
        for (int at = 0; at < output.Length; at++)
        {
            TensorIndex index = call.Output.Shape.IndexOf(at);
            (ulong sum, ulong count) = (0, 0);
            for (int tap = 0; tap < shape.KernelHeight * shape.KernelWidth; tap++)
            {
                int y = (index.Y * shape.StrideHeight) + (tap / shape.KernelWidth) - shape.PadTop;
                int x = (index.X * shape.StrideWidth) + (tap % shape.KernelWidth) - shape.PadLeft;
                bool isInside = y >= 0 && y < shape.InHeight && x >= 0 && x < shape.InWidth;
                sum = unchecked(sum + (isInside ? RingWords.OfSetMember(input[call.Input.Shape.OffsetOf(index.N, index.C, y, x)]) : zero));
                count += isInside ? 1UL : 0;
            }

            output[at] = RingWords.Combine(sum, count);
        }

        return output;
    }

    /// <summary>Planes of 2x2 are summed in pairs, others one after the other: the first word says which.</summary>
    private static ulong[] Mean(OperatorCall call)
    {
        TensorShape shape = call.Input.Shape;
        ulong first = shape is { Height: 2, Width: 2 } ? 1UL : 0;
        return [.. InputOf(call, 0).Chunk(shape.PlaneElementCount).Select(plane => plane.Aggregate(first, RingWords.Combine))];
    }

    private static ulong[] Softmax(OperatorCall call) =>
    [
        .. from row in InputOf(call, 0).Chunk(call.Input.Shape.ImageElementCount)
           let all = row.Aggregate(0UL, RingWords.Combine)
           from element in Enumerable.Range(0, row.Length)
           select RingWords.Combine(all, (ulong)element),
    ];

    private static ulong[] Linear(QuantizedLinearCall call)
    {
        ulong[] input = InputOf(call, 0);
        var weights = new ulong[call.Weights.Length];
        RingWords.Fill(WordKind.Weight, 0, weights);
        var output = new ulong[call.Output.Shape.ElementCount];
        for (int at = 0; at < output.Length; at++)
        {
            (int row, int m) = Math.DivRem(at, call.OutputFeatures);
            ulong sum = BiasOf(m);
            for (int k = 0; k < call.InputFeatures; k++)
            {
                sum = unchecked(sum + (input[(row * call.InputFeatures) + k] * weights[(m * call.InputFeatures) + k]));
            }

            output[at] = sum;
        }

        return output;
    }

    private static ulong[] Convolution(Conv2dCall call)
    {
        Conv2dShape shape = call.Shape;
        TensorShape inputs = call.Input.Shape;
        TensorShape weightShape = shape.WeightShape();
        TensorShape outputs = call.Output.Shape;
        ulong[] input = InputOf(call, 0);
        var weights = new ulong[shape.WeightCount];
        RingWords.Fill(WordKind.Weight, 0, weights);
        var output = new ulong[outputs.ElementCount];
        for (int at = 0; at < output.Length; at++)
        {
            TensorIndex index = outputs.IndexOf(at);
            int firstInput = index.C / (shape.OutChannels / shape.Groups) * (shape.InChannels / shape.Groups);
            ulong sum = BiasOf(index.C);
            for (int c = 0; c < shape.InChannels / shape.Groups; c++)
            {
                for (int ky = 0; ky < shape.KernelHeight; ky++)
                {
                    for (int kx = 0; kx < shape.KernelWidth; kx++)
                    {
                        int y = (index.Y * shape.StrideHeight) + (ky * shape.DilationHeight) - shape.PadTop;
                        int x = (index.X * shape.StrideWidth) + (kx * shape.DilationWidth) - shape.PadLeft;
                        if ((uint)y < (uint)shape.InHeight && (uint)x < (uint)shape.InWidth)
                        {
                            sum = unchecked(sum + (input[inputs.OffsetOf(index.N, firstInput + c, y, x)] * weights[weightShape.OffsetOf(index.C, c, ky, kx)]));
                        }
                    }
                }
            }

            output[at] = sum;
        }

        return output;
    }
}
