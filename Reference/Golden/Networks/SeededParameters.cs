using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>Weights and batch normalization parameters from a seed, with the statistics of a trained network.</summary>
/// <remarks>
/// Trained weights are not normal: some filters are much stronger than others, and single weights reach about ten times
/// the mean magnitude. Both matter here, because the largest weight sets the scale of all. A number depends only on the seed,
/// the layer's name and its position, so layers may be generated in any order and in parallel.
/// Loops over all weights are compiled for speed at once, here and where networks are normalized, folded and quantized: a network is
/// built before the runtime has counted enough calls to compile them again.
/// </remarks>
public sealed class SeededParameters
{
    // Element = normal * (Core + Tail * normal^2): variance close to 1, largest magnitude near 6.
    private const float CoreWeight = 0.78f;
    private const float TailWeight = 0.078f;
    private const float FilterSpread = 0.45f;

    // The weights of a filter have a mean of their own, except over an image, where filters answer to edges and colours.
    private const float OffsetSpread = 0.06f;

    private const float GammaMean = 0.5f;
    private const float GammaSpread = 0.16f;
    private const float SmallestGamma = 0.12f;
    private const float BetaMean = -0.08f;
    private const float BetaSpread = 0.4f;

    // The last normalization of a residual branch is weaker; with full strength, quantization errors would grow from block to block.
    private const float BranchScale = 0.25f;

    // A trained classifier is sure of itself: its logits spread over a few units.
    private const double LogitGain = 4;

    private readonly CounterRandom random;

    /// <summary>Parameters of one seed.</summary>
    public SeededParameters(ulong seed) => random = CounterRandom.FromSeed(seed);

    /// <summary>He-scaled weights <c>[OC, C / groups, KH, KW]</c> of a convolution.</summary>
    public float[] ConvWeights(string name, Conv2dShape shape)
    {
        int taps = shape.KernelHeight * shape.KernelWidth;
        float deviation = (float)Math.Sqrt(2.0 / shape.WeightsPerOutChannel);
        float offsetSpread = shape.InChannels == SeededImages.ChannelCount ? 0 : OffsetSpread;
        return Weights(random.Stream(name), shape.OutChannels, shape.InChannels / shape.Groups, taps, deviation, offsetSpread);
    }

    /// <summary>Weights <c>[M, K]</c> of a fully connected layer.</summary>
    public float[] LinearWeights(string name, int outputFeatures, int inputFeatures) =>
        Weights(random.Stream(name), outputFeatures, inputFeatures, taps: 1, (float)(LogitGain / Math.Sqrt(inputFeatures)), offsetSpread: 0);

    /// <summary>Scale and offset per channel; the running statistics are those of an input that is normalized already.</summary>
    /// <param name="name">The convolution's name.</param>
    /// <param name="channelCount">Its output channels.</param>
    /// <param name="endsBranch">Whether the result is added to a shortcut.</param>
    public BatchNorm BatchNormOf(string name, int channelCount, bool endsBranch = false)
    {
        float scale = endsBranch ? BranchScale : 1;
        CounterRandom gamma = random.Stream(name).Stream("gamma");
        CounterRandom beta = random.Stream(name).Stream("beta");
        return new BatchNorm
        {
            Gamma = Generate(channelCount, i => scale * Math.Max(SmallestGamma, GammaMean + (GammaSpread * gamma.Normal(i)))),
            Beta = Generate(channelCount, i => BetaMean + (BetaSpread * beta.Normal(i))),
            Mean = new float[channelCount],
            Variance = Generate(channelCount, static _ => 1f),
        };
    }

    private static float[] Weights(CounterRandom stream, int outChannels, int inChannels, int taps, float deviation, float offsetSpread)
    {
        CounterRandom elements = stream.Stream("elements");
        CounterRandom filters = stream.Stream("filters");
        CounterRandom offsets = stream.Stream("offsets");
        var weights = new float[outChannels * inChannels * taps];
        Parallel.For(0, outChannels, o =>
        {
            float offset = deviation * offsetSpread * offsets.Normal(o);
            int firstFilter = o * inChannels;
            Span<float> channel = weights.AsSpan(firstFilter * taps, inChannels * taps);
            elements.Normals(firstFilter * taps, step: 1, channel);
            float[] rented = ArrayPool<float>.Shared.Rent(inChannels * (taps + 2));
            Span<float> first = rented.AsSpan(0, inChannels);
            Span<float> second = rented.AsSpan(inChannels, inChannels);
            Span<float> scales = rented.AsSpan(2 * inChannels, channel.Length);
            filters.Normals(firstFilter, step: 1, first);
            filters.Normals(~firstFilter, step: -1, second);
            for (int i = 0; i < inChannels; i++)
            {
                scales.Slice(i * taps, taps).Fill(deviation * (1 + (FilterSpread * first[i] * second[i])));
            }

            Shape(channel, scales, offset);
            ArrayPool<float>.Shared.Return(rented);
        });
        return weights;
    }

    /// <summary>Makes weights of normal numbers in place. Every operation is rounded by itself, in vectors and in the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shape(Span<float> normals, ReadOnlySpan<float> scales, float offset)
    {
        int i = 0;
        for (; i + Vector<float>.Count <= normals.Length; i += Vector<float>.Count)
        {
            var normal = new Vector<float>(normals[i..]);
            Vector<float> tail = new Vector<float>(CoreWeight) + (TailWeight * normal * normal);
            (new Vector<float>(offset) + (new Vector<float>(scales[i..]) * normal * tail)).CopyTo(normals[i..]);
        }

        for (; i < normals.Length; i++)
        {
            normals[i] = offset + (scales[i] * normals[i] * (CoreWeight + (TailWeight * normals[i] * normals[i])));
        }
    }

    private static float[] Generate(int count, Func<int, float> element) => [.. Enumerable.Range(0, count).Select(element)];
}
