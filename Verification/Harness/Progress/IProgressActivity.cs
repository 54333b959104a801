namespace TileProof.Verification.Progress;

/// <summary>A counted activity that is under way.</summary>
public interface IProgressActivity : IDisposable
{
    /// <summary>One more step is done. May be called from several threads.</summary>
    void Advance();
}
