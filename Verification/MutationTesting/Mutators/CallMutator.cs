using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TileProof.MutationTesting.Mutators;

/// <summary>Calls the method beside the one that is meant, or leaves a step of a chain out.</summary>
internal sealed class CallMutator : IMutator
{
    private static readonly Dictionary<string, string> Opposites = Both(
        ("Any", "All"), ("First", "Last"), ("FirstOrDefault", "LastOrDefault"), ("Min", "Max"), ("MinBy", "MaxBy"), ("Take", "Skip"),
        ("TakeWhile", "SkipWhile"), ("OrderBy", "OrderByDescending"), ("ThenBy", "ThenByDescending"), ("Floor", "Ceiling"),
        ("Append", "Prepend"), ("StartsWith", "EndsWith"), ("IndexOf", "LastIndexOf"), ("Union", "Intersect"));

    private static readonly HashSet<string> Steps =
    [
        "Where", "Distinct", "Reverse", "Order", "OrderBy", "OrderByDescending", "ThenBy", "Trim", "TrimEnd", "TrimStart", "Concat", "Except",
        "ToLowerInvariant", "ToUpperInvariant", "PadLeft", "PadRight", "Append",
    ];

    /// <inheritdoc/>
    public IEnumerable<Mutation> Mutate(SyntaxNode node)
    {
        if (node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } call)
        {
            yield break;
        }

        string name = member.Name.Identifier.ValueText;
        if (Opposites.TryGetValue(name, out string? opposite))
        {
            yield return Mutation.Of(call, call.WithExpression(member.WithName(Renamed(member.Name, opposite))));
        }

        if (Steps.Contains(name))
        {
            yield return Mutation.Of(call, member.Expression);
        }

        if (name == "Abs" && call.ArgumentList.Arguments.Count == 1)
        {
            yield return Mutation.Of(call, SyntaxFactory.ParenthesizedExpression(call.ArgumentList.Arguments[0].Expression));
        }

        if (member.Expression.ToString() == "string" && name is "Create" or "Join" or "Concat")
        {
            yield return Mutation.Of(call, SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal("")));
        }
    }

    private static SimpleNameSyntax Renamed(SimpleNameSyntax name, string identifier) =>
        name is GenericNameSyntax generic ? generic.WithIdentifier(SyntaxFactory.Identifier(identifier)) : SyntaxFactory.IdentifierName(identifier);

    private static Dictionary<string, string> Both(params (string One, string Other)[] pairs) =>
        pairs.Concat(pairs.Select(static pair => (pair.Other, pair.One))).ToDictionary(static pair => pair.Item1, static pair => pair.Item2);
}
