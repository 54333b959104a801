using System.Numerics.Tensors;
using MathNet.Numerics.Statistics;
using TileProof.Operators;

namespace TileProof.Golden.Quantization;

/// <summary>What calibration keeps of one value: its extremes, and for the methods that need a distribution an even random sample.</summary>
internal sealed class ValueObserver
{
    private const int MostSamplesPerImage = 4096;
    private const int MostSamples = 256 * 1024;
    private const int ShrinkSteps = 40;
    private const int SmallestShare = 8;

    private readonly List<float> samples = [];
    private readonly string name;
    private readonly CounterRandom positions;
    private readonly bool keepsSamples;
    private readonly int samplesPerImage;
    private ValueRange? range;

    /// <summary>Starts observing.</summary>
    /// <param name="valueName">Decides which elements are sampled.</param>
    /// <param name="method">Decides whether elements are sampled.</param>
    /// <param name="imageCount">Images to come, at least 1: of many, fewer elements each are kept.</param>
    public ValueObserver(string valueName, CalibrationMethod method, int imageCount)
    {
        name = valueName;
        samplesPerImage = Math.Clamp(MostSamples / imageCount, 1, MostSamplesPerImage);
        positions = CounterRandom.FromSeed(0).Stream(valueName);
        keepsSamples = method != CalibrationMethod.MinMax;
    }

    /// <summary>Takes in the elements of one image.</summary>
    /// <exception cref="NotFiniteNumberException">An element is NaN or infinite.</exception>
    public void Observe(ReadOnlySpan<float> elements)
    {
        (float smallest, float largest) = (TensorPrimitives.Min(elements), TensorPrimitives.Max(elements));
        if (!float.IsFinite(smallest) || !float.IsFinite(largest))
        {
            string what = float.IsNaN(smallest) || float.IsNaN(largest) ? "NaN" : "infinities";
            throw new NotFiniteNumberException($"value '{name}' holds {what} for an image of the calibration, so that no int8 levels span it");
        }

        ValueRange seen = ValueRange.Between(smallest, largest);
        range = range?.Union(seen) ?? seen;
        if (!keepsSamples)
        {
            return;
        }

        if (elements.Length <= samplesPerImage)
        {
            samples.AddRange(elements);
            return;
        }

        for (int i = 0; i < samplesPerImage; i++)
        {
            samples.Add(elements[positions.Below(samples.Count, elements.Length)]);
        }
    }

    /// <summary>The range that the options ask for.</summary>
    public ValueRange Choose(CalibrationOptions options) => options.Method switch
    {
        CalibrationMethod.MinMax => range.GetValueOrDefault(),
        CalibrationMethod.Percentile => BetweenQuantiles(options.Percentile / 100),
        CalibrationMethod.MeanSquaredError => WithLeastError(),
        CalibrationMethod.Entropy => RelativeEntropy.BestOf(range.GetValueOrDefault(), Shrunken, samples),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Method, "Unknown calibration method."),
    };

    private ValueRange BetweenQuantiles(double upper)
    {
        float[] sorted = [.. samples.Order()];
        return ValueRange.Between((float)SortedArrayStatistics.Quantile(sorted, 1 - upper), (float)SortedArrayStatistics.Quantile(sorted, upper));
    }

    /// <summary>Tries ranges from the whole one down to a fifth of it and keeps the best.</summary>
    private ValueRange WithLeastError()
    {
        float[] elements = [.. samples];
        return Shrunken.MinBy(candidate => QuantizationError(elements, candidate.ToQuantization()));
    }

    private IEnumerable<ValueRange> Shrunken
    {
        get
        {
            ValueRange whole = range.GetValueOrDefault();
            return Enumerable.Range(SmallestShare, ShrinkSteps - SmallestShare + 1)
                .Reverse()
                .Select(step => ValueRange.Between(whole.Minimum * step / ShrinkSteps, whole.Maximum * step / ShrinkSteps));
        }
    }

    private static double QuantizationError(float[] elements, QuantizationParameters quantization)
    {
        float inverse = 1f / quantization.Scale;
        double sum = 0;
        foreach (float element in elements)
        {
            float level = Math.Clamp(MathF.Round(element * inverse) + quantization.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
            double difference = (quantization.Scale * (level - quantization.ZeroPoint)) - element;
            sum += difference * difference;
        }

        return sum;
    }
}
