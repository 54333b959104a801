using System.Runtime.CompilerServices;
using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>The expected mean and variance of each channel of a value, over images and positions.</summary>
/// <remarks>
/// Channels are taken as independent but for one factor that all share: a bright or busy image lifts every channel of a rectified
/// value in proportion to its mean. A filter whose weights have a mean of their own answers to that factor most of all.
/// </remarks>
internal sealed record ChannelMoments(double[] Mean, double[] Variance)
{
    // The largest of the nine values of a 3x3 window in a smooth image lies this many standard deviations above their mean.
    private const double MaximumLift = 0.7;
    private const double MaximumVariance = 0.9;

    // The variance of the shared factor, whose mean is 1, and what neighbouring positions add because they resemble each other.
    private const double SharedVariance = 0.4;
    private const double NeighbourGain = 1.2;

    // No channel's variance is taken as smaller than this share of what it was before the rectifier.
    private const double SmallestRectifiedShare = 0.01;

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
        return (rectifiedMean, Math.Max(square - (rectifiedMean * rectifiedMean), SmallestRectifiedShare * variance));
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

    /// <summary>Moments after a convolution; a tap counts by the share of positions at which it lies in the image.</summary>
    public ChannelMoments Convolved(Conv2dShape shape, float[] weights, float[] bias)
    {
        double[] coverage = TapCoverage(shape);
        int inputsPerGroup = shape.InChannels / shape.Groups;
        var means = new double[shape.OutChannels];
        var variances = new double[shape.OutChannels];
        Parallel.For(0, shape.OutChannels, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (o) =>
        {
            int firstInput = o / (shape.OutChannels / shape.Groups) * inputsPerGroup;
            double variance = 0;
            double shared = 0;
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

                shared += sum * Mean[c];
                variance += squares * Variance[c];
            }

            means[o] = bias[o] + shared;
            variances[o] = (NeighbourGain * variance) + (SharedVariance * shared * shared);
        });
        return new ChannelMoments(means, variances);
    }

    /// <summary>Makes weights answer less to the scale of the whole input: each filter less a share of its projection on the input's mean.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="weights"><c>[OC, C / groups, KH, KW]</c>, changed in place.</param>
    /// <param name="removedShare">0 keeps the weights; 1 makes the expected output independent of that scale.</param>
    public void Centre(Conv2dShape shape, float[] weights, double removedShare)
    {
        double[] coverage = TapCoverage(shape);
        int inputsPerGroup = shape.InChannels / shape.Groups;
        Parallel.For(0, shape.OutChannels, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (o) =>
        {
            ReadOnlySpan<double> inputMeans = Mean.AsSpan(o / (shape.OutChannels / shape.Groups) * inputsPerGroup, inputsPerGroup);
            int weight = o * shape.WeightsPerOutChannel;
            double product = 0;
            double norm = 0;
            foreach (double inputMean in inputMeans)
            {
                foreach (double tapShare in coverage)
                {
                    product += weights[weight++] * inputMean * tapShare;
                    norm += inputMean * tapShare * inputMean * tapShare;
                }
            }

            double factor = norm > 0 ? removedShare * product / norm : 0;
            weight = o * shape.WeightsPerOutChannel;
            foreach (double inputMean in inputMeans)
            {
                foreach (double tapShare in coverage)
                {
                    weights[weight] = (float)(weights[weight] - (factor * inputMean * tapShare));
                    weight++;
                }
            }
        });
    }

    private static double[] TapCoverage(Conv2dShape shape)
    {
        double[] rows = Coverage(shape.InHeight, shape.OutHeight, shape.KernelHeight, shape.StrideHeight, shape.PadTop, shape.DilationHeight);
        double[] columns = Coverage(shape.InWidth, shape.OutWidth, shape.KernelWidth, shape.StrideWidth, shape.PadLeft, shape.DilationWidth);
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
