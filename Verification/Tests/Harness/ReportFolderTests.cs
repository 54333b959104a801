using TileProof.Tests.Support;
using TileProof.Verification;

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
}
