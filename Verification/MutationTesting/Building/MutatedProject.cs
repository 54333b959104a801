using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace TileProof.MutationTesting.Building;

/// <summary>One project, some files of which are mutated, compiled with all mutants that the compiler takes.</summary>
internal sealed class MutatedProject
{
    /// <summary>An error for a variable without a value, or a path without one, is the fault of a statement that is left out before it.</summary>
    private static readonly HashSet<string> FlowErrors = ["CS0161", "CS0165", "CS0170", "CS0171", "CS0177", "CS8070", "CS0163", "CS8795"];

    private readonly IReadOnlyDictionary<string, MutatedFile> files;
    private readonly Dictionary<string, SyntaxTree> trees;
    private readonly HashSet<int> dropped = [];

    /// <summary>The dropped mutants that an error is laid on only because they stand near it.</summary>
    private readonly HashSet<int> suspects = [];
    private CSharpCompilation compilation;

    private MutatedProject(CSharpCompilation compilation, IReadOnlyDictionary<string, MutatedFile> files)
    {
        this.compilation = compilation;
        this.files = files;
        trees = compilation.SyntaxTrees.Where(tree => files.ContainsKey(tree.FilePath)).ToDictionary(static tree => tree.FilePath);
    }

    /// <summary>Compiles.</summary>
    /// <param name="compilation">The project as it is, with the class of the switch.</param>
    /// <param name="files">The mutated files, by path.</param>
    /// <param name="resources">The resources of the assembly.</param>
    /// <returns>The assembly, and the numbers of the mutants that do not compile.</returns>
    /// <exception cref="MutationTestingException">The project does not compile for another reason.</exception>
    public static (byte[] Assembly, IReadOnlySet<int> Dropped) Compile(
        CSharpCompilation compilation, IReadOnlyDictionary<string, MutatedFile> files, IEnumerable<ResourceDescription> resources)
    {
        var project = new MutatedProject(compilation, files);
        ResourceDescription[] allResources = resources.ToArray();
        project.Emit(allResources);
        project.TakeBack();
        return (project.Emit(allResources), project.dropped);
    }

    /// <summary>Drops mutants until the rest compiles: generously, since an error does not say which of several mutants is at fault.</summary>
    private byte[] Emit(IEnumerable<ResourceDescription> resources)
    {
        Renew(files.Keys);
        while (true)
        {
            using var assembly = new MemoryStream();
            EmitResult result = compilation.Emit(assembly, manifestResources: resources);
            if (result.Success)
            {
                return assembly.ToArray();
            }

            Diagnostic[] errors = Errors(result.Diagnostics);
            int before = dropped.Count;
            foreach (Diagnostic error in errors)
            {
                Drop(error);
            }

            if (dropped.Count == before)
            {
                throw new MutationTestingException($"the mutated project does not compile: {errors[0].ToString()}");
            }

            Renew(errors.Select(static error => error.Location.SourceTree?.FilePath ?? "").Where(files.ContainsKey).Distinct());
        }
    }

    /// <summary>Takes suspects back that compile after all, in rounds of one mutant a member: an error in a member is then the fault of that one.</summary>
    private void TakeBack()
    {
        List<(string Path, Queue<int> Pending)> members = files.SelectMany(file => file.Value.ByMember().Select(member => (file.Key, new Queue<int>(member.Where(suspects.Contains))))).ToList();
        while (true)
        {
            members.RemoveAll(static member => member.Pending.Count == 0);
            if (members.Count == 0)
            {
                return;
            }

            HashSet<int> tried = members.Select(static member => member.Pending.Dequeue()).ToHashSet();
            dropped.ExceptWith(tried);
            List<string> paths = members.Select(static member => member.Path).Distinct().ToList();
            Renew(paths);
            Diagnostic[] errors = paths.SelectMany(path => Errors(compilation.GetSemanticModel(trees[path]).GetDiagnostics())).ToArray();
            dropped.UnionWith(errors.SelectMany(error => TriedBeside(error, tried)));
            Renew(errors.Select(static error => error.Location.SourceTree!.FilePath).Distinct());
        }
    }

    private void Renew(IEnumerable<string> paths)
    {
        foreach (string path in paths.ToList())
        {
            SyntaxTree tree = files[path].Tree(dropped, path);
            compilation = compilation.ReplaceSyntaxTree(trees[path], tree);
            trees[path] = tree;
        }
    }

    /// <summary>The mutants of this round in the member that has an error, or in its file where the member has none.</summary>
    private static IEnumerable<int> TriedBeside(Diagnostic error, IReadOnlySet<int> tried)
    {
        SyntaxNode root = error.Location.SourceTree!.GetRoot();
        MemberDeclarationSyntax? member = root.FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<MemberDeclarationSyntax>();
        int[] inMember = member is null ? [] : Switches(member, SwitchRewriter.SwitchAnnotation).Where(tried.Contains).ToArray();
        return inMember.Length > 0 ? inMember : Switches(root, SwitchRewriter.SwitchAnnotation).Where(tried.Contains);
    }

    private static Diagnostic[] Errors(IEnumerable<Diagnostic> diagnostics) => diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToArray();

    /// <summary>Drops the mutant that an error is the fault of, or where that is not certain, every one that it may be the fault of.</summary>
    private void Drop(Diagnostic error)
    {
        if (error.Location.SourceTree is not { } tree)
        {
            return;
        }

        SyntaxNode place = tree.GetRoot().FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);
        SyntaxNode? innermost = place.AncestorsAndSelf().FirstOrDefault(static node => node.HasAnnotations(SwitchRewriter.SwitchAnnotation));
        if (innermost is not null && (!FlowErrors.Contains(error.Id) || IsInReplacement(error, innermost)))
        {
            dropped.Add(Id(innermost));
            return;
        }

        IEnumerable<int[]> candidates = place.AncestorsAndSelf().Select(static node => Switches(node, SwitchRewriter.SwitchAnnotation).ToArray());
        if (FlowErrors.Contains(error.Id) && place.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member)
        {
            candidates = candidates.Prepend([.. Switches(member, SwitchRewriter.StatementAnnotation)]);
        }

        int[] near = candidates.FirstOrDefault(static ids => ids.Length > 0) ?? [];
        dropped.UnionWith(near);
        suspects.UnionWith(near);
    }

    /// <summary>Whether an error lies in what a switch compiles in place of the original.</summary>
    private static bool IsInReplacement(Diagnostic error, SyntaxNode switched) =>
        switched is ExpressionSyntax
        && switched.DescendantNodesAndSelf().OfType<ConditionalExpressionSyntax>().First().WhenTrue.Span.Contains(error.Location.SourceSpan);

    private static IEnumerable<int> Switches(SyntaxNode node, string annotation) => node.GetAnnotatedNodes(annotation).Select(Id);

    private static int Id(SyntaxNode node) =>
        int.Parse(node.GetAnnotations(SwitchRewriter.SwitchAnnotation).Single().Data!, CultureInfo.InvariantCulture);
}
