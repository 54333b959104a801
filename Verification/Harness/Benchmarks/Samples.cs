namespace TileProof.Verification.Benchmarks;

/// <summary>Times of one piece of work, measured in turn with others.</summary>
public sealed class Samples
{
    private readonly List<TimeSpan> times = [];

    /// <summary>How often it ran.</summary>
    public int Count => times.Count;

    /// <summary>The least time: what the work takes when nothing else disturbs it.</summary>
    /// <exception cref="InvalidOperationException">Nothing was measured.</exception>
    public TimeSpan Least => times.Min();

    /// <summary>The middle time, the lower one of two.</summary>
    /// <exception cref="InvalidOperationException">Nothing was measured.</exception>
    public TimeSpan Median => times.Count == 0
        ? throw new InvalidOperationException("Nothing was measured.")
        : times.Order().ElementAt((times.Count - 1) / 2);

    /// <summary>Adds one time.</summary>
    public void Add(TimeSpan time) => times.Add(time);
}
