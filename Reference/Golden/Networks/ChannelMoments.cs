using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>The expected mean and variance of each channel of a value, over images and positions.</summary>
internal sealed record ChannelMoments(double[] Mean, double[] Variance)
{
    // The largest of the nine values of a 3x3 window in a smooth image lies this many standard deviations above their mean.
    private const double MaximumLift = 0.7;
    private const double MaximumVariance = 0.9;

    // Channels and neighbouring positions are positively correlated, which weighs more than the signs of the weights cancel.
    private const double CommonVariance = 0.4;
    private const double CorrelationGain = 1.2;

    /// <summary>Mean 0 and variance 1, as the seeded images have.</summary>
    public static ChannelMoments Normalized(int channelCount) => new(new double[channelCount], [.. Enumerable.Repeat(1.0, channelCount)]);

    /// <summary>Moments after max(x, 0), as of a normal distribution.</summary>
    /// <remarks>
    /// With t = mean / deviation, the normal distribution function is taken as (1 + t / sqrt(t^2 + pi / 2)) / 2 and the mean of
    /// the rectified value as (mean + sqrt(mean^2 + 2 / pi variance)) / 2: exact at t = 0 and at both ends, within 0.02 between,
    /// and the same on every machine because nothing but the four operations and the square root is used.
    /// </remarks>
    public ChannelMoments Rectified() => Map((mean, variance) =>
    {
        double rectifiedMean = 0.5 * (mean + Math.Sqrt((mean * mean) + (2 / Math.PI * variance)));
        double share = 0.5 * (1 + (mean / Math.Sqrt((mean * mean) + (Math.PI / 2 * variance))));
        double square = (variance * share) + (mean * rectifiedMean);
        return (rectifiedMean, Math.Max(square - (rectifiedMean * rectifiedMean), 0.01 * variance));
    });

    /// <summary>Moments after max pooling.</summary>
    public ChannelMoments Pooled() => Map((mean, variance) => (mean + (MaximumLift * Math.Sqrt(variance)), MaximumVariance * variance));

    /// <summary>Moments of the sum of two uncorrelated values.</summary>
    public ChannelMoments Plus(ChannelMoments other) => new(
        [.. Mean.Zip(other.Mean, static (a, b) => a + b)], [.. Variance.Zip(other.Variance, static (a, b) => a + b)]);

    /// <summary>Moments after <c>y = x * factor + offset</c> per channel.</summary>
    public ChannelMoments Normalized(BatchNorm batchNorm) => new(
        [.. Mean.Select((mean, c) => batchNorm.Beta[c] + ((mean - batchNorm.Mean[c]) * batchNorm.FactorOf(c)))],
        [.. Variance.Select((variance, c) => variance * batchNorm.FactorOf(c) * batchNorm.FactorOf(c))]);

    /// <summary>Moments after a convolution of uncorrelated inputs; taps count by the share of positions at which they lie in the image.</summary>
    public ChannelMoments Convolved(Conv2dShape shape, float[] weights, float[] bias)
    {
        double[] coverage = TapCoverage(shape);
        int inputsPerGroup = shape.InChannels / shape.Groups;
        var means = new double[shape.OutChannels];
        var variances = new double[shape.OutChannels];
        Parallel.For(0, shape.OutChannels, o =>
        {
            int firstInput = o / (shape.OutChannels / shape.Groups) * inputsPerGroup;
            double mean = bias[o];
            double variance = 0;
            double common = 0;
            int weight = o * shape.WeightsPerOutChannel;
            for (int c = firstInput; c < firstInput + inputsPerGroup; c++)
            {
                double sum = 0;
                double squares = 0;
                foreach (double share in coverage)
                {
                    double w = weights[weight++];
                    sum += w * share;
                    squares += w * w * share;
                }

                common += sum * Mean[c];
                variance += squares * Variance[c];
            }

            means[o] = mean + common;
            variances[o] = (CorrelationGain * variance) + (CommonVariance * common * common);
        });
        return new ChannelMoments(means, variances);
    }

    /// <summary>Weights whose outputs do not depend on the scale of the input's mean: each filter less its projection on that mean.</summary>
    public float[] Centre(Conv2dShape shape, float[] weights, double removedShare)
    {
        double[] coverage = TapCoverage(shape);
        int inputsPerGroup = shape.InChannels / shape.Groups;
        var centred = new float[weights.Length];
        Parallel.For(0, shape.OutChannels, o =>
        {
            int firstInput = o / (shape.OutChannels / shape.Groups) * inputsPerGroup;
            int first = o * shape.WeightsPerOutChannel;
            double product = 0;
            double norm = 0;
            for (int i = 0; i < shape.WeightsPerOutChannel; i++)
            {
                double mean = Mean[firstInput + (i / coverage.Length)] * coverage[i % coverage.Length];
                product += weights[first + i] * mean;
                norm += mean * mean;
            }

            double share = norm > 0 ? removedShare * product / norm : 0;
            for (int i = 0; i < shape.WeightsPerOutChannel; i++)
            {
                double mean = Mean[firstInput + (i / coverage.Length)] * coverage[i % coverage.Length];
                centred[first + i] = (float)(weights[first + i] - (share * mean));
            }
        });
        return centred;
    }

    private static double[] TapCoverage(Conv2dShape shape)
    {
        double[] rows = Coverage(shape.InHeight, shape.OutHeight, shape.KernelHeight, shape.Stride, shape.VerticalPadding, shape.Dilation);
        double[] columns = Coverage(shape.InWidth, shape.OutWidth, shape.KernelWidth, shape.Stride, shape.Padding, shape.Dilation);
        return [.. rows.SelectMany(row => columns.Select(column => row * column))];
    }

    private static double[] Coverage(int extent, int outExtent, int kernel, int stride, int padding, int dilation) =>
    [
        .. Enumerable.Range(0, kernel).Select(tap =>
            Enumerable.Range(0, outExtent).Count(o => (o * stride) + (tap * dilation) - padding is var i && i >= 0 && i < extent) / (double)outExtent),
    ];

    private ChannelMoments Map(Func<double, double, (double Mean, double Variance)> channel)
    {
        (double Mean, double Variance)[] results = [.. Mean.Zip(Variance, channel)];
        return new ChannelMoments([.. results.Select(static r => r.Mean)], [.. results.Select(static r => r.Variance)]);
    }
}
