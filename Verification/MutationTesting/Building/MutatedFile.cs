using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TileProof.MutationTesting.Mutators;

namespace TileProof.MutationTesting.Building;

/// <summary>One source file with its mutations.</summary>
internal sealed class MutatedFile
{
    private readonly SyntaxNode root;
    private readonly CSharpParseOptions options;
    private readonly IReadOnlyList<(int Id, Mutation Mutation)> mutations;

    /// <summary>Numbers the mutations of a file from <paramref name="firstId"/> on.</summary>
    public MutatedFile(SyntaxNode root, string path, CSharpParseOptions options, int firstId, IReadOnlyCollection<string> ignoredCalls)
    {
        this.root = root;
        this.options = options;
        mutations = MutationCollector.Collect(root, ignoredCalls).Select((mutation, index) => (firstId + index, mutation)).ToList();
        Mutants = MutantNames.Of(mutations, path);
    }

    /// <summary>The mutants, one for each mutation.</summary>
    public IReadOnlyList<Mutant> Mutants { get; }

    /// <summary>The numbers of the mutants that stand in one member, for each member that has any.</summary>
    public IEnumerable<IReadOnlyList<int>> ByMember() => mutations
        .GroupBy(static item => item.Mutation.Place.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.SpanStart)
        .Select(static member => member.Select(static item => item.Id).ToList());

    /// <summary>The file with every mutation but the dropped ones beside the original.</summary>
    public SyntaxTree Tree(IReadOnlySet<int> dropped, string path)
    {
        ILookup<SyntaxNode, (int Id, Mutation Mutation)> kept = mutations
            .Where(item => !dropped.Contains(item.Id))
            .ToLookup(static item => item.Mutation.Place, static item => item);
        return CSharpSyntaxTree.Create((CSharpSyntaxNode)new SwitchRewriter(kept).Visit(root)!, options, path);
    }
}
