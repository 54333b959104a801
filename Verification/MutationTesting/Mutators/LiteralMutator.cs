using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxKind;

namespace TileProof.MutationTesting.Mutators;

/// <summary>Changes truth values, numbers by one, texts and lists.</summary>
internal sealed class LiteralMutator : IMutator
{
    /// <inheritdoc/>
    public IEnumerable<Mutation> Mutate(SyntaxNode node) => node switch
    {
        LiteralExpressionSyntax { RawKind: (int)TrueLiteralExpression } => [Mutation.Of(node, SyntaxFactory.LiteralExpression(FalseLiteralExpression))],
        LiteralExpressionSyntax { RawKind: (int)FalseLiteralExpression } => [Mutation.Of(node, SyntaxFactory.LiteralExpression(TrueLiteralExpression))],
        LiteralExpressionSyntax { RawKind: (int)NumericLiteralExpression } number => Numbers(number.Token.Value).Select(changed => Mutation.Of(number, changed)),
        LiteralExpressionSyntax { RawKind: (int)StringLiteralExpression } text => [Mutation.Of(text, Text(text.Token.ValueText.Length == 0 ? "mutated" : ""))],
        InterpolatedStringExpressionSyntax => [Mutation.Of(node, Text(""))],
        CollectionExpressionSyntax { Elements.Count: > 0 } => [Mutation.Of(node, SyntaxFactory.CollectionExpression())],
        _ => [],
    };

    /// <summary>The numbers beside a number, of the same type; zero has none below.</summary>
    public static IEnumerable<LiteralExpressionSyntax> Numbers(object? value) => value switch
    {
        int number => Beside(number, SyntaxFactory.Literal(number + 1), SyntaxFactory.Literal(number - 1)),
        long number => Beside(number, SyntaxFactory.Literal(number + 1), SyntaxFactory.Literal(number - 1)),
        uint number => Beside(number, SyntaxFactory.Literal(number + 1), SyntaxFactory.Literal(number - 1)),
        ulong number => Beside(number, SyntaxFactory.Literal(number + 1), SyntaxFactory.Literal(number - 1)),
        double number => [Number(SyntaxFactory.Literal(number + 1))],
        float number => [Number(SyntaxFactory.Literal(number + 1))],
        _ => [],
    };

    private static IEnumerable<LiteralExpressionSyntax> Beside(decimal number, SyntaxToken above, SyntaxToken below) =>
        number == 0 ? [Number(above)] : [Number(above), Number(below)];

    private static LiteralExpressionSyntax Number(SyntaxToken token) => SyntaxFactory.LiteralExpression(NumericLiteralExpression, token);

    private static LiteralExpressionSyntax Text(string value) =>
        SyntaxFactory.LiteralExpression(StringLiteralExpression, SyntaxFactory.Literal(value));
}
