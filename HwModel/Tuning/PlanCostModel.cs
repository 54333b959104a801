using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.HwModel.Timing;

namespace TileProof.HwModel.Tuning;

/// <summary>The price of a plan: its program, priced as it is written.</summary>
/// <param name="coefficients">The costs of the machine.</param>
/// <param name="mode">How much of the memory system counts.</param>
/// <param name="machine">The machine that the programs are rewritten for.</param>
/// <param name="assumptions">Which programs run plans with the published loop structure, null for the published ones. Plans with a schedule of their own have waits of their own.</param>
public sealed class PlanCostModel(CostCoefficients coefficients, MachineMode mode, DspConfiguration machine, ProgramAssumptions? assumptions = null)
{
    private readonly ProgramLibrary programs = ProgramLibrary.Assumed(assumptions ?? ProgramAssumptions.Measured);
    private readonly KernelCosts countingCosts = new(coefficients, mode) { CountsTerms = true };

    /// <summary>How much of the memory system counts.</summary>
    public MachineMode Mode => mode;

    /// <summary>Cycles of the parts.</summary>
    internal KernelCosts Costs { get; } = new(coefficients, mode);

    /// <summary>The cost of a plan.</summary>
    /// <param name="plan">Tiles, or the cache path.</param>
    /// <param name="loadsOutputScales">Whether every output channel has a scale of its own, which is loaded.</param>
    public PlanCost CostOf(Conv2dTilePlan plan, bool loadsOutputScales = false)
    {
        EventTimeline timeline = Play(plan, loadsOutputScales, Costs);
        return new PlanCost(timeline.NowCycles, timeline.Split, timeline.DmaBytes);
    }

    /// <summary>The events of a plan, the counts of the coefficients with them.</summary>
    /// <inheritdoc cref="CostOf"/>
    public EventTimeline Count(Conv2dTilePlan plan, bool loadsOutputScales = false)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Play(plan, loadsOutputScales, countingCosts);
    }

    private EventTimeline Play(Conv2dTilePlan plan, bool loadsOutputScales, KernelCosts costs) =>
        ProgramPricer.Price(programs, ConvolutionRequest.ToPrice(plan, batch: 1, loadsOutputScales, machine), costs).Timeline;
}
