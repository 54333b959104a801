using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>Which plan each convolution runs with: plans made beforehand, and the published planner for every other geometry.</summary>
/// <param name="plans">Plans of different geometries, made for the banks that they are run on.</param>
/// <exception cref="ArgumentException">Two plans have the same geometry.</exception>
public sealed class ConvolutionPlans(IEnumerable<Conv2dTilePlan> plans)
{
    private readonly Dictionary<Conv2dShape, Conv2dTilePlan> plans = plans.ToDictionary(static plan => plan.Shape);

    /// <summary>The published planner for every geometry.</summary>
    public static ConvolutionPlans Published { get; } = new([]);

    /// <summary>Whether a plan of the geometry was made beforehand.</summary>
    public bool Contains(Conv2dShape shape) => plans.ContainsKey(shape);

    /// <summary>The plan of a geometry: one made beforehand, or that of the planner of its kernel.</summary>
    /// <param name="shape">The geometry; a tiled kernel computes it.</param>
    /// <param name="configuration">The banks.</param>
    /// <param name="usesBanks">Whether local memory may be used; else the published choice is the cache path.</param>
    public Conv2dTilePlan PlanOf(Conv2dShape shape, DspConfiguration configuration, bool usesBanks = true)
    {
        if (plans.TryGetValue(shape, out Conv2dTilePlan? plan))
        {
            return plan;
        }

        return !usesBanks ? CachePlan.Of(shape)
            : ConvolutionKernel.IsPublished(shape) ? Conv2dTilePlanner.Plan(shape, configuration)
            : WindowTilePlanner.Plan(shape, configuration);
    }
}
