using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;

namespace TileProof.Verification.Fuzzing;

/// <summary>Moves a fuzz case to an edge of its planner: to a bank size where the plan becomes another, or one step beside it.</summary>
/// <remarks>
/// A plan is what its planner decides: path, numbers of tiles, banks and schedule, not the sizes that change with every step. The edge is
/// found by halving between two bank sizes with different plans, so that every planner has its edges without being asked for its limits.
/// </remarks>
internal static class FuzzEdges
{
    private const int StepBytes = DspConfiguration.BankGranularityBytes;

    /// <summary>The case with another size of one bank; the case itself where its plan does not depend on that bank.</summary>
    public static FuzzCase Move(FuzzCase one, FuzzDraw draw)
    {
        DspConfiguration machine = one.Machine.Configuration;
        int bank = draw.Below(machine.Banks.Count);
        int low = DspConfiguration.MinimumBankBytes / StepBytes;
        int high = low + 1 + draw.Below(draw.Pick(32, 256, 1024));
        int step = draw.Between(-1, 1);
        FuzzModel model = FuzzModel.Of(one);
        OperatorCall call = model.Calls[draw.Below(model.Calls.Count)];
        try
        {
            string lowest = PlanOf(one, bank, low, call);
            if (PlanOf(one, bank, high, call) == lowest)
            {
                return one;
            }

            while (high - low > 1)
            {
                int middle = low + ((high - low) / 2);
                if (PlanOf(one, bank, middle, call) == lowest)
                {
                    low = middle;
                }
                else
                {
                    high = middle;
                }
            }

            return WithBank(one, bank, Math.Max(high + step, DspConfiguration.MinimumBankBytes / StepBytes));
        }
        catch (HardwareFaultException)
        {
            return one;
        }
    }

    /// <summary>Where a case lies: its plan at this size of a bank is another than one step below, or one step above.</summary>
    /// <returns>Whether the plan changes between the size below and this one, and between this one and the next, for any bank.</returns>
    public static (bool IsAbove, bool IsBelow) PlaceOf(FuzzCase one, OperatorCall call)
    {
        bool isAbove = false;
        bool isBelow = false;
        BankBytes banks = one.Machine.Configuration.Banks;
        for (int bank = 0; bank < banks.Count; bank++)
        {
            int size = banks[bank] / StepBytes;
            string here = PlanOf(one, bank, size, call);
            isAbove |= banks[bank] > DspConfiguration.MinimumBankBytes && PlanOf(one, bank, size - 1, call) != here;
            isBelow |= PlanOf(one, bank, size + 1, call) != here;
        }

        return (isAbove, isBelow);
    }

    /// <summary>What a planner decides of a program, without the sizes of its tiles.</summary>
    public static string Describe(CallPlan plan) => plan switch
    {
        { Convolution: FreePlan free } => string.Create(CultureInfo.InvariantCulture, $"{free.ChannelTileCount}x{free.RowTileCount}x{free.PassCount} {free.Placement} {free.Schedule.Order} {free.Schedule.InputBufferCount} {free.Schedule.CoefficientBufferCount} {free.Schedule.KeepsAllBiases}"),
        { Convolution: TiledPlan tiled } => string.Create(CultureInfo.InvariantCulture, $"{tiled.ChannelTileCount}x{tiled.RowTileCount} {tiled.Placement}"),
        { MaxPool: { } pooling } => string.Create(CultureInfo.InvariantCulture, $"{pooling.ChannelTileCount}x{pooling.RowTileCount}"),
        _ => $"{plan.Path} {plan.Tiling.Split(" of ")[0]}",
    };

    private static string PlanOf(FuzzCase one, int bank, int units, OperatorCall call)
    {
        DspConfiguration machine = WithBank(one, bank, units).Machine.Configuration;
        if (call is Conv2dCall convolution && one.Programs.Tiles(convolution.Shape))
        {
            Conv2dTilePlan plan = ConvolutionPlans.Published.PlanOf(convolution.Shape, machine, usesBanks: one.Routing != OperatorRouting.Direct);
            return Describe(CallPlan.Of(plan, ""));
        }

        return Describe(one.Programs.Write(new CallRequest(call, machine, one.Routing)).Plan);
    }

    private static FuzzCase WithBank(FuzzCase one, int bank, int units)
    {
        int[] bytes = [.. one.Machine.Configuration.Banks];
        bytes[bank] = units * StepBytes;
        return one with { Machine = one.Machine with { Configuration = one.Machine.Configuration.WithBanks(BankBytes.Of(bytes)) } };
    }
}
