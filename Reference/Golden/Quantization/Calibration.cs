namespace TileProof.Golden.Quantization;

/// <summary>The range of every value of a network.</summary>
public sealed class Calibration
{
    /// <summary>Makes a calibration.</summary>
    /// <param name="ranges">One range per value name.</param>
    /// <param name="engine">Version and settings of what computed the values, for reports.</param>
    public Calibration(IReadOnlyDictionary<string, ValueRange> ranges, string engine)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentNullException.ThrowIfNull(engine);
        Ranges = ranges;
        Engine = engine;
    }

    /// <summary>One range per value name.</summary>
    public IReadOnlyDictionary<string, ValueRange> Ranges { get; }

    /// <summary>Version and settings of what computed the values.</summary>
    public string Engine { get; }

    /// <summary>The range of a value.</summary>
    /// <exception cref="ArgumentException">The value was not calibrated.</exception>
    public ValueRange RangeOf(string valueName) => Ranges.TryGetValue(valueName, out ValueRange range)
        ? range
        : throw new ArgumentException($"The calibration has no range for '{valueName}'.", nameof(valueName));
}
