using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TileProof.MutationTesting.Building;

/// <summary>Writes a file so that more of it can be switched: numeric constants become properties where nothing needs them constant, and
/// methods without a value get a block for a body. Lines stay where they are.</summary>
internal sealed class SwitchableForm(HashSet<string> namesNeededConstant) : CSharpSyntaxRewriter
{
    private static readonly HashSet<string> NumericTypes = ["int", "long", "double", "float", "uint", "ulong"];

    /// <summary>Every name in a place that takes constants only.</summary>
    public static IReadOnlySet<string> NamesNeededConstant(IEnumerable<SyntaxNode> roots) =>
        roots.SelectMany(static root => root.DescendantNodes())
            .Where(static node => node is PatternSyntax or CaseSwitchLabelSyntax or AttributeSyntax or EnumMemberDeclarationSyntax
                or EqualsValueClauseSyntax { Parent: ParameterSyntax } or FixedStatementSyntax
                || node is VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field } && field.Modifiers.Any(SyntaxKind.ConstKeyword)
                || node is LocalDeclarationStatementSyntax { IsConst: true })
            .SelectMany(static node => node.DescendantNodes().OfType<IdentifierNameSyntax>())
            .Select(static name => name.Identifier.ValueText)
            .ToHashSet();

    /// <inheritdoc/>
    public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node)
    {
        if (!node.Modifiers.Any(SyntaxKind.ConstKeyword) || !NumericTypes.Contains(node.Declaration.Type.ToString())
            || node.Declaration.Variables is not [{ Initializer: { } initializer } variable] || namesNeededConstant.Contains(variable.Identifier.ValueText))
        {
            return base.VisitFieldDeclaration(node);
        }

        SyntaxTokenList modifiers = SyntaxFactory.TokenList(node.Modifiers.Select(static modifier =>
            modifier.IsKind(SyntaxKind.ConstKeyword) ? SyntaxFactory.Token(SyntaxKind.StaticKeyword).WithTriviaFrom(modifier) : modifier));
        return SyntaxFactory.PropertyDeclaration(node.AttributeLists, modifiers, node.Declaration.Type, null, variable.Identifier, null,
            SyntaxFactory.ArrowExpressionClause(initializer.Value), null, node.SemicolonToken);
    }

    /// <inheritdoc/>
    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        if (node is { ExpressionBody: { } body, ReturnType: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } })
        {
            node = node.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Block(body, node.SemicolonToken));
        }

        return base.VisitMethodDeclaration(node);
    }

    /// <inheritdoc/>
    public override SyntaxNode? VisitAccessorDeclaration(AccessorDeclarationSyntax node)
    {
        if (node.ExpressionBody is { } body && !node.IsKind(SyntaxKind.GetAccessorDeclaration))
        {
            node = node.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Block(body, node.SemicolonToken));
        }

        return base.VisitAccessorDeclaration(node);
    }

    private static BlockSyntax Block(ArrowExpressionClauseSyntax body, SyntaxToken end) =>
        SyntaxFactory.Block(SyntaxFactory.ExpressionStatement(body.Expression.WithoutTrailingTrivia()))
            .WithLeadingTrivia(body.ArrowToken.TrailingTrivia)
            .WithTrailingTrivia(end.TrailingTrivia);
}
