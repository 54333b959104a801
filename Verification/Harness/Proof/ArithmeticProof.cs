namespace TileProof.Verification.Proof;

/// <summary>What is shown of the arithmetic of a call: that all implementations give the same for every value that its elements can have.</summary>
/// <param name="Scope">Over which values, the word in <c>proof.csv</c>.</param>
/// <param name="ComparedValues">How many of them the vector core and the scalar oracle were compared on.</param>
/// <param name="ChangePoints">Values from which on the output is another one; there and on both sides all engines were compared.</param>
/// <param name="Difference">The first value for which two differ, in words; null when none does.</param>
public abstract record ArithmeticProof(string Scope, long ComparedValues, int ChangePoints, string? Difference);
