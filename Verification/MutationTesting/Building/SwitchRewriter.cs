using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TileProof.MutationTesting.Mutators;

namespace TileProof.MutationTesting.Building;

/// <summary>Writes mutations beside the original, each behind its switch.</summary>
internal sealed class SwitchRewriter(ILookup<SyntaxNode, (int Id, Mutation Mutation)> mutations) : CSharpSyntaxRewriter
{
    /// <summary>Marks the switch of a mutant; the data is its number.</summary>
    public const string SwitchAnnotation = "mutant";

    /// <summary>Marks a switch that leaves a statement out.</summary>
    public const string StatementAnnotation = "statement";

    /// <inheritdoc/>
    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        SyntaxNode? rewritten = base.Visit(node);
        if (node is null || rewritten is null)
        {
            return rewritten;
        }

        foreach ((int id, Mutation mutation) in mutations[node])
        {
            rewritten = rewritten switch
            {
                StatementSyntax statement => Switched(statement, mutation.Replacement, id),
                ExpressionSyntax expression when node.Parent is ExpressionStatementSyntax => expression,
                ExpressionSyntax expression => Switched(expression, (ExpressionSyntax)mutation.Replacement, id, node.Parent is ForStatementSyntax loop && loop.Condition != node),
                _ => rewritten,
            };
        }

        return rewritten is ExpressionStatementSyntax or BlockSyntax && node is ExpressionStatementSyntax whole
            ? SwitchedWhole(whole, (StatementSyntax)rewritten)
            : rewritten;
    }

    /// <summary>An expression that is a statement cannot be chosen by a conditional expression: the statement is.</summary>
    private StatementSyntax SwitchedWhole(ExpressionStatementSyntax node, StatementSyntax rewritten)
    {
        foreach ((int id, Mutation mutation) in mutations[node.Expression])
        {
            rewritten = Switched(rewritten, SyntaxFactory.ExpressionStatement((ExpressionSyntax)mutation.Replacement), id);
        }

        return rewritten;
    }

    private static BlockSyntax Switched(StatementSyntax statement, SyntaxNode replacement, int id)
    {
        IfStatementSyntax choice = replacement is EmptyStatementSyntax
            ? SyntaxFactory.IfStatement(SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, IsActive(id)), statement.WithoutTrivia())
            : SyntaxFactory.IfStatement(IsActive(id), (StatementSyntax)replacement, SyntaxFactory.ElseClause(statement.WithoutTrivia()));
        return SyntaxFactory.Block(choice.WithAdditionalAnnotations(Annotation(id), new SyntaxAnnotation(StatementAnnotation))).WithTriviaFrom(statement);
    }

    private static ExpressionSyntax Switched(ExpressionSyntax expression, ExpressionSyntax replacement, int id, bool standsAlone)
    {
        ExpressionSyntax choice = SyntaxFactory.ConditionalExpression(
            IsActive(id),
            SyntaxFactory.ParenthesizedExpression(replacement.WithoutTrivia()),
            SyntaxFactory.ParenthesizedExpression(expression.WithoutTrivia()));
        choice = standsAlone
            ? SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName("_"), choice)
            : SyntaxFactory.ParenthesizedExpression(choice);
        return choice.WithAdditionalAnnotations(Annotation(id)).WithTriviaFrom(expression);
    }

    private static SyntaxAnnotation Annotation(int id) => new(SwitchAnnotation, id.ToString(CultureInfo.InvariantCulture));

    private static ExpressionSyntax IsActive(int id) =>
        SyntaxFactory.ParseExpression(string.Create(CultureInfo.InvariantCulture, $"global::{MutantSwitchSource.TypeName}.Is({id})"));
}
