namespace TileProof.HwModel.Proof;

/// <summary>What a run on words says of a program: whether it uses the right bytes for every value and every landing.</summary>
/// <param name="WordCount">Output words that were compared.</param>
/// <param name="WrongCount">How many of them are wrong.</param>
/// <param name="First">The first of them; null when none is.</param>
/// <param name="Fault">The broken rule that ended the program; null when it ran to its end.</param>
public sealed record ProgramProof(int WordCount, int WrongCount, WordMismatch? First, string? Fault)
{
    /// <summary>Whether every output byte is made from the right bytes.</summary>
    public bool IsProven => Fault is null && WrongCount == 0 && WordCount > 0;
}
