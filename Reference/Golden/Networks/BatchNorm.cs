namespace TileProof.Golden.Networks;

/// <summary>Batch normalization at inference: <c>y = (x - Mean) / sqrt(Variance + Epsilon) * Gamma + Beta</c>, per channel.</summary>
public sealed record BatchNorm
{
    /// <summary>The learned scale per channel.</summary>
    public required float[] Gamma { get; init; }

    /// <summary>The learned offset per channel.</summary>
    public required float[] Beta { get; init; }

    /// <summary>The running mean per channel.</summary>
    public required float[] Mean { get; init; }

    /// <summary>The running variance per channel.</summary>
    public required float[] Variance { get; init; }

    /// <summary>Keeps the square root away from zero.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>The factor that multiplies channel <paramref name="channel"/>.</summary>
    public float FactorOf(int channel) => (float)(Gamma[channel] / Math.Sqrt((double)Variance[channel] + Epsilon));
}
