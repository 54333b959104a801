using TileProof.Verification.Progress;

namespace TileProof.Cli.Progress;

/// <summary>Progress as plain lines, for logs and pipes: one line at the start and one after every tenth of the steps.</summary>
public sealed class PlainProgress(TextWriter writer) : IProgressReporter
{
    private const int LinesPerActivity = 10;

    private readonly Lock gate = new();

    /// <inheritdoc/>
    public void Say(string message)
    {
        lock (gate)
        {
            writer.WriteLine(message);
        }
    }

    /// <inheritdoc/>
    public IProgressActivity Begin(string title, int stepCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        Say($"{title}: {stepCount} to do");
        return new Activity(this, title, stepCount);
    }

    private sealed class Activity(PlainProgress owner, string title, int stepCount) : IProgressActivity
    {
        private int doneCount;

        public void Advance()
        {
            // Counted and written in one turn: lines of many threads stand in the order of their counts.
            lock (owner.gate)
            {
                doneCount++;
                if (doneCount == stepCount || TenthsOf(doneCount) > TenthsOf(doneCount - 1))
                {
                    owner.Say($"{title}: {doneCount} of {stepCount}");
                }
            }
        }

        public void Dispose()
        {
        }

        private long TenthsOf(int done) => (long)done * LinesPerActivity / Math.Max(stepCount, 1);
    }
}
