namespace TileProof.MutationTesting;

/// <summary>One mistake that can be switched on in the compiled program.</summary>
/// <param name="Id">Its number in the compiled area.</param>
/// <param name="Key">What names it from one run to the next: file, member, before and after, and which one where there are several.</param>
/// <param name="File">The source file, from the root of the repository.</param>
/// <param name="Line">The line in it, from 1.</param>
/// <param name="Before">What is written there, on one line.</param>
/// <param name="After">What is compiled in its place, on one line.</param>
public sealed record Mutant(int Id, string Key, string File, int Line, string Before, string After);
