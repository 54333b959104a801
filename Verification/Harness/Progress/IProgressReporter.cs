namespace TileProof.Verification.Progress;

/// <summary>Shows a person how far a run has come. Never carries results.</summary>
/// <remarks>Members may be called from several threads.</remarks>
public interface IProgressReporter
{
    /// <summary>Says one line.</summary>
    void Say(string message);

    /// <summary>Opens a counted activity; disposing it ends it. Only one is open at a time.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="stepCount">How often <see cref="IProgressActivity.Advance"/> will be called, 0 or more.</param>
    IProgressActivity Begin(string title, int stepCount);
}
