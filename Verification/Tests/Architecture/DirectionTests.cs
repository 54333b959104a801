using System.Text.RegularExpressions;
using TileProof.Tests.Support;

namespace TileProof.Tests.Architecture;

/// <summary>Inside HwModel, references go one way. A namespace is its folder's and no using is unneeded, as the build requires, so usings are references.</summary>
public sealed partial class DirectionTests
{
    /// <summary>Levels from the bottom: a folder may use those of lower levels, and of its own level only what is listed beside it.</summary>
    private static readonly string[][] Levels =
    [
        // A machine owns its DMA engine, and observers see transfers: both are the hardware.
        ["Machine", "Dma"],
        ["VectorCore", "Planning"],
        ["HostSimd"],
        ["Programs"],
        ["Hazards", "Timing", "Proof"],
        ["Execution"],
        ["Tuning", "Faults", "Device"],
    ];

    private static readonly (string From, string To)[] SameLevel = [("Machine", "Dma"), ("Dma", "Machine")];

    [Fact]
    public void References_BetweenFoldersOfHwModel_GoDownOnly()
    {
        string[] wrong =
        [
            .. from reference in References()
               where LevelOf(reference.To) >= LevelOf(reference.From) && !SameLevel.Contains((reference.From, reference.To))
               select $"{reference.File}: {reference.From} uses {reference.To}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void References_AreFound_AndEveryFolderHasALevel()
    {
        (string File, string From, string To)[] references = [.. References()];
        Assert.Contains(references, static reference => (reference.From, reference.To) == ("Programs", "Planning"));
        Assert.Contains(references, static reference => (reference.From, reference.To) == ("Execution", "VectorCore"));
        Assert.True(references.Length > 200);
        Assert.Equal(Levels.SelectMany(static level => level).Order(StringComparer.Ordinal), references.SelectMany(static reference => new[] { reference.From, reference.To }).Distinct().Order(StringComparer.Ordinal));
    }

    private static int LevelOf(string folder) => Array.FindIndex(Levels, level => level.Contains(folder));

    private static IEnumerable<(string File, string From, string To)> References()
    {
        string root = Path.Combine(RepositoryPaths.RepositoryRoot, "HwModel");
        foreach (string path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string[] parts = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar);
            if (parts.Length < 2 || parts[0] is "obj" or "bin")
            {
                continue;
            }

            foreach (Match match in Using().Matches(File.ReadAllText(path)))
            {
                string to = match.Groups["folder"].Value;
                if (to != parts[0])
                {
                    yield return (string.Join('/', parts), parts[0], to);
                }
            }
        }
    }

    [GeneratedRegex(@"^using TileProof\.HwModel\.(?<folder>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Using();
}
