using TileProof.MutationTesting;
using TileProof.MutationTesting.Areas;
using TileProof.MutationTesting.Reporting;
using TileProof.MutationTesting.Running;
using TileProof.Tests.Support;

namespace TileProof.Tests.MutationTesting;

public sealed class MutationReportTests
{
    private static readonly Area Area = new("area", "An area", [], [], []);

    [Theory]
    [InlineData(9, 1, 0, true)]
    [InlineData(89, 10, 0, false)]
    [InlineData(8, 1, 1, false)]
    [InlineData(9, 0, 5, true)]
    [InlineData(0, 0, 1, true)]
    public void Score_NineOfTenThatCanBeNoticed_IsEnough(int killed, int survived, int accepted, bool expected)
    {
        AreaReport report = Report(Area, [.. Mutants(killed, MutantStatus.Killed), .. Mutants(survived, MutantStatus.Survived), .. Mutants(accepted, MutantStatus.Survived, "equivalent")]);

        Assert.Equal(expected, report.IsGoodEnough);
        Assert.Equal(killed + survived == 0 ? 100 : 100.0 * killed / (killed + survived), report.Percent, 9);
    }

    [Fact]
    public void Statuses_TimeOutAndCrashAreNoticed_NotCoveredIsNot()
    {
        AreaReport report = Report(Area, [.. Enum.GetValues<MutantStatus>().SelectMany(static status => Mutants(1, status))]);

        Assert.Equal(3, report.KilledCount);
        Assert.Equal([MutantStatus.Survived, MutantStatus.NotCovered], report.Survivors.Select(static mutant => mutant.Status));
    }

    [Fact]
    public void Text_ScoreThenSurvivorsAsDifferences()
    {
        AreaReport report = Report(Area, [.. Mutants(2, MutantStatus.Killed), .. Mutants(1, MutantStatus.Survived), .. Mutants(1, MutantStatus.NotCovered), .. Mutants(1, MutantStatus.Survived, "equivalent")]);

        Assert.Equal(
            """
            area: 50.0 % of mutants noticed (2 of 4; 1 accepted survivors, 3 that do not compile; 12 tests, 1 of no use)
              of no use: Some.Test: skipped
              F.cs:7 survived
                - a
                + b
              F.cs:7 not reached by a test
                - a
                + b

            """.ReplaceLineEndings("\n"),
            report.Text());
    }

    [Theory]
    [InlineData("F.cs#gone", true)]
    [InlineData("F.cs#Killed", true)]
    [InlineData("F.cs#Survived", false)]
    public void AcceptedSurvivor_ThatIsGoneOrNoticed_IsStale(string key, bool expected)
    {
        Area accepting = Area with { Accepted = new Dictionary<string, string> { [key] = "equivalent: so" } };

        AreaReport report = Report(accepting, [.. Mutants(20, MutantStatus.Killed), .. Mutants(1, MutantStatus.Survived)]);

        Assert.Equal(expected, report.StaleAcceptances.Contains(key));
        Assert.Equal(!expected, report.IsGoodEnough);
        Assert.Equal(expected, report.Text().Contains($"take it off the list: {key}", StringComparison.Ordinal));
    }

    [Fact]
    public void Resume_KeepsKillsOfUnchangedFiles_AndReadsACutOffFile()
    {
        using var root = new TemporaryFolder();
        File.WriteAllText(root["A.cs"], "a");
        File.WriteAllText(root["B.cs"], "b");
        Mutant[] mutants = [.. Enumerable.Range(0, 5).Select(static id => new Mutant(id, $"key {id}", id < 3 ? "A.cs" : "B.cs", 1, "", ""))];
        EarlierKills.Start(root.FullPath, root.FullPath, mutants);
        string results = root["results.0.jsonl"];
        ResultFile.Append(results, new MutantResult(0, null));
        ResultFile.Append(results, new MutantResult(0, MutantStatus.Survived));
        ResultFile.Append(results, new MutantResult(1, MutantStatus.Killed, "Some.Test"));
        ResultFile.Append(results, new MutantResult(2, MutantStatus.Survived));
        ResultFile.Append(results, new MutantResult(2, MutantStatus.TimedOut));
        ResultFile.Append(results, new MutantResult(3, MutantStatus.Crashed));
        File.AppendAllText(results, "{\"Id\":4,\"Sta");

        Assert.Equal(["key 1", "key 2", "key 3"], EarlierKills.Read(root.FullPath, root.FullPath).Keys.Order(StringComparer.Ordinal));
        Assert.Equal("Some.Test", EarlierKills.Read(root.FullPath, root.FullPath)["key 1"].Test);

        File.WriteAllText(root["B.cs"], "changed");
        Assert.Equal(["key 1", "key 2"], EarlierKills.Read(root.FullPath, root.FullPath).Keys.Order(StringComparer.Ordinal));

        EarlierKills.Start(root.FullPath, root.FullPath, mutants);
        Assert.Empty(EarlierKills.Read(root.FullPath, root.FullPath));
    }

    [Fact]
    public void Folder_IsHeldByOneRunAtATime()
    {
        using var folder = new TemporaryFolder();
        using (AreaRun.Hold(folder.FullPath))
        {
            Assert.Contains("another run holds", Assert.Throws<MutationTestingException>(() => AreaRun.Hold(folder.FullPath)).Message, StringComparison.Ordinal);
        }

        AreaRun.Hold(folder.FullPath).Dispose();
    }

    private static AreaReport Report(Area area, IReadOnlyList<ReportedMutant> mutants) =>
        new(area, mutants, 3, 12, ["Some.Test: skipped"], mutants.Select(static mutant => mutant.Mutant.Key).ToHashSet());

    private static IEnumerable<ReportedMutant> Mutants(int count, MutantStatus status, string? acceptedFor = null) =>
        Enumerable.Repeat(new ReportedMutant(new Mutant(0, $"F.cs#{status}", "F.cs", 7, "a", "b"), status, null, acceptedFor), count);
}
