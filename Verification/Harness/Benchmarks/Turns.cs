using System.Diagnostics;

namespace TileProof.Verification.Benchmarks;

/// <summary>Measures pieces of work in turn, so that a busy machine disturbs all of them alike and their ratios stay meaningful.</summary>
public static class Turns
{
    private const int FewestTurns = 3;

    /// <summary>Runs every piece once unmeasured, then in turn until the time is over.</summary>
    /// <param name="duration">Time for all pieces together; each is measured three times or more, whatever it takes.</param>
    /// <param name="cancellation">Stops between runs.</param>
    /// <param name="work">The pieces.</param>
    /// <returns>The times of each piece, in its order.</returns>
    public static IReadOnlyList<Samples> Measure(TimeSpan duration, CancellationToken cancellation, params IReadOnlyList<Action> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Samples[] samples = [.. work.Select(static _ => new Samples())];
        foreach (Action action in work)
        {
            action();
        }

        long begin = Stopwatch.GetTimestamp();
        for (int turn = 0; turn < FewestTurns || Stopwatch.GetElapsedTime(begin) < duration; turn++)
        {
            for (int i = 0; i < samples.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                long start = Stopwatch.GetTimestamp();
                work[i]();
                samples[i].Add(Stopwatch.GetElapsedTime(start));
            }
        }

        return samples;
    }
}
