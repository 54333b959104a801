using System.Buffers;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Views;

namespace TileProof.Kernels.Host;

/// <summary>The five passes of softmax over a range of rows, one row at a time.</summary>
internal static unsafe class SoftmaxRows
{
    public static void Compute(HostView<float> input, HostView<float> output, int beginRow, int endRow, int rowElementCount)
    {
        // One row of exponentials is addressed as row 0; only the operand and the result move from row to row.
        float[] scratch = ArrayPool<float>.Shared.Rent(rowElementCount);
        float* lanes = stackalloc float[SoftmaxKernel.LaneCount];
        var laneSums = new HostView<float>(lanes);
        fixed (float* exponentials = scratch)
        {
            var z = new HostView<float>(exponentials);
            for (int row = beginRow; row < endRow; row++)
            {
                float maximum = SoftmaxKernel.Maximum(row, input, rowElementCount);
                var m = new HostView<float>(&maximum);
                HostView<float> x = input.From(row * rowElementCount);
                HostView<float> y = output.From(row * rowElementCount);
                for (int i = 0; i < rowElementCount; i++)
                {
                    z.Write(i, SoftmaxKernel.Exponential(i, x, m, rowElementCount));
                }

                for (int lane = 0; lane < SoftmaxKernel.LaneCount; lane++)
                {
                    laneSums.Write(lane, SoftmaxKernel.LaneSum(lane, z, rowElementCount));
                }

                float reciprocalSum = SoftmaxKernel.ReciprocalSum(0, laneSums);
                var r = new HostView<float>(&reciprocalSum);
                for (int i = 0; i < rowElementCount; i++)
                {
                    y.Write(i, SoftmaxKernel.Normalize(i, z, r, rowElementCount));
                }
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
    }
}
