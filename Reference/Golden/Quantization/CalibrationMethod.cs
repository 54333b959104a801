namespace TileProof.Golden.Quantization;

/// <summary>How the range of a value is chosen from what calibration saw.</summary>
public enum CalibrationMethod
{
    /// <summary>The smallest and the largest element of all images. The default.</summary>
    MinMax,

    /// <summary>Outliers are cut off: the range between two quantiles (<see cref="CalibrationOptions.Percentile"/>).</summary>
    Percentile,

    /// <summary>The part of the whole range that gives the smallest mean squared error after quantization to int8.</summary>
    MeanSquaredError,

    /// <summary>The part of the whole range whose int8 levels keep most of the distribution: the smallest relative entropy.</summary>
    Entropy,
}
