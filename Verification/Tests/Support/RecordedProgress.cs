using TileProof.Verification.Progress;

namespace TileProof.Tests.Support;

/// <summary>Shows nothing, and keeps what it was told to say.</summary>
internal sealed class RecordedProgress : IProgressReporter, IProgressActivity
{
    private int advanced;

    public List<string> Said { get; } = [];

    public List<string> Begun { get; } = [];

    public int Advanced => advanced;

    public void Say(string message) => Said.Add(message);

    public IProgressActivity Begin(string title, int stepCount)
    {
        Begun.Add(title);
        return this;
    }

    public void Advance() => Interlocked.Increment(ref advanced);

    public void Dispose()
    {
    }
}
