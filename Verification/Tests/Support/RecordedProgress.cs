using TileProof.Verification;

namespace TileProof.Tests.Support;

/// <summary>Shows nothing, and keeps what it was told to say.</summary>
internal sealed class RecordedProgress : IProgressReporter, IProgressActivity
{
    public List<string> Said { get; } = [];

    public void Say(string message) => Said.Add(message);

    public IProgressActivity Begin(string title, int stepCount) => this;

    public void Advance()
    {
    }

    public void Dispose()
    {
    }
}
