using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>Concatenation, padding and slices, one element at a time.</summary>
internal static class ScalarCopies
{
    public static Tensor Concat(ConcatCall call, IReadOnlyList<Tensor> inputs)
    {
        Tensor output = Tensor.Create(call.Output.Shape, call.Output.ElementType);
        TensorShape shape = call.Output.Shape;
        for (int offset = 0; offset < shape.ElementCount; offset++)
        {
            TensorIndex at = shape.IndexOf(offset);
            Span<int> index = [at.N, at.C, at.Y, at.X];
            int input = 0;
            while (index[call.Axis] >= ExtentOf(inputs[input].Shape, call.Axis))
            {
                index[call.Axis] -= ExtentOf(inputs[input].Shape, call.Axis);
                input++;
            }

            Copy(inputs[input], inputs[input].Shape.OffsetOf(index[0], index[1], index[2], index[3]), output, offset);
        }

        return output;
    }

    public static Tensor Pad(PadCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, call.Output.ElementType);
        output.Bytes.Fill(unchecked((byte)call.Level));
        TensorShape shape = input.Shape;
        for (int offset = 0; offset < shape.ElementCount; offset++)
        {
            TensorIndex at = shape.IndexOf(offset);
            Copy(input, offset, output, output.Shape.OffsetOf(at.N, at.C, at.Y + call.PadTop, at.X + call.PadLeft));
        }

        return output;
    }

    public static Tensor Slice(SliceCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, call.Output.ElementType);
        for (int offset = 0; offset < output.Shape.ElementCount; offset++)
        {
            TensorIndex at = output.Shape.IndexOf(offset);
            Span<int> index = [at.N, at.C, at.Y, at.X];
            index[call.Axis] += call.First;
            Copy(input, input.Shape.OffsetOf(index[0], index[1], index[2], index[3]), output, offset);
        }

        return output;
    }

    private static int ExtentOf(TensorShape shape, int axis) => axis switch { 0 => shape.Batch, 1 => shape.Channels, 2 => shape.Height, _ => shape.Width };

    private static void Copy(Tensor source, int from, Tensor target, int to)
    {
        int bytes = source.ElementType.SizeBytes();
        source.Bytes.Slice(from * bytes, bytes).CopyTo(target.Bytes[(to * bytes)..]);
    }
}
