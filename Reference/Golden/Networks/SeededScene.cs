using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>One scene: a colour at every point of the unit square.</summary>
internal sealed class SeededScene
{
    private const int MaximumObjectCount = 5;
    private static readonly (int Cells, float Brightness, float Colour)[] Octaves =
        [(2, 0.50f, 0.22f), (4, 0.34f, 0.14f), (8, 0.24f, 0.08f), (16, 0.18f, 0.04f), (32, 0.12f, 0.02f)];

    private readonly float[] colour;
    private readonly float[] gradientY;
    private readonly float[] gradientX;
    private readonly float contrast;
    private readonly CounterRandom noise;
    private readonly SeededObject[] objects;

    /// <summary>Decides the scene.</summary>
    public SeededScene(CounterRandom random)
    {
        CounterRandom layout = random.Stream("layout");
        int counter = 0;
        float brightness = layout.Uniform(counter++, 0.25f, 0.7f);
        contrast = layout.Uniform(counter++, 0.35f, 1f);
        colour = Draw(layout, ref counter, brightness - 0.15f, brightness + 0.15f);
        gradientY = Draw(layout, ref counter, -0.35f, 0.35f);
        gradientX = Draw(layout, ref counter, -0.35f, 0.35f);
        noise = random.Stream("noise");
        objects = [.. Enumerable.Range(0, 1 + layout.Below(counter, MaximumObjectCount)).Select(i => new SeededObject(random.Stream("objects").Stream(i)))];
    }

    /// <summary>The level of one colour channel, about 0..1, at relative position <paramref name="y"/>, <paramref name="x"/> in 0..1.</summary>
    public float LevelAt(int channel, float y, float x)
    {
        float level = colour[channel] + (gradientY[channel] * (y - 0.5f)) + (gradientX[channel] * (x - 0.5f));
        foreach (SeededObject item in objects)
        {
            if (item.Covers(y, x))
            {
                level = item.Blend(channel, level);
            }
        }

        for (int octave = 0; octave < Octaves.Length; octave++)
        {
            (int cells, float brightness, float tint) = Octaves[octave];
            level += contrast * brightness * SmoothNoise(noise.Stream(octave), cells, y, x);
            level += contrast * tint * SmoothNoise(noise.Stream(octave).Stream(channel), cells, y, x);
        }

        return level;
    }

    private static float[] Draw(CounterRandom layout, ref int counter, float minimum, float maximum)
    {
        float[] values = [layout.Uniform(counter, minimum, maximum), layout.Uniform(counter + 1, minimum, maximum), layout.Uniform(counter + 2, minimum, maximum)];
        counter += values.Length;
        return values;
    }

    /// <summary>Random values in -0.5..0.5 at the corners of <paramref name="cells"/> x <paramref name="cells"/> squares, smoothly joined.</summary>
    private static float SmoothNoise(CounterRandom corners, int cells, float y, float x)
    {
        int row = (int)(y * cells);
        int column = (int)(x * cells);
        float v = Smooth((y * cells) - row);
        float u = Smooth((x * cells) - column);
        int corner = (row * (cells + 1)) + column;
        float top = Mix(corners.Uniform(corner), corners.Uniform(corner + 1), u);
        float bottom = Mix(corners.Uniform(corner + cells + 1), corners.Uniform(corner + cells + 2), u);
        return Mix(top, bottom, v) - 0.5f;
    }

    private static float Smooth(float t) => t * t * (3 - (2 * t));

    private static float Mix(float a, float b, float share) => a + ((b - a) * share);
}
