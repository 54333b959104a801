using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;

namespace TileProof.HwModel.Tuning;

/// <summary>Says of a plan whether its saving against another is larger than its error bar.</summary>
public sealed class PlanJudge
{
    private readonly Conv2dTilePlan published;
    private readonly EventTimeline publishedTimeline;
    private readonly PlanCostModel model;
    private readonly CycleUncertainty uncertainty;
    private readonly bool hasOutputScales;

    /// <summary>Makes the judge of a layer.</summary>
    /// <param name="published">The plan to beat.</param>
    /// <param name="model">Prices plans.</param>
    /// <param name="uncertainty">What the prices leave open.</param>
    /// <param name="hasOutputScales">Whether every output channel has a scale of its own.</param>
    internal PlanJudge(Conv2dTilePlan published, PlanCostModel model, CycleUncertainty uncertainty, bool hasOutputScales)
    {
        this.published = published;
        this.model = model;
        this.uncertainty = uncertainty;
        this.hasOutputScales = hasOutputScales;
        publishedTimeline = model.Count(published, hasOutputScales);
    }

    /// <summary>Half the 95 % interval of what a plan saves, in cycles.</summary>
    public double HalfWidthCycles(Conv2dTilePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var errorBar = new CycleErrorBar(uncertainty, model.Mode);
        errorBar.AddChange(published.Shape.ConfigKey, publishedTimeline, model.Count(plan, hasOutputScales));
        return errorBar.HalfWidthCycles;
    }

    /// <summary>Whether a plan of this cost surely saves cycles.</summary>
    public bool IsCertain(Conv2dTilePlan plan, PlanCost cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        double saved = publishedTimeline.NowCycles - cost.Cycles;
        return saved > 0 && saved > HalfWidthCycles(plan);
    }
}
