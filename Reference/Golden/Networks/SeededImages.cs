using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>Images from a seed that resemble photographs: gradients, smooth noise of several octaves and objects with edges.</summary>
/// <remarks>
/// Levels are rounded to 8 bits as in an image file, then normalized with ImageNet's mean and deviation per channel. Positions
/// are relative to the image, so that an image shows the same scene at every size. Only IEEE-exact operations are used.
/// </remarks>
public sealed class SeededImages
{
    /// <summary>Red, green, blue.</summary>
    public const int ChannelCount = 3;

    /// <summary>The seed of the images that reports and fixtures speak of.</summary>
    public const ulong DefaultSeed = 64;

    /// <summary>What is subtracted from levels of 0 to 1, per channel.</summary>
    public static IReadOnlyList<float> ChannelMean { get; } = [0.485f, 0.456f, 0.406f];

    /// <summary>What they are divided by afterwards, per channel.</summary>
    public static IReadOnlyList<float> ChannelDeviation { get; } = [0.229f, 0.224f, 0.225f];

    private readonly CounterRandom random;

    /// <summary>The images of one seed.</summary>
    public SeededImages(ulong seed = DefaultSeed) => random = CounterRandom.FromSeed(seed).Stream("images");

    /// <summary><c>[count, 3, height, width]</c>.</summary>
    public static TensorShape Shape(int count, int height, int width) => TensorShape.FromNchw(count, ChannelCount, height, width);

    /// <summary>One image <c>[1, 3, height, width]</c>.</summary>
    /// <param name="index">Which image, 0 or more.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public Tensor Create(int index, int height, int width) => CreateBatch(index, 1, height, width);

    /// <summary>Consecutive images <c>[count, 3, height, width]</c>.</summary>
    public Tensor CreateBatch(int firstIndex, int count, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstIndex);
        Tensor batch = Tensor.Create(Shape(count, height, width), ElementType.Float32);
        Span<float> elements = batch.Float32;
        for (int n = 0; n < count; n++)
        {
            var scene = new SeededScene(random.Stream(firstIndex + n));
            for (int c = 0; c < ChannelCount; c++)
            {
                Span<float> plane = elements.Slice(batch.Shape.OffsetOf(n, c, 0, 0), batch.Shape.PlaneElementCount);
                Paint(scene, c, height, width, plane);
            }
        }

        return batch;
    }

    private static void Paint(SeededScene scene, int channel, int height, int width, Span<float> plane)
    {
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                float level = scene.LevelAt(channel, (y + 0.5f) / height, (x + 0.5f) / width);
                float rounded = MathF.Round(Math.Clamp(level, 0f, 1f) * 255f) / 255f;
                plane[(y * width) + x] = (rounded - ChannelMean[channel]) / ChannelDeviation[channel];
            }
        }
    }
}
