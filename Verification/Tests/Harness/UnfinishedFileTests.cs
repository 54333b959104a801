using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Files;

namespace TileProof.Tests.Harness;

[Collection(Alone.Name)]
public sealed class UnfinishedFileTests
{
    // The end of a process that stops in the middle of a write.
    [Fact]
    public void DeleteUnfinished_DuringAWrite_LeavesTheOldFileAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["report.csv"], "old");
        AtomicFile.WriteText(folder["other.csv"], "whole");
        Assert.Throws<UserInputException>(() => AtomicFile.Write(folder["report.csv"], stream =>
        {
            stream.WriteByte(1);
            Assert.Equal(3, folder.Files.Count);
            AtomicFile.DeleteUnfinished();
            Assert.Equal(["other.csv", "report.csv"], folder.Files);
        }));
        Assert.Equal("old", File.ReadAllText(folder["report.csv"]));
    }
}
