using TileProof.Golden.Networks;

namespace TileProof.Golden.Quantization;

/// <summary>What calibration runs over and how it chooses ranges.</summary>
public sealed record CalibrationOptions
{
    /// <summary>Images 0 to ImageCount - 1 of the image seed; 1 or more.</summary>
    public int ImageCount { get; init; } = 8;

    /// <summary>How ranges are chosen.</summary>
    public CalibrationMethod Method { get; init; } = CalibrationMethod.MinMax;

    /// <summary>For <see cref="CalibrationMethod.Percentile"/>: this share of the elements lies below the upper end, and above the lower; in 50..100.</summary>
    public double Percentile { get; init; } = 99.99;

    /// <summary>The seed of the images.</summary>
    public ulong ImageSeed { get; init; } = SeededImages.DefaultSeed;
}
