using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;

namespace TileProof.HwModel.Tuning;

/// <summary>The price of a plan: its program played onto the event timeline.</summary>
public sealed class PlanCostModel
{
    private readonly int ringDepth;

    /// <summary>Makes a model of the published programs.</summary>
    /// <param name="coefficients">The fitted costs.</param>
    /// <param name="mode">How much of the memory system counts.</param>
    /// <param name="configuration">The machine; its ring depth counts.</param>
    public PlanCostModel(CostCoefficients coefficients, MachineMode mode, DspConfiguration configuration)
        : this(coefficients, mode, configuration, TimingAssumptions.None)
    {
    }

    /// <summary>Makes a model.</summary>
    /// <param name="coefficients">The fitted costs.</param>
    /// <param name="mode">How much of the memory system counts.</param>
    /// <param name="configuration">The machine; its ring depth counts.</param>
    /// <param name="assumptions">
    /// Which programs run plans with the published loop structure: <see cref="TimingAssumptions.None"/> for the published ones,
    /// <see cref="TimingAssumptions.CorrectedPrograms"/>. Plans with a schedule of their own have waits of their own.
    /// </param>
    public PlanCostModel(CostCoefficients coefficients, MachineMode mode, DspConfiguration configuration, TimingAssumptions assumptions)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Costs = new ConvolutionCosts(coefficients, mode, assumptions);
        ringDepth = configuration.RingDepth;
    }

    /// <summary>Cycles of the parts.</summary>
    internal ConvolutionCosts Costs { get; }

    /// <summary>The cost of a plan.</summary>
    /// <param name="plan">Tiles, or the cache path.</param>
    /// <param name="loadsOutputScales">Whether every output channel has a scale of its own, which is loaded.</param>
    public PlanCost CostOf(Conv2dTilePlan plan, bool loadsOutputScales = false)
    {
        var timeline = new EventTimeline(ringDepth);
        ConvolutionProgram.Play(plan, Costs, timeline, loadsOutputScales: loadsOutputScales);
        return new PlanCost(timeline.NowCycles, timeline.Split, timeline.DmaBytes, timeline.TransferCount);
    }
}
