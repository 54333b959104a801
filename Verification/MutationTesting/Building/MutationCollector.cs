using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TileProof.MutationTesting.Mutators;

namespace TileProof.MutationTesting.Building;

/// <summary>Finds every mistake that can be made in a file.</summary>
/// <remarks>
/// Left alone: what must be constant, attributes, everything that is thrown with its text, argument checks (<c>ThrowIf...</c>), hash codes,
/// and the calls that the area names.
/// </remarks>
internal sealed class MutationCollector(IReadOnlyCollection<string> ignoredCalls) : CSharpSyntaxWalker
{
    private static readonly IMutator[] Mutators =
        [new OperatorMutator(), new LiteralMutator(), new CallMutator(), new StatementMutator(), new PatternMutator()];

    private readonly List<Mutation> mutations = [];

    /// <summary>The mistakes that can be made below a node, in the order of the text.</summary>
    public static IReadOnlyList<Mutation> Collect(SyntaxNode root, IReadOnlyCollection<string> ignoredCalls)
    {
        var collector = new MutationCollector(ignoredCalls);
        collector.Visit(root);
        return collector.mutations;
    }

    /// <inheritdoc/>
    public override void Visit(SyntaxNode? node)
    {
        if (node is null || IsLeftAlone(node))
        {
            return;
        }

        mutations.AddRange(Mutators.SelectMany(mutator => mutator.Mutate(node)).Select(OfWholeExpression).Where(CanStand));
        base.Visit(node);
    }

    /// <summary>Whether the replacement is a statement where its place is one: a value alone is none, and the statement is left out by another mutation.</summary>
    private static bool CanStand(Mutation mutation) => mutation.Place.Parent is not ExpressionStatementSyntax
        || mutation.Replacement is AssignmentExpressionSyntax or PrefixUnaryExpressionSyntax or PostfixUnaryExpressionSyntax or InvocationExpressionSyntax;

    /// <summary>What follows <c>?.</c> is no expression of its own: the one that begins before it is exchanged.</summary>
    private static Mutation OfWholeExpression(Mutation mutation)
    {
        while (FollowsQuestionMark(mutation.Place))
        {
            ConditionalAccessExpressionSyntax whole = mutation.Place.Ancestors().OfType<ConditionalAccessExpressionSyntax>().First();
            mutation = mutation with { Place = whole, Replacement = whole.ReplaceNode(mutation.Place, mutation.Replacement) };
        }

        return mutation;
    }

    private static bool FollowsQuestionMark(SyntaxNode? node) => node switch
    {
        MemberBindingExpressionSyntax or ElementBindingExpressionSyntax => true,
        InvocationExpressionSyntax call => FollowsQuestionMark(call.Expression),
        MemberAccessExpressionSyntax member => FollowsQuestionMark(member.Expression),
        ElementAccessExpressionSyntax element => FollowsQuestionMark(element.Expression),
        ConditionalAccessExpressionSyntax access => FollowsQuestionMark(access.Expression),
        _ => false,
    };

    private bool IsLeftAlone(SyntaxNode node) => node switch
    {
        AttributeListSyntax or EnumMemberDeclarationSyntax or TypeSyntax and not NameSyntax or PatternSyntax or SwitchLabelSyntax
            or ThrowStatementSyntax or ThrowExpressionSyntax or UsingDirectiveSyntax or GotoStatementSyntax => true,
        EqualsValueClauseSyntax { Parent: ParameterSyntax } => true,
        FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.ConstKeyword),
        LocalDeclarationStatementSyntax local => local.IsConst,
        MethodDeclarationSyntax method => method.Identifier.ValueText == nameof(GetHashCode),
        BaseObjectCreationExpressionSyntax creation => creation is ObjectCreationExpressionSyntax { Type: var type } && type.ToString().EndsWith("Exception", StringComparison.Ordinal),
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } => IsIgnored(call),
        InvocationExpressionSyntax call => IsIgnored(call),
        _ => false,
    };

    private bool IsIgnored(InvocationExpressionSyntax call)
    {
        string name = call.Expression switch
        {
            MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
        return name == "nameof" || name.StartsWith("ThrowIf", StringComparison.Ordinal) || ignoredCalls.Contains(name);
    }
}
