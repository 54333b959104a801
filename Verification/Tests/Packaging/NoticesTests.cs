using System.Text.Json;
using TileProof.Cli;
using TileProof.Tests.Support;

namespace TileProof.Tests.Packaging;

/// <summary>Every package that ships with the tool stands in the notices, and nothing else does.</summary>
public sealed class NoticesTests
{
    [Fact]
    public void Notices_ListThePackagesOfTheTool()
    {
        using JsonDocument dependencies = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(typeof(CommandLineApplication).Assembly.Location, ".deps.json")));
        string[] shipped =
        [
            .. dependencies.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(static library => library.Value.GetProperty("type").GetString() == "package")
                .Select(static library => library.Name.Split('/')[0])
                .Order(StringComparer.Ordinal),
        ];
        string[] listed =
        [
            .. File.ReadLines(Path.Combine(RepositoryPaths.RepositoryRoot, "THIRD-PARTY-NOTICES.md"))
                .Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| package", StringComparison.Ordinal))
                .Select(static line => line.Split('|')[1].Trim())
                .Order(StringComparer.Ordinal),
        ];
        Assert.NotEmpty(shipped);
        Assert.Equal(shipped, listed);
    }
}
