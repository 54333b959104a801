using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Generic;

/// <summary>The portable concatenation, padding and slice: runs of bytes.</summary>
internal static class GenericCopies
{
    public static Tensor Concat(ConcatCall call, IReadOnlyList<Tensor> inputs)
    {
        Tensor output = Tensor.Create(call.Output.Shape, call.Output.ElementType);
        int written = 0;
        for (int run = 0; run < call.RunCount; run++)
        {
            foreach (Tensor input in inputs)
            {
                int bytes = input.Bytes.Length / call.RunCount;
                input.Bytes.Slice(run * bytes, bytes).CopyTo(output.Bytes[written..]);
                written += bytes;
            }
        }

        return output;
    }

    public static Tensor Pad(PadCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, call.Output.ElementType);
        output.Bytes.Fill(unchecked((byte)call.Level));
        int elementBytes = input.ElementType.SizeBytes();
        int rowBytes = input.Shape.Width * elementBytes;
        for (int row = 0; row < input.Bytes.Length / rowBytes; row++)
        {
            (int plane, int y) = Math.DivRem(row, input.Shape.Height);
            int target = (((plane * output.Shape.Height) + y + call.PadTop) * output.Shape.Width) + call.PadLeft;
            input.Bytes.Slice(row * rowBytes, rowBytes).CopyTo(output.Bytes[(target * elementBytes)..]);
        }

        return output;
    }

    public static Tensor Slice(SliceCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, call.Output.ElementType);
        int runBytes = output.Bytes.Length / call.RunCount;
        int pitchBytes = input.Bytes.Length / call.RunCount;
        int skippedBytes = call.SkippedElements * input.ElementType.SizeBytes();
        for (int run = 0; run < call.RunCount; run++)
        {
            input.Bytes.Slice((run * pitchBytes) + skippedBytes, runBytes).CopyTo(output.Bytes[(run * runBytes)..]);
        }

        return output;
    }
}
