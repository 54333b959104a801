using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TileProof.MutationTesting.Building;

/// <summary>Finds constants that stand where only a constant fits, such as an <c>int</c> in place of a <c>uint</c>.</summary>
internal static class NarrowedConstants
{
    /// <summary>Their names.</summary>
    /// <param name="compilation">The project.</param>
    /// <param name="trees">The files of it that are looked through.</param>
    public static IReadOnlySet<string> Names(CSharpCompilation compilation, IEnumerable<SyntaxTree> trees)
    {
        var names = new HashSet<string>();
        foreach (SyntaxTree tree in trees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            names.UnionWith(tree.GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(name => IsNarrowed(model, name) && model.GetSymbolInfo(name).Symbol is IFieldSymbol { IsConst: true })
                .Select(static name => name.Identifier.ValueText));
        }

        return names;
    }

    private static bool IsNarrowed(SemanticModel model, IdentifierNameSyntax name) =>
        name.AncestorsAndSelf().TakeWhile(static node => node is ExpressionSyntax).Any(node => model.GetConversion((ExpressionSyntax)node).IsConstantExpression);
}
