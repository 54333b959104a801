using System.Text.RegularExpressions;
using TileProof.Tests.Support;

namespace TileProof.Tests.Documentation;

/// <summary>Every relative link of the documentation leads to a file, and to a heading of it.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Documents => new(
        Directory.EnumerateFiles(RepositoryPaths.RepositoryRoot, "*.md", SearchOption.AllDirectories)
            .Select(static path => Path.GetRelativePath(RepositoryPaths.RepositoryRoot, path))
            .Where(static path => !path.Split('/').Any(static part => part is "bin" or "obj" or "artifacts" or ".git") && !path.StartsWith("reports/", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_LeadSomewhere(string document)
    {
        string path = Path.Combine(RepositoryPaths.RepositoryRoot, document);
        foreach (Match link in Link().Matches(File.ReadAllText(path)))
        {
            string target = link.Groups["target"].Value;
            if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
            {
                continue;
            }

            string[] parts = target.Split('#', 2);
            string file = parts[0].Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, parts[0]));
            Assert.True(File.Exists(file) || Directory.Exists(file), $"{document} links to {target}, which is not there");
            if (parts.Length == 2)
            {
                Assert.Contains(parts[1], Heading().Matches(File.ReadAllText(file)).Select(static heading => AnchorOf(heading.Groups["text"].Value)));
            }
        }
    }

    [Fact]
    public void Documents_Pictures_AreSmall() => Assert.All(
        Directory.EnumerateFiles(Path.Combine(RepositoryPaths.RepositoryRoot, "docs", "images")),
        static picture => Assert.InRange(new FileInfo(picture).Length, 1000, 300_000));

    /// <summary>As GitHub names the place of a heading.</summary>
    private static string AnchorOf(string heading) => string.Concat(
        heading.Trim().ToLowerInvariant().Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(static c => c == ' ' ? '-' : c));

    [GeneratedRegex(@"!?\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
