using TileProof.Tests.Support;

namespace TileProof.Tests.Snapshots;

public sealed class SnapshotTests
{
    [Fact]
    public void Verify_SameText_PassesAndNamesFileAfterTypeAndMethod() => Snapshot.Verify("one\ntwo\n");

    [Theory]
    [InlineData("4k")]
    [InlineData("16k")]
    public void Verify_Parameters_HaveAFileEach(string bank) => Snapshot.Verify($"bank {bank}\n", parameters: $"bank={bank}");

    [Fact]
    public void Verify_MissingFile_FailsAndWritesReceived()
    {
        using var folder = new TemporaryFolder();
        var failure = Assert.Throws<SnapshotException>(() => Snapshot.VerifyFile("new\r\ntext", folder["A.B"]));
        Assert.Equal(["A.B.received.txt"], folder.Files);
        Assert.Equal("new\ntext", File.ReadAllText(folder["A.B.received.txt"]));
        Assert.Contains("There is no A.B.verified.txt yet", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_DifferentText_FailsWithDifferenceAndKeepsVerified()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["A.B.verified.txt"], "a\nb\nc\nd\ne\nf\n");
        var failure = Assert.Throws<SnapshotException>(() => Snapshot.VerifyFile("a\nb\nc\nX\nY\ne\nf\n", folder["A.B"]));
        Assert.Contains("line 4:\n  b\n  c\n- d\n+ X\n+ Y\n  e\n  f\n", failure.Message, StringComparison.Ordinal);
        Assert.Equal("a\nb\nc\nd\ne\nf\n", File.ReadAllText(folder["A.B.verified.txt"]));
        Assert.Equal("a\nb\nc\nX\nY\ne\nf\n", File.ReadAllText(folder["A.B.received.txt"]));
    }

    [Fact]
    public void Verify_MissingLastLineEnd_IsADifference()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["A.B.verified.txt"], "a\n");
        Assert.Throws<SnapshotException>(() => Snapshot.VerifyFile("a", folder["A.B"]));
    }

    [Fact]
    public void Verify_CarriageReturnsInEitherText_DoNotMatter()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["A.B.verified.txt"], "a\r\nb\n");
        Snapshot.VerifyFile("a\nb\r\n", folder["A.B"]);
        Assert.Equal(["A.B.verified.txt"], folder.Files);
    }

    [Fact]
    public void Verify_PassingAgain_RemovesOldReceived()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["A.B.verified.txt"], "a");
        File.WriteAllText(folder["A.B.received.txt"], "old");
        Snapshot.VerifyFile("a", folder["A.B"]);
        Assert.Equal(["A.B.verified.txt"], folder.Files);
    }

    [Theory]
    [InlineData("/_/Verification/Tests/Cli/HelpTests.cs")]
    [InlineData("C:\\build\\1\\Verification\\Tests\\Cli\\HelpTests.cs")]
    [InlineData("/a/Verification/Tests/old/Verification/Tests/Cli/HelpTests.cs")]
    public void SourcePath_OfAnotherMachine_IsMappedOntoThisRepository(string compilerPath) =>
        Assert.Equal(Path.Combine("root", "Verification/Tests/Cli/HelpTests.cs"), Snapshot.SourcePath(compilerPath, "root"));

    [Fact]
    public void SourcePath_OutsideTheTests_Throws() => Assert.Throws<ArgumentException>(() => Snapshot.SourcePath("/a/B.cs", "root"));

    [Fact]
    public void Describe_LongChange_IsCutAndSaysSo()
    {
        string difference = TextDifference.Describe("", string.Join('\n', Enumerable.Range(0, 100)));
        Assert.EndsWith("+ 39\n+ ... 60 more lines", difference, StringComparison.Ordinal);
    }
}
