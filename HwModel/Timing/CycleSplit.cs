namespace TileProof.HwModel.Timing;

/// <summary>Core cycles by category; the categories add up to the whole.</summary>
public sealed class CycleSplit
{
    private static readonly int CategoryCount = Enum.GetValues<CycleCategory>().Length;
    private readonly double[] cycles = new double[CategoryCount];

    /// <summary>Cycles of a category.</summary>
    public double this[CycleCategory category] => cycles[(int)category];

    /// <summary>Cycles in which the core waits for DMA.</summary>
    public double WaitCycles => this[CycleCategory.WaitInput] + this[CycleCategory.WaitCoefficients] + this[CycleCategory.WaitOutputStore];

    internal void Add(CycleCategory category, double amount) => cycles[(int)category] += amount;
}
