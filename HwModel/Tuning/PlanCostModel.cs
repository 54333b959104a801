using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.HwModel.Timing;

namespace TileProof.HwModel.Tuning;

/// <summary>The price of a plan: its program, priced as it is written.</summary>
public sealed class PlanCostModel
{
    private readonly DspConfiguration machine;
    private readonly ProgramLibrary programs;
    private readonly KernelCosts countingCosts;

    /// <summary>Makes a model of the published programs.</summary>
    /// <param name="coefficients">The costs of the machine.</param>
    /// <param name="mode">How much of the memory system counts.</param>
    /// <param name="machine">The machine that the programs are rewritten for.</param>
    public PlanCostModel(CostCoefficients coefficients, MachineMode mode, DspConfiguration machine)
        : this(coefficients, mode, machine, ProgramAssumptions.Measured)
    {
    }

    /// <summary>Makes a model.</summary>
    /// <param name="coefficients">The costs of the machine.</param>
    /// <param name="mode">How much of the memory system counts.</param>
    /// <param name="machine">The machine that the programs are rewritten for.</param>
    /// <param name="assumptions">Which programs run plans with the published loop structure. Plans with a schedule of their own have waits of their own.</param>
    public PlanCostModel(CostCoefficients coefficients, MachineMode mode, DspConfiguration machine, ProgramAssumptions assumptions)
    {
        ArgumentNullException.ThrowIfNull(machine);
        Costs = new KernelCosts(coefficients, mode);
        Mode = mode;
        countingCosts = new KernelCosts(coefficients, mode) { CountsTerms = true };
        this.machine = machine;
        programs = ProgramLibrary.Assumed(assumptions);
    }

    /// <summary>How much of the memory system counts.</summary>
    public MachineMode Mode { get; }

    /// <summary>Cycles of the parts.</summary>
    internal KernelCosts Costs { get; }

    /// <summary>The cost of a plan.</summary>
    /// <param name="plan">Tiles, or the cache path.</param>
    /// <param name="loadsOutputScales">Whether every output channel has a scale of its own, which is loaded.</param>
    public PlanCost CostOf(Conv2dTilePlan plan, bool loadsOutputScales = false)
    {
        EventTimeline timeline = Play(plan, loadsOutputScales, Costs);
        return new PlanCost(timeline.NowCycles, timeline.Split, timeline.DmaBytes, timeline.TransferCount);
    }

    /// <summary>The events of a plan, the counts of the coefficients with them.</summary>
    /// <param name="plan">Tiles, or the cache path.</param>
    /// <param name="loadsOutputScales">Whether every output channel has a scale of its own, which is loaded.</param>
    public EventTimeline Count(Conv2dTilePlan plan, bool loadsOutputScales = false)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Play(plan, loadsOutputScales, countingCosts);
    }

    private EventTimeline Play(Conv2dTilePlan plan, bool loadsOutputScales, KernelCosts costs) =>
        ProgramPricer.Price(programs, ConvolutionRequest.ToPrice(plan, batch: 1, loadsOutputScales, machine), costs).Timeline;
}
