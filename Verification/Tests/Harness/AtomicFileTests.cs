using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.Harness;

public sealed class AtomicFileTests
{
    [Fact]
    public void WriteText_NewFile_HasExactlyTheBytes()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder["a.txt"], "x\nü\n");
        Assert.Equal("x\nü\n"u8.ToArray(), File.ReadAllBytes(folder["a.txt"]));
        Assert.Equal(["a.txt"], folder.Files);
    }

    [Fact]
    public void Write_ContentFails_LeavesOldFileAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder["a.txt"], "old");
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(folder["a.txt"], stream =>
        {
            stream.Write("half"u8);
            throw new OperationCanceledException();
        }));
        Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
        Assert.Equal(["a.txt"], folder.Files);
    }

    [Fact]
    public void Write_DiskErrorInTheMiddle_IsOneLineWithPathAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var failure = Assert.Throws<UserInputException>(() => AtomicFile.Write(folder["a.txt"], stream =>
        {
            stream.Write("half"u8);
            throw new IOException("No space left on device");
        }));
        Assert.Equal($"cannot write '{folder["a.txt"]}': No space left on device", failure.Message);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void WriteText_FolderMissing_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var failure = Assert.Throws<UserInputException>(() => AtomicFile.WriteText(folder["no", "a.txt"], ""));
        Assert.Equal($"cannot write '{folder["no", "a.txt"]}': the folder does not exist", failure.Message);
    }

    [Fact]
    public void WriteText_TargetIsAFolder_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a.txt"]);
        Assert.Throws<UserInputException>(() => AtomicFile.WriteText(folder["a.txt"], "x"));
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void WriteText_FromManyThreads_FileIsAlwaysWhole()
    {
        using var folder = new TemporaryFolder();
        string[] texts = [.. Enumerable.Range(0, 8).Select(n => new string((char)('a' + n), 20_000))];
        Parallel.For(0, 200, index => AtomicFile.WriteText(folder["a.txt"], texts[index % texts.Length]));
        Assert.Contains(File.ReadAllText(folder["a.txt"]), texts);
        Assert.Equal(["a.txt"], folder.Files);
    }
}
