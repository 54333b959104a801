using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Verification.Machines;

namespace TileProof.Verification.Fuzzing;

/// <summary>Makes the plan that a fuzz case names for a convolution.</summary>
internal static class FuzzPlanning
{
    private const int Attempts = 8;

    /// <summary>The plan; null for the planner's, and where what the case names fits no bank.</summary>
    /// <param name="wanted">What the case names.</param>
    /// <param name="shape">The geometry; the programs of the case have a tiled kernel for it.</param>
    /// <param name="described">The machine, whose costs decide tuned plans.</param>
    /// <param name="machine">Its hardware.</param>
    /// <param name="hasOutputScales">Whether every output channel has a scale of its own.</param>
    public static Conv2dTilePlan? TryPlan(FuzzPlan wanted, Conv2dShape shape, DescribedMachine described, DspConfiguration machine, bool hasOutputScales)
    {
        bool isPublished = ConvolutionKernel.IsPublished(shape);
        return wanted.Kind switch
        {
            FuzzPlanKind.Cache => CachePlan.Of(shape),
            FuzzPlanKind.Tiles when isPublished => Fit(wanted, shape, machine, hasOutputScales, isFree: false),
            FuzzPlanKind.Free => Fit(wanted, shape, machine, hasOutputScales, isFree: true),
            FuzzPlanKind.Tuned when isPublished => CompatibleTileSearch.Find(shape, machine, ModelOf(described), hasOutputScales).Best,
            FuzzPlanKind.TunedFree when isPublished => FreeTileSearch.Find(shape, machine, ModelOf(described), hasOutputScales).Best,
            _ => null,
        };
    }

    private static PlanCostModel ModelOf(DescribedMachine machine) =>
        new(machine.CoefficientsFrom(CostCoefficients.Calibrated), MachineMode.MemoryModel, machine.Configuration);

    /// <summary>Rows are given up first, then channels.</summary>
    private static DmaPlan? Fit(FuzzPlan wanted, Conv2dShape shape, DspConfiguration machine, bool hasOutputScales, bool isFree)
    {
        int channels = ChannelTile(shape, wanted.ChannelsPerTile);
        for (int rows = Math.Clamp(wanted.RowsPerTile, 1, shape.OutHeight); ;)
        {
            if (Place(Unplaced(wanted, shape, machine, channels, rows, isFree), hasOutputScales, machine, wanted.PlacementSeed) is { } plan)
            {
                return plan;
            }

            if (rows > 1)
            {
                rows = (rows + 1) / 2;
            }
            else if (channels > 1)
            {
                channels = ChannelTile(shape, channels / 2);
            }
            else
            {
                return null;
            }
        }
    }

    /// <summary>Whole groups, or a part of one that divides it.</summary>
    private static int ChannelTile(Conv2dShape shape, int wanted)
    {
        int channels = Math.Clamp(wanted, 1, shape.OutChannels);
        if (shape.Groups == 1)
        {
            return channels;
        }

        if (channels >= shape.GroupOutChannels)
        {
            return channels / shape.GroupOutChannels * shape.GroupOutChannels;
        }

        while (shape.GroupOutChannels % channels != 0)
        {
            channels--;
        }

        return channels;
    }

    private static DmaPlan Unplaced(FuzzPlan wanted, Conv2dShape shape, DspConfiguration machine, int channels, int rows, bool isFree)
    {
        if (!isFree)
        {
            return new TiledPlan
            {
                Shape = shape, ChannelsPerTile = channels, RowsPerTile = rows, AllocationAlignmentBytes = machine.AllocationAlignmentBytes, Placement = default,
            };
        }

        int passes = Math.Clamp(wanted.Passes, 1, shape.InChannels);
        return new FreePlan
        {
            Shape = shape,
            ChannelsPerTile = channels,
            RowsPerTile = rows,
            AllocationAlignmentBytes = machine.AllocationAlignmentBytes,
            Placement = default,
            Schedule = new TileSchedule
            {
                Order = wanted.Order,
                InputBufferCount = wanted.InputBuffers,
                CoefficientBufferCount = wanted.CoefficientBuffers,
                InputChannelsPerPass = shape.Groups == 1
                    ? (shape.InChannels + passes - 1) / passes
                    : Math.Max(1, channels / shape.GroupOutChannels) * shape.GroupInChannels,
                KeepsAllBiases = wanted.KeepsAllBiases,
                SecondCoefficientBank = 0,
                PartialSumBank = 0,
            },
        };
    }

    /// <summary>Buffers one after the other into a bank that the seed picks, or the next with room.</summary>
    private static DmaPlan? Place(DmaPlan plan, bool hasOutputScales, DspConfiguration machine, int seed)
    {
        PlannedBuffer[] buffers = [.. plan.Buffers(hasOutputScales)];
        CounterRandom numbers = CounterRandom.FromSeed((ulong)seed);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long[] free = [.. machine.Banks.Select(static bytes => (long)bytes)];
            var banks = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < buffers.Length; i++)
            {
                int first = numbers.Below((attempt * buffers.Length) + i, free.Length);
                int bank = Enumerable.Range(first, free.Length).Select(number => number % free.Length).FirstOrDefault(number => free[number] >= buffers[i].LengthBytes, -1);
                if (bank < 0)
                {
                    break;
                }

                free[bank] -= buffers[i].LengthBytes;
                banks.Add(buffers[i].Label, bank);
            }

            if (banks.Count == buffers.Length)
            {
                return Placed(plan, label => banks.GetValueOrDefault(label));
            }
        }

        return null;
    }

    private static DmaPlan Placed(DmaPlan plan, Func<string, int> bankOf)
    {
        var placement = new BankPlacement(
            bankOf("input ping"), bankOf("input pong"), bankOf("coefficients"), bankOf("output ping"), bankOf("output pong"), bankOf("biases"), bankOf("output scales"));
        return plan is FreePlan free
            ? free with { Placement = placement, Schedule = free.Schedule with { SecondCoefficientBank = bankOf("second coefficients"), PartialSumBank = bankOf("partial sums") } }
            : plan with { Placement = placement };
    }
}
