using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Planning;

/// <summary>Assigns the buffers of a plan with a <see cref="TileSchedule"/> to the banks.</summary>
internal static class FreePlacement
{
    /// <summary>The plan with its banks; null when no assignment fits.</summary>
    /// <param name="plan">A plan whose banks are not assigned.</param>
    /// <param name="hasOutputScales">Whether output scales take room.</param>
    /// <param name="configuration">The banks.</param>
    public static Conv2dTilePlan? Find(Conv2dTilePlan plan, bool hasOutputScales, DspConfiguration configuration)
    {
        TileSchedule schedule = plan.Schedule!;
        int parameterBuffers = schedule.KeepsAllBiases ? 1 : 2;
        long inputBytes = RoundUp(plan.InputBufferBytes);
        long coefficientBytes = RoundUp(plan.CoefficientBufferBytes);
        long outputBytes = RoundUp(plan.OutputBufferBytes);
        ReadOnlySpan<long> lengthBytes =
        [
            inputBytes,
            schedule.InputBufferCount == 2 ? inputBytes : 0,
            coefficientBytes,
            outputBytes,
            outputBytes,
            parameterBuffers * RoundUp(plan.BiasBufferBytes),
            hasOutputScales ? parameterBuffers * RoundUp(plan.OutputScaleBufferBytes) : 0,
            schedule.CoefficientBufferCount == 2 ? coefficientBytes : 0,
            RoundUp(plan.PartialSumBufferBytes),
        ];
        if (BankAssignment.Find(lengthBytes, configuration.Dram0Bytes, configuration.Dram1Bytes) is not { } banks)
        {
            return null;
        }

        return plan with
        {
            Placement = BankAssignment.FromBits(banks),
            Schedule = schedule with { SecondCoefficientBank = (int)(banks >> 7) & 1, PartialSumBank = (int)(banks >> 8) & 1 },
        };

        long RoundUp(long bytes) => (bytes + configuration.AllocationAlignmentBytes - 1) / configuration.AllocationAlignmentBytes * configuration.AllocationAlignmentBytes;
    }
}
