using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Planning;

/// <summary>Assigns the buffers of a <see cref="FreePlan"/> to the banks.</summary>
internal static class FreePlacement
{
    /// <summary>Whether some assignment fits.</summary>
    /// <param name="plan">A plan; its banks do not matter.</param>
    /// <param name="hasOutputScales">Whether output scales take room.</param>
    /// <param name="configuration">The banks.</param>
    public static bool Fits(FreePlan plan, bool hasOutputScales, DspConfiguration configuration) => BankAssignment.Fits(LengthsOf(plan, hasOutputScales), configuration.Banks);

    /// <summary>The plan with its banks.</summary>
    /// <param name="plan">A plan that fits.</param>
    /// <param name="hasOutputScales">Whether output scales take room.</param>
    /// <param name="configuration">The banks.</param>
    public static FreePlan Place(FreePlan plan, bool hasOutputScales, DspConfiguration configuration)
    {
        int[] banks = BankAssignment.Find(LengthsOf(plan, hasOutputScales), configuration.Banks)!;
        return plan with
        {
            Placement = BankAssignment.PlacementOf(banks),
            Schedule = plan.Schedule with { SecondCoefficientBank = banks[7], PartialSumBank = banks[8] },
        };
    }

    private static long[] LengthsOf(FreePlan plan, bool hasOutputScales) =>
        Array.ConvertAll(plan.PossibleBuffers(hasOutputScales), static buffer => buffer.LengthBytes);
}
