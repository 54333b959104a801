namespace TileProof.Golden.Quantization;

/// <summary>Chooses the range whose int8 levels keep most of the distribution of a value.</summary>
/// <remarks>
/// Migacz, "8-bit Inference with TensorRT" (2017), for ranges that need not be symmetric: a histogram of the elements, with what lies outside of the range
/// at its ends, is compared with the histogram that is left when bins are merged into 256 levels. Zeros are left out: real 0 is always a level.
/// </remarks>
internal static class RelativeEntropy
{
    private const int BinCount = 4096;
    private const int LevelCount = 256;

    /// <summary>What a bin counts for that the levels would leave empty.</summary>
    private const double Smallest = 1e-9;

    /// <summary>How much better a narrower range must be, so that the last bits of a logarithm decide nothing.</summary>
    private const double SmallestGain = 1e-7;

    /// <summary>The best of some ranges, the first of equally good ones.</summary>
    /// <param name="whole">Holds every element.</param>
    /// <param name="candidates">Ranges within it; the first is taken where there is nothing to compare.</param>
    /// <param name="elements">The elements.</param>
    public static ValueRange BestOf(ValueRange whole, IEnumerable<ValueRange> candidates, IReadOnlyList<float> elements)
    {
        double width = ((double)whole.Maximum - whole.Minimum) / BinCount;
        var bins = new double[BinCount];
        foreach (float element in elements.Where(element => element != 0 && width > 0))
        {
            bins[BinOf(element)]++;
        }

        (ValueRange Range, double Divergence)? best = null;
        foreach (ValueRange candidate in candidates)
        {
            double divergence = DivergenceOf(bins, BinOf(candidate.Minimum), BinOf(candidate.Maximum));
            if (best is null || divergence < best.Value.Divergence - SmallestGain)
            {
                best = (candidate, divergence);
            }
        }

        return best?.Range ?? whole;

        int BinOf(float element) => width > 0 ? Math.Clamp((int)((element - whole.Minimum) / width), 0, BinCount - 1) : 0;
    }

    /// <summary>Sum of p log(p / q) over the bins of a range, in nats.</summary>
    private static double DivergenceOf(double[] bins, int first, int last)
    {
        double[] expected = bins[first..(last + 1)];
        double[] merged = Merge(expected);
        expected[0] += bins.Take(first).Sum();
        expected[^1] += bins.Skip(last + 1).Sum();
        double total = expected.Sum();
        double mergedTotal = merged.Sum();
        if (mergedTotal == 0)
        {
            return total == 0 ? 0 : double.PositiveInfinity;
        }

        double divergence = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] > 0)
            {
                double share = expected[i] / total;
                divergence += share * Math.Log(share / Math.Max(merged[i] / mergedTotal, Smallest));
            }
        }

        return divergence;
    }

    /// <summary>What is left when bins become levels and are spread over their bins again, but for those that were empty.</summary>
    private static double[] Merge(double[] bins)
    {
        var merged = new double[bins.Length];
        for (int level = 0; level < LevelCount; level++)
        {
            int from = (int)((long)level * bins.Length / LevelCount);
            int to = (int)((long)(level + 1) * bins.Length / LevelCount);
            double sum = 0;
            int used = 0;
            for (int i = from; i < to; i++)
            {
                sum += bins[i];
                used += bins[i] > 0 ? 1 : 0;
            }

            for (int i = from; i < to; i++)
            {
                merged[i] = bins[i] > 0 ? sum / used : 0;
            }
        }

        return merged;
    }
}
