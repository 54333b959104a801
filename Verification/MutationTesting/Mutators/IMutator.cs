using Microsoft.CodeAnalysis;

namespace TileProof.MutationTesting.Mutators;

/// <summary>One kind of mistake.</summary>
internal interface IMutator
{
    /// <summary>The mistakes of this kind that can be made at a node itself, not below it.</summary>
    IEnumerable<Mutation> Mutate(SyntaxNode node);
}
