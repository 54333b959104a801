using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace TileProof.MutationTesting.Building;

/// <summary>One project, some files of which are mutated, compiled with all mutants that the compiler takes.</summary>
internal static class MutatedProject
{
    /// <summary>An error for a variable without a value, or a path without one, is the fault of a statement that is left out before it.</summary>
    private static readonly HashSet<string> FlowErrors = ["CS0161", "CS0165", "CS0170", "CS0171", "CS0177", "CS8070", "CS0163", "CS8795"];

    /// <summary>Compiles.</summary>
    /// <param name="compilation">The project as it is, with the class of the switch.</param>
    /// <param name="files">The mutated files, by path.</param>
    /// <param name="resources">The resources of the assembly.</param>
    /// <returns>The assembly, and the numbers of the mutants that do not compile.</returns>
    /// <exception cref="MutationTestingException">The project does not compile for another reason.</exception>
    public static (byte[] Assembly, IReadOnlySet<int> Dropped) Compile(
        CSharpCompilation compilation, IReadOnlyDictionary<string, MutatedFile> files, IEnumerable<ResourceDescription> resources)
    {
        var dropped = new HashSet<int>();
        Dictionary<string, SyntaxTree> trees = compilation.SyntaxTrees.Where(tree => files.ContainsKey(tree.FilePath)).ToDictionary(static tree => tree.FilePath);
        IEnumerable<string> stale = files.Keys;
        while (true)
        {
            foreach (string path in stale)
            {
                SyntaxTree tree = files[path].Tree(dropped, path);
                compilation = compilation.ReplaceSyntaxTree(trees[path], tree);
                trees[path] = tree;
            }

            using var assembly = new MemoryStream();
            EmitResult result = compilation.Emit(assembly, manifestResources: resources);
            if (result.Success)
            {
                return (assembly.ToArray(), dropped);
            }

            Diagnostic[] errors = result.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToArray();
            int before = dropped.Count;
            dropped.UnionWith(errors.SelectMany(Guilty));
            if (dropped.Count == before)
            {
                throw new MutationTestingException($"the mutated project does not compile: {errors[0].ToString()}");
            }

            stale = errors.Select(static error => error.Location.SourceTree?.FilePath ?? "").Where(files.ContainsKey).Distinct().ToList();
        }
    }

    /// <summary>The mutants that an error is laid on: the innermost switch around it, or else those of the smallest part that has any.</summary>
    private static IEnumerable<int> Guilty(Diagnostic error)
    {
        if (error.Location.SourceTree is not { } tree)
        {
            return [];
        }

        SyntaxNode place = tree.GetRoot().FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);
        if (FlowErrors.Contains(error.Id) && place.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member)
        {
            int[] leftOut = Switches(member, SwitchRewriter.StatementAnnotation).ToArray();
            if (leftOut.Length > 0)
            {
                return leftOut;
            }
        }

        SyntaxNode? innermost = place.AncestorsAndSelf().FirstOrDefault(static node => node.HasAnnotations(SwitchRewriter.SwitchAnnotation));
        return innermost is not null
            ? [Id(innermost)]
            : place.AncestorsAndSelf().Select(static node => Switches(node, SwitchRewriter.SwitchAnnotation).ToArray()).FirstOrDefault(static ids => ids.Length > 0) ?? [];
    }

    private static IEnumerable<int> Switches(SyntaxNode node, string annotation) => node.GetAnnotatedNodes(annotation).Select(Id);

    private static int Id(SyntaxNode node) =>
        int.Parse(node.GetAnnotations(SwitchRewriter.SwitchAnnotation).Single().Data!, CultureInfo.InvariantCulture);
}
