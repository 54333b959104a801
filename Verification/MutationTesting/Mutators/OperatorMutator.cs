using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxKind;

namespace TileProof.MutationTesting.Mutators;

/// <summary>Exchanges operators: arithmetic, limits of comparisons, logic, shifts, signs, steps, assignments and choices.</summary>
internal sealed class OperatorMutator : IMutator
{
    private static readonly Dictionary<SyntaxKind, (SyntaxKind Expression, SyntaxKind Token)[]> Exchanges = new()
    {
        [AddExpression] = [(SubtractExpression, MinusToken)],
        [SubtractExpression] = [(AddExpression, PlusToken)],
        [MultiplyExpression] = [(DivideExpression, SlashToken)],
        [DivideExpression] = [(MultiplyExpression, AsteriskToken)],
        [ModuloExpression] = [(MultiplyExpression, AsteriskToken)],
        [LessThanExpression] = [(LessThanOrEqualExpression, LessThanEqualsToken), (GreaterThanOrEqualExpression, GreaterThanEqualsToken)],
        [LessThanOrEqualExpression] = [(LessThanExpression, LessThanToken), (GreaterThanExpression, GreaterThanToken)],
        [GreaterThanExpression] = [(GreaterThanOrEqualExpression, GreaterThanEqualsToken), (LessThanOrEqualExpression, LessThanEqualsToken)],
        [GreaterThanOrEqualExpression] = [(GreaterThanExpression, GreaterThanToken), (LessThanExpression, LessThanToken)],
        [EqualsExpression] = [(NotEqualsExpression, ExclamationEqualsToken)],
        [NotEqualsExpression] = [(EqualsExpression, EqualsEqualsToken)],
        [LogicalAndExpression] = [(LogicalOrExpression, BarBarToken)],
        [LogicalOrExpression] = [(LogicalAndExpression, AmpersandAmpersandToken)],
        [BitwiseAndExpression] = [(BitwiseOrExpression, BarToken)],
        [BitwiseOrExpression] = [(BitwiseAndExpression, AmpersandToken)],
        [ExclusiveOrExpression] = [(BitwiseAndExpression, AmpersandToken)],
        [LeftShiftExpression] = [(RightShiftExpression, GreaterThanGreaterThanToken)],
        [RightShiftExpression] = [(LeftShiftExpression, LessThanLessThanToken)],
        [UnsignedRightShiftExpression] = [(LeftShiftExpression, LessThanLessThanToken)],
        [AddAssignmentExpression] = [(SubtractAssignmentExpression, MinusEqualsToken)],
        [SubtractAssignmentExpression] = [(AddAssignmentExpression, PlusEqualsToken)],
        [MultiplyAssignmentExpression] = [(DivideAssignmentExpression, SlashEqualsToken)],
        [DivideAssignmentExpression] = [(MultiplyAssignmentExpression, AsteriskEqualsToken)],
        [AndAssignmentExpression] = [(OrAssignmentExpression, BarEqualsToken)],
        [OrAssignmentExpression] = [(AndAssignmentExpression, AmpersandEqualsToken)],
        [ExclusiveOrAssignmentExpression] = [(OrAssignmentExpression, BarEqualsToken)],
        [LeftShiftAssignmentExpression] = [(RightShiftAssignmentExpression, GreaterThanGreaterThanEqualsToken)],
        [RightShiftAssignmentExpression] = [(LeftShiftAssignmentExpression, LessThanLessThanEqualsToken)],
        [CoalesceAssignmentExpression] = [(SimpleAssignmentExpression, EqualsToken)],
        [PreIncrementExpression] = [(PreDecrementExpression, MinusMinusToken)],
        [PreDecrementExpression] = [(PreIncrementExpression, PlusPlusToken)],
        [PostIncrementExpression] = [(PostDecrementExpression, MinusMinusToken)],
        [PostDecrementExpression] = [(PostIncrementExpression, PlusPlusToken)],
    };

    /// <inheritdoc/>
    public IEnumerable<Mutation> Mutate(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax binary when IsText(binary) => [],
        BinaryExpressionSyntax { RawKind: (int)CoalesceExpression } choice => [Mutation.Of(choice, choice.Left), Mutation.Of(choice, choice.Right)],
        ConditionalExpressionSyntax choice => [Mutation.Of(choice, choice.WhenTrue), Mutation.Of(choice, choice.WhenFalse)],
        PrefixUnaryExpressionSyntax { RawKind: (int)UnaryMinusExpression or (int)LogicalNotExpression or (int)BitwiseNotExpression } sign =>
            [Mutation.Of(sign, sign.Operand)],
        ExpressionSyntax expression => Exchanged(expression).Concat(Negated(expression)),
        _ => [],
    };

    private static IEnumerable<Mutation> Exchanged(ExpressionSyntax expression) =>
        Exchanges.GetValueOrDefault(expression.Kind(), [])
            .Select(exchange => Mutation.Of(expression, WithOperator(expression, exchange.Expression, SyntaxFactory.Token(exchange.Token))));

    private static ExpressionSyntax WithOperator(ExpressionSyntax expression, SyntaxKind kind, SyntaxToken token) => expression switch
    {
        BinaryExpressionSyntax binary => SyntaxFactory.BinaryExpression(kind, binary.Left, token.WithTriviaFrom(binary.OperatorToken), binary.Right),
        AssignmentExpressionSyntax assignment =>
            SyntaxFactory.AssignmentExpression(kind, assignment.Left, token.WithTriviaFrom(assignment.OperatorToken), assignment.Right),
        PrefixUnaryExpressionSyntax prefix => SyntaxFactory.PrefixUnaryExpression(kind, token, prefix.Operand),
        PostfixUnaryExpressionSyntax postfix => SyntaxFactory.PostfixUnaryExpression(kind, postfix.Operand, token),
        _ => throw new ArgumentException($"{kind} has no operator", nameof(expression)),
    };

    /// <summary>A condition that is no comparison, turned round; conditions that are comparisons are turned round by their operator.</summary>
    private static IEnumerable<Mutation> Negated(ExpressionSyntax expression) =>
        IsCondition(expression) && expression is InvocationExpressionSyntax or MemberAccessExpressionSyntax or IdentifierNameSyntax or ElementAccessExpressionSyntax
            ? [Mutation.Of(expression, SyntaxFactory.PrefixUnaryExpression(LogicalNotExpression, SyntaxFactory.ParenthesizedExpression(expression.WithoutTrivia())))]
            : [];

    private static bool IsCondition(ExpressionSyntax expression) => expression.Parent switch
    {
        IfStatementSyntax parent => parent.Condition == expression,
        WhileStatementSyntax parent => parent.Condition == expression,
        ConditionalExpressionSyntax parent => parent.Condition == expression,
        BinaryExpressionSyntax parent => parent.RawKind is (int)LogicalAndExpression or (int)LogicalOrExpression,
        _ => false,
    };

    /// <summary>Whether a sum joins text, which no other operator does.</summary>
    private static bool IsText(BinaryExpressionSyntax binary) =>
        binary.RawKind == (int)AddExpression && binary.DescendantNodes().Any(static node =>
            node.RawKind is (int)StringLiteralExpression or (int)InterpolatedStringExpression);
}
