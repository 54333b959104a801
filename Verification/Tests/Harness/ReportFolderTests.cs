using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Files;

namespace TileProof.Tests.Harness;

public sealed class ReportFolderTests
{
    [Fact]
    public void Open_MissingFolder_MakesItAndLeavesItEmpty()
    {
        using var folder = new TemporaryFolder();
        ReportFolder reports = ReportFolder.Open(folder["a", "b c"]);
        Assert.Equal(folder["a", "b c"], reports.FolderPath);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["a", "b c"]));
    }

    [Fact]
    public void Open_PathIsAFile_SaysSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["f"], "");
        var failure = Assert.Throws<UserInputException>(() => ReportFolder.Open(folder["f"]));
        Assert.Equal($"cannot write to the output folder '{folder["f"]}': it is a file", failure.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Open_EmptyName_IsBadInput(string path) => Assert.Throws<UserInputException>(() => ReportFolder.Open(path));

    [Theory]
    [InlineData("a\0b")]
    [InlineData("f/below")]
    public void Open_ImpossiblePath_IsOneLine(string path)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["f"], "");
        var failure = Assert.Throws<UserInputException>(() => ReportFolder.Open(folder[path]));
        Assert.StartsWith("cannot write to the output folder", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [SkippableFact]
    public void Open_ReadOnlyFolder_SaysNoPermission()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "permissions do not bind this user");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["locked"]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["locked"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var failure = Assert.Throws<UserInputException>(() => ReportFolder.Open(folder["locked"]));
        Assert.Equal($"cannot write to the output folder '{folder["locked"]}': no permission", failure.Message);
    }

    [Fact]
    public void WriteText_NameWithAFolder_IsMisuse()
    {
        using var folder = new TemporaryFolder();
        ReportFolder reports = ReportFolder.Open(folder.FullPath);
        Assert.Throws<ArgumentException>(() => reports.WriteText("../a.txt", ""));
    }

    [Fact]
    public void WriteTextAndCsv_PlainNames_LandInTheFolder()
    {
        using var folder = new TemporaryFolder();
        ReportFolder reports = ReportFolder.Open(folder.FullPath);
        reports.WriteText("a.md", "text\n");
        reports.WriteCsv("b.csv", new[] { new { Cycles = 5L } });
        Assert.Equal(["a.md", "b.csv"], folder.Files);
        Assert.Equal("cycles\n5\n", File.ReadAllText(folder["b.csv"]));
    }

    /// <summary>The first, a middle and the last report of an earlier run are not written again.</summary>
    [Fact]
    public void Complete_ReportsOfAnEarlierRun_AreDeletedUnlessWrittenAgain()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["notes.csv"], "mine");
        Run(folder, "verify", "a.csv", "b.csv", "c.csv", "d.csv", "e.md");
        Assert.Equal(
            ["a.csv", "c.csv", "e.md"],
            Run(folder, "verify", "b.csv", "d.csv").Select(static said => said.Split(' ', ',')[1]));
        Assert.Equal([".tileproof-verify.sha256", "b.csv", "d.csv", "notes.csv"], folder.Files);
        Assert.Empty(Run(folder, "verify", "b.csv", "d.csv"));
    }

    [Fact]
    public void Complete_ReportsOfOtherCommandsAndChangedOnes_Stay()
    {
        using var folder = new TemporaryFolder();
        Run(folder, "tune", "plans.json");
        Run(folder, "verify", "a.csv", "b.csv");
        File.AppendAllText(folder["a.csv"], "and my remarks\n");
        File.Delete(folder["b.csv"]);
        Assert.Equal(["kept a.csv, which is not of this run: it has changed since an earlier run wrote it"], Run(folder, "verify", "c.csv"));
        Assert.Equal([".tileproof-tune.sha256", ".tileproof-verify.sha256", "a.csv", "c.csv", "plans.json"], folder.Files);
        Assert.Empty(Run(folder, "verify", "c.csv"));
    }

    /// <summary>A run that was killed after its first report: the next one knows the reports of both.</summary>
    [Fact]
    public void Complete_AfterAKilledRun_KnowsItsReportsToo()
    {
        using var folder = new TemporaryFolder();
        Run(folder, "verify", "a.csv");
        ReportFolder killed = ReportFolder.Open(folder.FullPath, "verify");
        killed.WriteText("b.csv", "b");
        Assert.Equal(2, Run(folder, "verify", "c.csv").Count);
        Assert.Equal([".tileproof-verify.sha256", "c.csv"], folder.Files);
    }

    /// <summary>A list that someone wrote or damaged deletes nothing outside the folder, and nothing whose content it does not state.</summary>
    [Fact]
    public void Complete_ForgedOrDamagedList_DeletesNothing()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["reports"]);
        File.WriteAllText(folder["outside.csv"], "x");
        File.WriteAllText(folder["reports", "mine.csv"], "x");
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("x"u8));
        File.WriteAllText(folder["reports", ".tileproof-verify.sha256"], $"{hash}  ../outside.csv\n{hash[1..]}0  mine.csv\nrubbish\n\n{hash}\n");
        Assert.Single(RunIn(folder["reports"], "verify", "c.csv"));
        Assert.Equal(["outside.csv", "reports/.tileproof-verify.sha256", "reports/c.csv", "reports/mine.csv"], folder.Files);
    }

    [Fact]
    public void Complete_WithoutACommand_KeepsNoList()
    {
        using var folder = new TemporaryFolder();
        ReportFolder reports = ReportFolder.Open(folder.FullPath);
        reports.WriteText("a.md", "");
        reports.Complete(new RecordedProgress());
        Assert.Equal(["a.md"], folder.Files);
    }

    private static List<string> Run(TemporaryFolder folder, string command, params string[] names) => RunIn(folder.FullPath, command, names);

    /// <summary>A run that writes these reports; what it says of others.</summary>
    private static List<string> RunIn(string folder, string command, params string[] names)
    {
        ReportFolder reports = ReportFolder.Open(folder, command);
        foreach (string name in names)
        {
            if (name.EndsWith(".csv", StringComparison.Ordinal))
            {
                reports.WriteCsv(name, new[] { new { Name = name } });
            }
            else
            {
                reports.WriteText(name, name);
            }
        }

        var progress = new RecordedProgress();
        reports.Complete(progress);
        return progress.Said;
    }
}
