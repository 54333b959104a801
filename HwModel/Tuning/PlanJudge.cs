using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;

namespace TileProof.HwModel.Tuning;

/// <summary>Says of a plan whether its saving against another is larger than its error bar.</summary>
/// <param name="published">The plan to beat.</param>
/// <param name="model">Prices plans.</param>
/// <param name="uncertainty">What the prices leave open.</param>
/// <param name="hasOutputScales">Whether every output channel has a scale of its own.</param>
internal sealed class PlanJudge(Conv2dTilePlan published, PlanCostModel model, CycleUncertainty uncertainty, bool hasOutputScales)
{
    private readonly EventTimeline publishedTimeline = model.Count(published, hasOutputScales);

    /// <summary>Half the 95 % interval of what a plan saves, in cycles.</summary>
    public double HalfWidthCycles(Conv2dTilePlan plan)
    {
        var errorBar = new CycleErrorBar(uncertainty, model.Mode);
        errorBar.AddChange(published.Shape.ConfigKey, publishedTimeline, model.Count(plan, hasOutputScales));
        return errorBar.HalfWidthCycles;
    }

    /// <summary>Whether a plan of this cost surely saves cycles.</summary>
    public bool IsCertain(Conv2dTilePlan plan, PlanCost cost)
    {
        double saved = publishedTimeline.NowCycles - cost.Cycles;
        return saved > 0 && saved > HalfWidthCycles(plan);
    }
}
