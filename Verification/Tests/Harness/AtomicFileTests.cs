using TileProof.Golden.Import;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Files;

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

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    public void WriteText_NameThatIsNone_IsBadInput(string path) => Assert.Equal(
        "the name of the output file is empty or has a character that no name may have; give a file",
        Assert.Throws<UserInputException>(() => AtomicFile.WriteText(path, "x")).Message);

    [Fact]
    public void WriteText_TargetIsAFolder_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a"]);
        Assert.All(
            (string[])[folder["a"], folder["a"] + "/", folder["b"] + "/"],
            static path => Assert.Equal($"cannot write '{path}': it is a folder, expected a file", Assert.Throws<UserInputException>(() => AtomicFile.WriteText(path, "x")).Message));
        Assert.Empty(folder.Files);
    }

    /// <summary>The temporary name is no longer than the longest name, whatever the file is called.</summary>
    [Theory]
    [InlineData(242)]
    [InlineData(255)]
    public void WriteText_LongestNames_AreWritten(int length)
    {
        using var folder = new TemporaryFolder();
        string name = new('n', length);
        AtomicFile.WriteText(folder[name], "x");
        Assert.Equal([name], folder.Files);
        Assert.StartsWith("cannot write", Assert.Throws<UserInputException>(() => AtomicFile.WriteText(folder[new string('n', 256)], "x")).Message, StringComparison.Ordinal);
        Assert.Equal([name], folder.Files);
    }

    /// <summary>A chain of links to a file elsewhere, and a link to a file that is not there yet.</summary>
    [SkippableFact]
    public void WriteText_SymbolicLink_StaysAndItsTargetIsWritten()
    {
        SpecialFiles.SkipOnWindows();
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["real"]);
        File.WriteAllText(folder["real", "a.txt"], "old");
        File.CreateSymbolicLink(folder["first"], "real/a.txt");
        File.CreateSymbolicLink(folder["second"], folder["first"]);
        File.CreateSymbolicLink(folder["dangling"], "real/b.txt");
        AtomicFile.WriteText(folder["second"], "new");
        AtomicFile.WriteText(folder["dangling"], "made");
        Assert.Equal("real/a.txt", new FileInfo(folder["first"]).LinkTarget);
        Assert.Equal(folder["first"], new FileInfo(folder["second"]).LinkTarget);
        Assert.Equal("real/b.txt", new FileInfo(folder["dangling"]).LinkTarget);
        Assert.Null(new FileInfo(folder["real", "a.txt"]).LinkTarget);
        Assert.Equal("new", File.ReadAllText(folder["real", "a.txt"]));
        Assert.Equal("made", File.ReadAllText(folder["real", "b.txt"]));
    }

    [SkippableFact]
    public void WriteText_PipeOrDevice_IsNeverReplaced()
    {
        SpecialFiles.SkipOnWindows();
        using var folder = new TemporaryFolder();
        SpecialFiles.MakePipe(folder["pipe"]);
        using FileStream both = SpecialFiles.OpenPipe(folder["pipe"]);
        File.CreateSymbolicLink(folder["to pipe"], "pipe");
        File.CreateSymbolicLink(folder["to device"], SpecialFiles.NullDevice);
        Assert.All(
            (string[])[folder["pipe"], folder["to pipe"]],
            static path => Assert.Equal($"cannot write '{path}': it is a pipe or a device, expected a regular file", Assert.Throws<UserInputException>(() => AtomicFile.WriteText(path, "x")).Message));
        Assert.Equal(FileForm.Other, InputFile.FormOf(folder["pipe"]));
        bool isWritten = false;
        AtomicFile.Write(folder["to device"], _ => isWritten = true);
        Assert.True(isWritten);
        Assert.Equal(SpecialFiles.NullDevice, new FileInfo(folder["to device"]).LinkTarget);
        Assert.Equal(FileForm.CharacterDevice, InputFile.FormOf(SpecialFiles.NullDevice));
        Assert.Equal(["pipe", "to device", "to pipe"], folder.Files);
    }

    /// <summary>What a killed run left is deleted before the next one writes; files of other programs, links and files in use are not.</summary>
    [SkippableFact]
    public void WriteText_FirstIntoAFolder_DeletesWhatAKilledRunLeft()
    {
        SpecialFiles.SkipOnWindows();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[".tileproof-abcdefgh.123.tmp"], "half");
        File.WriteAllText(folder[".tileproof-00000000.000.tmp"], "");
        string[] others = ["x.tmp", ".tileproof-abcdefgh.1234.tmp", ".tileproof-ABCDEFGH.123.tmp", "a.tileproof-abcdefgh.123.tmp", ".tileproof-abcdefgh.123.tmp2"];
        Array.ForEach(others, name => File.WriteAllText(folder[name], "x"));
        File.CreateSymbolicLink(folder[".tileproof-llllllll.lll.tmp"], "x.tmp");
        using (new FileStream(folder[".tileproof-inuse000.000.tmp"], FileMode.CreateNew, FileAccess.Write, FileShare.Delete))
        {
            AtomicFile.WriteText(folder["a.txt"], "x");
            Assert.Equal([.. others.Concat([".tileproof-inuse000.000.tmp", ".tileproof-llllllll.lll.tmp", "a.txt"]).Order(StringComparer.Ordinal)], folder.Files);
        }
    }

    /// <summary>Seen by another run while it is written, a file must not look abandoned.</summary>
    [Fact]
    public void Write_WhileAnotherRunStarts_IsNotTakenForAbandoned()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.Write(folder["a.txt"], stream =>
        {
            stream.Write("whole"u8);
            ReportFolder.Open(folder.FullPath);
            Assert.Single(folder.Files);
        });
        Assert.Equal("whole", File.ReadAllText(folder["a.txt"]));
        Assert.Equal(["a.txt"], folder.Files);
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
