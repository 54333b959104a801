using TileProof.MutationTesting;
using TileProof.MutationTesting.Areas;
using TileProof.Tests.Support;

namespace TileProof.Tests.MutationTesting;

public sealed class AreaFileTests
{
    private static readonly string Folder = Path.Combine(RepositoryPaths.RepositoryRoot, "Verification", "MutationTesting");

    /// <summary>Files and test classes move; the areas follow them.</summary>
    [Fact]
    public void Areas_OfThisRepository_NameFilesAndTestClassesThatThereAre()
    {
        Type[] types = typeof(AreaFileTests).Assembly.GetTypes();
        foreach (Area area in AreaFile.Read(Folder))
        {
            foreach (IGrouping<string, string> files in SourceFiles.ByProject(RepositoryPaths.RepositoryRoot, area.Sources))
            {
                Assert.All(files, file => Assert.True(File.Exists(Path.Combine(RepositoryPaths.RepositoryRoot, file)), file));
            }

            Assert.All(area.Tests, beginning => Assert.Contains(types, type => type.FullName!.StartsWith(beginning, StringComparison.Ordinal)));
            Assert.All(area.Accepted, static accepted => Assert.StartsWith("equivalent: ", accepted.Value, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("A/One.cs", "A/One.cs")]
    [InlineData("A/*.cs", "A/One.cs", "A/Other.cs")]
    [InlineData("A/O*er.cs", "A/Other.cs")]
    [InlineData("A/**/*.cs", "A/B/C/Deep.cs", "A/One.cs", "A/Other.cs")]
    public void Sources_Pattern_Matches(string pattern, params string[] expected)
    {
        using TemporaryFolder root = Sources();

        IGrouping<string, string> files = Assert.Single(SourceFiles.ByProject(root.FullPath, [pattern]));

        Assert.Equal(root["A.csproj"], files.Key);
        Assert.Equal(expected, files);
    }

    [Theory]
    [InlineData("A/Non*.cs")]
    [InlineData("B/*.cs")]
    public void Sources_PatternWithoutAFile_IsRefused(string pattern)
    {
        using TemporaryFolder root = Sources();

        Assert.Contains(pattern, Assert.Throws<MutationTestingException>(() => SourceFiles.ByProject(root.FullPath, [pattern])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accepted_ComesFromTheFileOfTheArea_AndABadFileIsNamed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["accepted"]);
        File.WriteAllText(folder["areas.json"], """[{ "name": "one", "title": "t", "sources": [], "tests": [], "ignoredCalls": [] }, { "name": "two", "title": "t", "sources": [], "tests": [], "ignoredCalls": [] }]""");
        File.WriteAllText(Path.Combine(folder["accepted"], "two.json"), """{ "key": "equivalent: reason" }""");

        IReadOnlyList<Area> areas = AreaFile.Read(folder.FullPath);

        Assert.Equal(["one", "two"], areas.Select(static area => area.Name));
        Assert.Empty(areas[0].Accepted);
        Assert.Equal("equivalent: reason", areas[1].Accepted["key"]);

        File.WriteAllText(folder["areas.json"], "[");
        Assert.Contains("areas.json", Assert.Throws<MutationTestingException>(() => AreaFile.Read(folder.FullPath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_AreReadFromTheCommandLine()
    {
        MutationOptions options = MutationOptions.Parse(["hazards", "landing", "--resume", "--sample", "20", "--seed", "0", "--workers", "1"]);

        Assert.Equal(["hazards", "landing"], options.Areas);
        Assert.Equal((false, true, 20, 0, 1), (options.ListsOnly, options.Resumes, options.Sample, options.Seed, options.Workers));
        Assert.Equal((true, false, 0, 2), (MutationOptions.Parse(["--list"]).ListsOnly, MutationOptions.Parse(["all"]).Resumes, MutationOptions.Parse(["all"]).Sample, MutationOptions.Parse(["all"]).Workers));
    }

    [Theory]
    [InlineData("usage:")]
    [InlineData("'--sample'", "all", "--sample")]
    [InlineData("'--sample'", "all", "--sample", "0")]
    [InlineData("'--workers'", "all", "--workers", "x")]
    [InlineData("'--fast'", "all", "--fast")]
    public void Options_ThatMakeNoSense_AreRefused(string expected, params string[] arguments) =>
        Assert.Contains(expected, Assert.Throws<MutationTestingException>(() => MutationOptions.Parse(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void Command_UnknownArea_NamesThoseThereAre()
    {
        MutationTestingException error = Assert.Throws<MutationTestingException>(
            () => MutationCommand.Run(RepositoryPaths.RepositoryRoot, MutationOptions.Parse(["nosuch"]), TextWriter.Null));

        Assert.Contains("unknown area 'nosuch'", error.Message, StringComparison.Ordinal);
        Assert.Contains("hazards, landing", error.Message, StringComparison.Ordinal);
    }

    private static TemporaryFolder Sources()
    {
        var root = new TemporaryFolder();
        foreach (string file in (string[])["A.csproj", "A/One.cs", "A/Other.cs", "A/Text.txt", "A/B/C/Deep.cs", "A/obj/Made.cs"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root[file])!);
            File.WriteAllText(root[file], "");
        }

        return root;
    }
}
