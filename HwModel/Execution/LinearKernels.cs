using System.Runtime.InteropServices;
using TileProof.HwModel.HostSimd;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Execution;

/// <summary>The int8 fully connected layer; its sums stay in the core from the first segment of a tile to its outputs.</summary>
internal sealed class LinearKernels(QuantizedLinearCall call) : IProgramKernels
{
    private readonly float scale = RescalingFactor.Of(call.OutputMultiplier, call.OutputShift);
    private readonly int inputZeroPoint = call.Input.RequiredQuantization.ZeroPoint;
    private readonly int outputZeroPoint = call.Output.RequiredQuantization.ZeroPoint;
    private readonly int[] sums = new int[call.OutputFeatures];

    public ArithmeticEvents Compute(ProgramStep step)
    {
        switch (step.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.LinearSums:
                Accumulate(step);
                break;
            case ProgramKernel.LinearOutputs:
                Requantize(step.Writes[0]);
                break;
            default:
                throw step.UnknownKernel("linear");
        }

        return default;
    }

    private void Accumulate(ProgramStep step)
    {
        KernelParameters parameters = step.Instruction.Parameters;
        StridedRegion inputs = step.Reads[0];
        StridedRegion weights = step.Reads[1];
        if (parameters.Pass == 0)
        {
            call.Bias.AsSpan().Slice(parameters.FirstOutChannel, parameters.OutChannels).CopyTo(sums);
        }

        short[] inputDistances = new short[LinearArithmetic.PaddedLength(inputs.RowBytes)];
        short[] weightDistances = new short[inputDistances.Length];
        LinearArithmetic.Widen(Row(inputs, 0, parameters.AlignmentBytes), inputZeroPoint, inputDistances);
        for (int output = 0; output < parameters.OutChannels; output++)
        {
            LinearArithmetic.Widen(Row(weights, output, parameters.AlignmentBytes), call.WeightZeroPoint, weightDistances);
            sums[output] = unchecked(sums[output] + DotProduct.Sum(inputDistances, weightDistances));
        }
    }

    /// <summary>One row; the aligned loads of the published kernel drop the low bits of its address (hazard L4).</summary>
    private static ReadOnlySpan<sbyte> Row(in StridedRegion rows, int index, int alignmentBytes)
    {
        int offsetBytes = rows.OffsetBytes + (index * rows.RowPitchBytes);
        int droppedBytes = alignmentBytes == 0 ? 0 : (rows.Buffer.OffsetBytes + offsetBytes) % alignmentBytes;
        return MemoryMarshal.Cast<byte, sbyte>(rows.Buffer.BytesFrom(offsetBytes - droppedBytes, rows.RowBytes));
    }

    private void Requantize(in StridedRegion outputs)
    {
        Span<sbyte> levels = MemoryMarshal.Cast<byte, sbyte>(outputs.ConsecutiveBytes());
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = LinearArithmetic.Requantize(sums[i], scale, outputZeroPoint);
        }
    }
}
