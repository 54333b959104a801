namespace TileProof.Verification;

/// <summary>Adds up, over any number of tensors, how far quantized values are from float values.</summary>
/// <remarks>Sums are double and taken in the order of the calls, so that a result does not depend on threads.</remarks>
public sealed class AccuracyTotals
{
    private double signalEnergy;
    private double noiseEnergy;
    private double valueEnergy;
    private double crossEnergy;
    private double levelSum;
    private double largestLevels;
    private long equal;
    private long oneLevel;
    private long twoLevels;
    private long elements;

    /// <summary>Adds the elements of one tensor.</summary>
    /// <param name="reference">Float values.</param>
    /// <param name="values">As many real values of the quantized run.</param>
    /// <param name="levelStep">The real value of one quantization level, above 0.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the step is not above 0.</exception>
    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> values, double levelStep)
    {
        if (reference.Length != values.Length)
        {
            throw new ArgumentException($"{reference.Length} elements cannot be compared with {values.Length}.", nameof(values));
        }

        if (!(levelStep > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(levelStep), levelStep, "A quantization level is above 0.");
        }

        for (int i = 0; i < reference.Length; i++)
        {
            double expected = reference[i];
            double actual = values[i];
            double difference = actual - expected;
            signalEnergy += expected * expected;
            valueEnergy += actual * actual;
            crossEnergy += expected * actual;
            noiseEnergy += difference * difference;
            AddLevels(Math.Abs(difference) / levelStep);
        }

        elements += reference.Length;
    }

    /// <summary>The figures over everything added.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public AccuracyFigures ToFigures()
    {
        if (elements == 0)
        {
            throw new InvalidOperationException("There are no elements to take figures of.");
        }

        double lengths = Math.Sqrt(signalEnergy) * Math.Sqrt(valueEnergy);
        return new AccuracyFigures
        {
            Elements = elements,
            SignalToNoiseDecibels = noiseEnergy == 0 ? double.PositiveInfinity : 10 * Math.Log10(signalEnergy / noiseEnergy),
            LargestLevels = largestLevels,
            MeanLevels = levelSum / elements,
            EqualShare = (double)equal / elements,
            OneLevelShare = (double)oneLevel / elements,
            TwoLevelShare = (double)twoLevels / elements,
            MoreShare = (double)(elements - equal - oneLevel - twoLevels) / elements,
            CosineSimilarity = lengths == 0 ? (signalEnergy == valueEnergy ? 1 : 0) : crossEnergy / lengths,
        };
    }

    /// <summary>Classes as in the published comparison: below 0.5 equal, below 1.5 one level, below 2.5 two.</summary>
    private void AddLevels(double levels)
    {
        levelSum += levels;
        largestLevels = Math.Max(largestLevels, levels);
        if (levels < 0.5)
        {
            equal++;
        }
        else if (levels < 1.5)
        {
            oneLevel++;
        }
        else if (levels < 2.5)
        {
            twoLevels++;
        }
    }
}
