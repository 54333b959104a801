using Microsoft.CodeAnalysis;

namespace TileProof.MutationTesting.Mutators;

/// <summary>One small mistake: a piece of a program and what stands there instead.</summary>
/// <param name="Place">The expression or statement of the original tree that is exchanged as a whole.</param>
/// <param name="Replacement">What is compiled in its place; an empty statement where <paramref name="Place"/> is left out.</param>
/// <param name="Before">The part that differs, as written.</param>
/// <param name="After">The same part after the exchange.</param>
internal sealed record Mutation(SyntaxNode Place, SyntaxNode Replacement, string Before, string After)
{
    /// <summary>A mutation that is described by the whole of its place.</summary>
    public static Mutation Of(SyntaxNode place, SyntaxNode replacement) =>
        new(place, replacement, place.ToString(), replacement.ToString());
}
