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
        long[] lengthBytes = Array.ConvertAll(plan.PossibleBuffers(hasOutputScales), static buffer => buffer.LengthBytes);
        if (BankAssignment.Find(lengthBytes, configuration.Dram0Bytes, configuration.Dram1Bytes) is not { } banks)
        {
            return null;
        }

        return plan with
        {
            Placement = BankAssignment.FromBits(banks),
            Schedule = plan.Schedule! with { SecondCoefficientBank = (int)(banks >> 7) & 1, PartialSumBank = (int)(banks >> 8) & 1 },
        };
    }
}
