using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Files;

namespace TileProof.Tests.Files;

/// <summary>Files that belong together: all are in place, or none.</summary>
public sealed class TogetherTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Together_UntilTheLastIsWhole_NoneIsInPlace()
    {
        File.WriteAllText(folder["a.txt"], "before");
        AtomicFile.Together(() =>
        {
            AtomicFile.WriteText(folder["a.txt"], "first");
            AtomicFile.WriteText(folder["b.txt"], "middle");
            AtomicFile.WriteText(folder["c.txt"], "last");
            Assert.Equal("before", File.ReadAllText(folder["a.txt"]));
            Assert.False(File.Exists(folder["b.txt"]));
        });
        Assert.Equal(("first", "middle", "last"), (File.ReadAllText(folder["a.txt"]), File.ReadAllText(folder["b.txt"]), File.ReadAllText(folder["c.txt"])));
        Assert.Equal(3, folder.Files.Count);
        AtomicFile.WriteText(folder["d.txt"], "alone");
        Assert.Equal("alone", File.ReadAllText(folder["d.txt"]));
    }

    /// <summary>The first, a middle and the last file cannot be written.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void Together_OneFails_NoneIsInPlace(int failing)
    {
        File.WriteAllText(folder["0"], "before");
        Assert.Throws<UserInputException>(() => AtomicFile.Together(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                AtomicFile.WriteText(i == failing ? folder["no such folder", "file"] : folder[$"{i}"], "new");
            }
        }));
        Assert.Single(folder.Files);
        Assert.Equal("before", File.ReadAllText(folder["0"]));
    }
}
