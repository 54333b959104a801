using System.Runtime.Intrinsics;

namespace TileProof.Verification.Accuracy;

/// <summary>Adds up, over any number of tensors, how far quantized values are from float values.</summary>
/// <remarks>
/// Sums are double, taken in four lanes whatever the processor has and in the order of the calls, so that a result depends neither on
/// threads nor on the machine.
/// </remarks>
public sealed class AccuracyTotals
{
    private const double OneLevelFrom = 0.5;
    private const double TwoLevelsFrom = 1.5;
    private const double MoreLevelsFrom = 2.5;

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

    /// <summary>What was added, as numbers that can be added elsewhere.</summary>
    internal AccuracySums Sums => new(signalEnergy, noiseEnergy, valueEnergy, crossEnergy, levelSum, largestLevels, equal, oneLevel, twoLevels, elements);

    /// <summary>Adds what other totals added.</summary>
    internal void Add(AccuracySums sums)
    {
        signalEnergy += sums.SignalEnergy;
        noiseEnergy += sums.NoiseEnergy;
        valueEnergy += sums.ValueEnergy;
        crossEnergy += sums.CrossEnergy;
        levelSum += sums.LevelSum;
        largestLevels = Math.Max(largestLevels, sums.LargestLevels);
        equal += sums.Equal;
        oneLevel += sums.OneLevel;
        twoLevels += sums.TwoLevels;
        elements += sums.Elements;
    }

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

        int done = AddVectors(reference, values, levelStep);
        for (int i = done; i < reference.Length; i++)
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

    /// <summary>Adds as many elements as fill vectors; returns how many.</summary>
    private int AddVectors(ReadOnlySpan<float> reference, ReadOnlySpan<float> values, double levelStep)
    {
        Vector256<double> signal = Vector256<double>.Zero, value = signal, cross = signal, noise = signal, levels = signal, largest = signal;
        Vector256<long> belowOne = Vector256<long>.Zero, belowTwo = belowOne, belowThree = belowOne;
        var step = Vector256.Create(levelStep);
        int done = 0;
        for (; done <= reference.Length - Vector128<float>.Count; done += Vector128<float>.Count)
        {
            Vector256<double> expected = ToDouble(reference[done..]);
            Vector256<double> actual = ToDouble(values[done..]);
            Vector256<double> difference = actual - expected;
            signal += expected * expected;
            value += actual * actual;
            cross += expected * actual;
            noise += difference * difference;
            Vector256<double> level = Vector256.Abs(difference) / step;
            levels += level;
            largest = Vector256.Max(largest, level);

            // True is -1.
            belowOne -= Vector256.LessThan(level, Vector256.Create(OneLevelFrom)).AsInt64();
            belowTwo -= Vector256.LessThan(level, Vector256.Create(TwoLevelsFrom)).AsInt64();
            belowThree -= Vector256.LessThan(level, Vector256.Create(MoreLevelsFrom)).AsInt64();
        }

        signalEnergy += Vector256.Sum(signal);
        valueEnergy += Vector256.Sum(value);
        crossEnergy += Vector256.Sum(cross);
        noiseEnergy += Vector256.Sum(noise);
        levelSum += Vector256.Sum(levels);
        for (int lane = 0; lane < Vector256<double>.Count; lane++)
        {
            largestLevels = Math.Max(largestLevels, largest[lane]);
        }

        equal += Vector256.Sum(belowOne);
        oneLevel += Vector256.Sum(belowTwo - belowOne);
        twoLevels += Vector256.Sum(belowThree - belowTwo);
        return done;

        static Vector256<double> ToDouble(ReadOnlySpan<float> values)
        {
            (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(Vector128.Create(values));
            return Vector256.Create(lower, upper);
        }
    }

    /// <summary>Classes as in the published comparison: below 0.5 equal, below 1.5 one level, below 2.5 two.</summary>
    private void AddLevels(double levels)
    {
        levelSum += levels;
        largestLevels = Math.Max(largestLevels, levels);
        if (levels < OneLevelFrom)
        {
            equal++;
        }
        else if (levels < TwoLevelsFrom)
        {
            oneLevel++;
        }
        else if (levels < MoreLevelsFrom)
        {
            twoLevels++;
        }
    }
}
