using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;

namespace TileProof.HwModel.Tuning;

/// <summary>The price of a plan: its program played onto the event timeline.</summary>
public sealed class PlanCostModel
{
    private readonly int ringDepth;

    /// <summary>Makes a model.</summary>
    /// <param name="coefficients">The fitted costs.</param>
    /// <param name="mode">How much of the memory system counts.</param>
    /// <param name="configuration">The machine; its ring depth counts.</param>
    public PlanCostModel(CostCoefficients coefficients, MachineMode mode, DspConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Costs = new ConvolutionCosts(coefficients, mode);
        ringDepth = configuration.RingDepth;
    }

    /// <summary>Cycles of the parts.</summary>
    internal ConvolutionCosts Costs { get; }

    /// <summary>The cost of a plan with every wait that correctness needs.</summary>
    public PlanCost CostOf(Conv2dTilePlan plan)
    {
        var timeline = new EventTimeline(ringDepth);
        ConvolutionProgram.Play(plan, Costs, timeline);
        return new PlanCost(timeline.NowCycles, timeline.Split, timeline.DmaBytes, timeline.TransferCount);
    }
}
