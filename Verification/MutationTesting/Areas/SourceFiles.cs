using System.Text.RegularExpressions;

namespace TileProof.MutationTesting.Areas;

/// <summary>Finds the source files of an area and the projects that they belong to.</summary>
public static class SourceFiles
{
    /// <summary>The files, from the root and with <c>/</c>, by the project file that compiles them.</summary>
    /// <exception cref="MutationTestingException">A pattern matches no file, or a file lies in no project.</exception>
    public static ILookup<string, string> ByProject(string root, IEnumerable<string> patterns) =>
        patterns.SelectMany(pattern => Matching(root, pattern)).Distinct().Order(StringComparer.Ordinal).ToLookup(file => ProjectOf(root, file));

    private static List<string> Matching(string root, string pattern)
    {
        int fixedEnd = pattern.LastIndexOf('/', Math.Max(pattern.IndexOf('*', StringComparison.Ordinal), 0));
        string folder = Path.Combine(root, fixedEnd < 0 ? Path.GetDirectoryName(pattern)! : pattern[..fixedEnd]);
        string expression = "^" + Regex.Escape(pattern).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "$";
        List<string> files = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
                .Where(file => Regex.IsMatch(file, expression) && !Regex.IsMatch(file, "/(obj|bin)/"))
                .ToList()
            : [];
        return files.Count > 0 ? files : throw new MutationTestingException($"no source file matches '{pattern}': put the area right in areas.json");
    }

    private static string ProjectOf(string root, string file)
    {
        for (string? folder = Path.GetDirectoryName(Path.Combine(root, file)); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.EnumerateFiles(folder, "*.csproj").FirstOrDefault() is { } project)
            {
                return project;
            }
        }

        throw new MutationTestingException($"'{file}' lies in no project");
    }
}
