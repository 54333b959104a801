using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>A plain shape with sharp edges: an ellipse or a rectangle, slanted and partly transparent.</summary>
internal sealed class SeededObject
{
    private readonly float centreY;
    private readonly float centreX;
    private readonly float halfHeight;
    private readonly float halfWidth;
    private readonly float slant;
    private readonly float opacity;
    private readonly bool isEllipse;
    private readonly float[] colour;

    /// <summary>Decides the object.</summary>
    public SeededObject(CounterRandom random)
    {
        centreY = random.Uniform(0, 0.1f, 0.9f);
        centreX = random.Uniform(1, 0.1f, 0.9f);
        halfHeight = random.Uniform(2, 0.06f, 0.35f);
        halfWidth = random.Uniform(3, 0.06f, 0.35f);
        slant = random.Uniform(4, -0.8f, 0.8f);
        opacity = random.Uniform(5, 0.5f, 1f);
        isEllipse = random.Below(6, 2) == 0;
        colour = [random.Uniform(7), random.Uniform(8), random.Uniform(9)];
    }

    /// <summary>Whether the object covers a relative position.</summary>
    public bool Covers(float y, float x)
    {
        float v = (y - centreY) / halfHeight;
        float u = (x - centreX - (slant * (y - centreY))) / halfWidth;
        return isEllipse ? (u * u) + (v * v) <= 1 : Math.Max(Math.Abs(u), Math.Abs(v)) <= 1;
    }

    /// <summary>The level of a colour channel where the object lies over <paramref name="background"/>.</summary>
    public float Blend(int channel, float background) => background + (opacity * (colour[channel] - background));
}
