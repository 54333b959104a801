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
            AtomicFile.DeleteUnfinished(static () => { });
            Assert.Equal(["other.csv", "report.csv"], folder.Files);
        }));
        Assert.Equal("old", File.ReadAllText(folder["report.csv"]));
    }

    // The end of a process that is stopped at the first, a middle and the last of files that belong together.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void DeleteUnfinished_DuringWritesThatBelongTogether_EndsWhenAllAreInPlace(int place)
    {
        string[] names = ["a.csv", "b.csv", "c.csv"];
        using var folder = new TemporaryFolder();
        IReadOnlyList<string> atEnd = [];
        var end = new Thread(() => AtomicFile.DeleteUnfinished(() => atEnd = folder.Files));
        AtomicFile.Together(() =>
        {
            foreach ((int index, string name) in names.Index())
            {
                AtomicFile.Write(folder[name], stream =>
                {
                    if (index == place)
                    {
                        end.Start();
                        Assert.False(end.Join(TimeSpan.FromMilliseconds(50)));
                    }

                    stream.WriteByte(1);
                });
            }
        });
        end.Join();
        Assert.Equal(names, atEnd);
    }
}
