using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TileProof.MutationTesting.Areas;

namespace TileProof.MutationTesting.Building;

/// <summary>An area compiled with its mutants, in a folder of its own beside copies of the tests and of everything that they need.</summary>
/// <param name="BinFolder">The folder.</param>
/// <param name="Assemblies">The file names of the assemblies that hold mutants.</param>
/// <param name="Mutants">The mutants that compile.</param>
/// <param name="DroppedCount">How many do not.</param>
internal sealed record AreaBuild(string BinFolder, IReadOnlyList<string> Assemblies, IReadOnlyList<Mutant> Mutants, int DroppedCount)
{
    /// <summary>Compiles the mutated projects and puts the assemblies into <paramref name="binFolder"/>.</summary>
    /// <param name="root">The root of the repository, whose tests are built.</param>
    /// <param name="area">The area.</param>
    /// <param name="testFolder">The folder with the built tests.</param>
    /// <param name="binFolder">The folder to fill; what is in it goes.</param>
    public static AreaBuild Make(string root, Area area, string testFolder, string binFolder)
    {
        List<Project> projects = [];
        int count = 0;
        foreach (IGrouping<string, string> sources in SourceFiles.ByProject(root, area.Sources))
        {
            var project = Project.Read(root, sources.Key, sources, count, area.IgnoredCalls);
            count += project.Files.Values.Sum(static file => file.Mutants.Count);
            projects.Add(project);
        }

        CopyFolder(testFolder, binFolder);
        var dropped = new HashSet<int>();
        foreach (Project project in projects)
        {
            dropped.UnionWith(project.Write(count, binFolder));
        }

        List<Mutant> mutants = projects.SelectMany(static project => project.Files.Values).SelectMany(static file => file.Mutants)
            .Where(mutant => !dropped.Contains(mutant.Id))
            .ToList();
        return new AreaBuild(binFolder, projects.Select(static project => project.Arguments.OutputFileName).ToList(), mutants, dropped.Count);
    }

    private static void CopyFolder(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private sealed record Project(CompilerArguments Arguments, CSharpCompilation Compilation, IReadOnlyDictionary<string, MutatedFile> Files)
    {
        public static Project Read(string root, string project, IEnumerable<string> sources, int firstId, IReadOnlyCollection<string> ignoredCalls)
        {
            CompilerArguments arguments = CompilerArguments.Read(project);
            List<SyntaxTree> trees = arguments.SourceFiles.Select(arguments.Parse).ToList();
            Dictionary<string, SyntaxTree> byPath = trees.ToDictionary(static tree => tree.FilePath);
            CSharpCompilation compilation = arguments.Compile(trees);
            Dictionary<string, string> paths = sources.ToDictionary(source => Path.GetFullPath(source, root));
            var form = new SwitchableForm(
            [
                .. SwitchableForm.NamesNeededConstant(trees.Select(static tree => tree.GetRoot())),
                .. NarrowedConstants.Names(compilation, paths.Keys.Select(path => byPath[path])),
            ]);
            var files = new Dictionary<string, MutatedFile>();
            foreach ((string path, string source) in paths)
            {
                var file = new MutatedFile(form.Visit(byPath[path].GetRoot()), source, arguments.ParseOptions, firstId, ignoredCalls);
                firstId += file.Mutants.Count;
                files.Add(path, file);
            }

            return new Project(arguments, compilation, files);
        }

        public IReadOnlySet<int> Write(int mutantCount, string binFolder)
        {
            SyntaxTree mutantSwitch = CSharpSyntaxTree.ParseText(MutantSwitchSource.Text(mutantCount), Arguments.ParseOptions, "MutantSwitch.cs", Encoding.UTF8);
            (byte[] assembly, IReadOnlySet<int> dropped) = MutatedProject.Compile(Compilation.AddSyntaxTrees(mutantSwitch), Files, Arguments.Resources);
            File.WriteAllBytes(Path.Combine(binFolder, Arguments.OutputFileName), assembly);
            return dropped;
        }
    }
}
