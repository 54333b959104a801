using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxKind;

namespace TileProof.MutationTesting.Mutators;

/// <summary>Changes patterns: their limits, joints and constants (to the number above), and what they decide. A pattern holds constants only, so that the
/// expression that tests it is exchanged as a whole.</summary>
internal sealed class PatternMutator : IMutator
{
    private static readonly Dictionary<SyntaxKind, SyntaxKind[]> Limits = new()
    {
        [LessThanToken] = [LessThanEqualsToken],
        [LessThanEqualsToken] = [LessThanToken],
        [GreaterThanToken] = [GreaterThanEqualsToken],
        [GreaterThanEqualsToken] = [GreaterThanToken],
    };

    /// <inheritdoc/>
    public IEnumerable<Mutation> Mutate(SyntaxNode node) => node switch
    {
        IsPatternExpressionSyntax test => Negated(test).Concat(Changed(test, test.Pattern)),
        SwitchExpressionSyntax choice => choice.Arms.SelectMany(arm => Changed(choice, arm.Pattern)),
        _ => [],
    };

    private static IEnumerable<Mutation> Negated(IsPatternExpressionSyntax test) =>
        [Mutation.Of(test, SyntaxFactory.PrefixUnaryExpression(LogicalNotExpression, SyntaxFactory.ParenthesizedExpression(test.WithoutTrivia())))];

    private static IEnumerable<Mutation> Changed(ExpressionSyntax whole, PatternSyntax pattern)
    {
        foreach (SyntaxNode part in pattern.DescendantNodesAndSelf())
        {
            foreach (SyntaxNode replacement in Replacements(part))
            {
                yield return new Mutation(whole, whole.ReplaceNode(part, replacement), part.ToString(), replacement.ToString());
            }
        }
    }

    private static IEnumerable<SyntaxNode> Replacements(SyntaxNode part) => part switch
    {
        RelationalPatternSyntax limit => Limits[limit.OperatorToken.Kind()]
            .Select(kind => limit.WithOperatorToken(SyntaxFactory.Token(kind).WithTriviaFrom(limit.OperatorToken))),
        BinaryPatternSyntax { RawKind: (int)AndPattern } both =>
            [SyntaxFactory.BinaryPattern(OrPattern, both.Left, SyntaxFactory.Token(OrKeyword).WithTriviaFrom(both.OperatorToken), both.Right)],
        BinaryPatternSyntax { RawKind: (int)OrPattern } either => [either.Left, either.Right],
        LiteralExpressionSyntax { RawKind: (int)NumericLiteralExpression } number =>
            LiteralMutator.Numbers(number.Token.Value).Take(1),
        LiteralExpressionSyntax { RawKind: (int)TrueLiteralExpression } => [SyntaxFactory.LiteralExpression(FalseLiteralExpression)],
        LiteralExpressionSyntax { RawKind: (int)FalseLiteralExpression } => [SyntaxFactory.LiteralExpression(TrueLiteralExpression)],
        _ => [],
    };
}
