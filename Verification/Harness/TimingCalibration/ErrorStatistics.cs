namespace TileProof.Verification.TimingCalibration;

/// <summary>Sizes of relative errors over a set of calls.</summary>
/// <param name="Count">How many.</param>
/// <param name="Median">The median of the absolute relative errors; the mean of the middle two for an even count.</param>
/// <param name="Maximum">The largest absolute relative error.</param>
public readonly record struct ErrorStatistics(int Count, double Median, double Maximum)
{
    /// <summary>Summarizes relative errors.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static ErrorStatistics Of(IEnumerable<double> relativeErrors)
    {
        ArgumentNullException.ThrowIfNull(relativeErrors);
        double[] sizes = [.. relativeErrors.Select(Math.Abs).Order()];
        if (sizes.Length == 0)
        {
            throw new ArgumentException("No errors to summarize.", nameof(relativeErrors));
        }

        return new ErrorStatistics(sizes.Length, (sizes[(sizes.Length - 1) / 2] + sizes[sizes.Length / 2]) / 2, sizes[^1]);
    }
}
