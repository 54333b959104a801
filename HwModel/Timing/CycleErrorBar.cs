using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>The 95 % interval of a sum of predicted cycles, or of a difference, in one machine mode.</summary>
/// <remarks>
/// Errors of coefficients are the same in all calls, so their counts are added first. Calls of one layer are wrong alike; those of different
/// layers are wrong independently, but for the part of the spread that they share.
/// </remarks>
/// <param name="uncertainty">What the fit does not know.</param>
/// <param name="mode">How much of the memory system counts.</param>
public sealed class CycleErrorBar(CycleUncertainty uncertainty, MachineMode mode)
{
    private readonly double[] counts = new double[TermCounts.Length];
    private readonly Dictionary<(string SpreadKey, string Layer), double> cyclesOfLayers = [];

    /// <summary>Cycles on each side of the prediction that hold the true figure in 95 of 100 cases.</summary>
    public double HalfWidthCycles
    {
        get
        {
            double variance = uncertainty.CoefficientVariance(mode, counts);
            foreach (IGrouping<string, KeyValuePair<(string SpreadKey, string Layer), double>> group in cyclesOfLayers.GroupBy(static pair => pair.Key.SpreadKey))
            {
                CycleSpread spread = uncertainty.SpreadOf(group.Key);
                variance += spread.Own * spread.Own * group.Sum(static pair => pair.Value * pair.Value);
                variance += Math.Pow(spread.Shared * group.Sum(static pair => pair.Value), 2);
            }

            return CycleUncertainty.DeviationsOf95Percent * Math.Sqrt(variance);
        }
    }

    /// <summary>Both ends of the interval of cycles; none is below 0.</summary>
    public (CycleCount Low, CycleCount High) Around(double cycles)
    {
        double half = HalfWidthCycles;
        return (CycleCount.FromModelled(Math.Max(0, cycles - half)), CycleCount.FromModelled(cycles + half));
    }

    /// <summary>Adds a call of a layer.</summary>
    /// <param name="kind">The operator.</param>
    /// <param name="usesDma">Whether the kernels work on local memory.</param>
    /// <param name="layer">Equal for calls of which one is as wrong as the other.</param>
    /// <param name="timeline">A priced call, its terms counted.</param>
    /// <exception cref="ArgumentException">The timeline did not count its terms.</exception>
    public void Add(OperatorKind kind, bool usesDma, string layer, EventTimeline timeline)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        AddCounts(Counted(timeline), 1);
        AddCycles(CycleUncertainty.SpreadKey(mode, kind, usesDma), layer, timeline.NowCycles);
    }

    /// <summary>Adds what calls of a layer take more with one plan than with another: parts that both have in common are no error of the difference.</summary>
    /// <param name="layer">Equal for calls of which one is as wrong as the other.</param>
    /// <param name="from">A priced call with the first plan, its terms counted.</param>
    /// <param name="to">The same with the second plan.</param>
    /// <param name="times">How many such calls.</param>
    /// <exception cref="ArgumentException">A timeline did not count its terms.</exception>
    public void AddChange(string layer, EventTimeline from, EventTimeline to, int times = 1)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        AddCounts(Counted(from), times);
        AddCounts(Counted(to), -times);
        AddCycles(CycleUncertainty.ChangeKey(mode, from.TransferCount == 0 != (to.TransferCount == 0)), layer, times * ChangedCycles(from.Split, to.Split));
    }

    /// <summary>Cycles that two plans do not have in common, category by category.</summary>
    public static double ChangedCycles(CycleSplit from, CycleSplit to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return Enum.GetValues<CycleCategory>().Sum(category => Math.Abs(from[category] - to[category]));
    }

    private static TermCounts Counted(EventTimeline timeline) => timeline.Counts
        ?? throw new ArgumentException("The timeline did not count its terms.", nameof(timeline));

    private void AddCounts(TermCounts added, int times)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] += times * added.Values[i];
        }
    }

    private void AddCycles(string spreadKey, string layer, double cycles) =>
        cyclesOfLayers[(spreadKey, layer)] = cyclesOfLayers.GetValueOrDefault((spreadKey, layer)) + cycles;
}
