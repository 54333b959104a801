using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxKind;

namespace TileProof.MutationTesting.Mutators;

/// <summary>Leaves out what has an effect, an early end of a round or of a method, or the value of a method.</summary>
internal sealed class StatementMutator : IMutator
{
    /// <inheritdoc/>
    public IEnumerable<Mutation> Mutate(SyntaxNode node) => node switch
    {
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax or AssignmentExpressionSyntax or AwaitExpressionSyntax } => [Without(node)],
        ContinueStatementSyntax or YieldStatementSyntax or ReturnStatementSyntax { Expression: null } => [Without(node)],
        BreakStatementSyntax when EndsLoop(node) => [Without(node)],
        ReturnStatementSyntax { Expression: { } value } => WithoutValue(value),
        ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax or PropertyDeclarationSyntax or AccessorDeclarationSyntax } body => WithoutValue(body.Expression),
        _ => [],
    };

    private static Mutation Without(SyntaxNode statement) =>
        new(statement, SyntaxFactory.EmptyStatement(), statement.ToString(), "(left out)");

    /// <summary>The default of the type in place of a value; values that other mutators change as a whole are left to them.</summary>
    private static IEnumerable<Mutation> WithoutValue(ExpressionSyntax value) => value.Kind() switch
    {
        TrueLiteralExpression or FalseLiteralExpression or NumericLiteralExpression or StringLiteralExpression or NullLiteralExpression
            or DefaultLiteralExpression or DefaultExpression or CollectionExpression or InterpolatedStringExpression or ThrowExpression
            or SimpleAssignmentExpression or AddAssignmentExpression or PostIncrementExpression or LogicalNotExpression or RefExpression => [],
        _ => [Mutation.Of(value, SyntaxFactory.ParseExpression("default!"))],
    };

    private static bool EndsLoop(SyntaxNode node) =>
        node.Ancestors().First(static ancestor => ancestor is SwitchStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax)
            is not SwitchStatementSyntax;
}
