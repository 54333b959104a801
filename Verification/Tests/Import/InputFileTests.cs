using TileProof.Golden.Import;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>What may be read, and that nothing else is even opened.</summary>
public sealed class InputFileTests
{
    [Fact]
    public void ReadBytes_UpToTheLimit_GivesThem_AboveIt_IsRefused()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = [1, 2, 3, 4, 5];
        File.WriteAllBytes(folder["f"], bytes);
        Assert.Equal(bytes, InputFile.ReadBytes(folder["f"], 5));
        Assert.Equal(bytes, InputFile.ReadBytes(folder["f"], long.MaxValue));
        Assert.Equal("it has 5 bytes, expected at most 4", Assert.Throws<IOException>(() => InputFile.ReadBytes(folder["f"], 4)).Message);
    }

    [Theory]
    [InlineData("", "its name is empty or has a character that no name may have")]
    [InlineData(" ", "its name is empty or has a character that no name may have")]
    [InlineData("a\0b", "its name is empty or has a character that no name may have")]
    public void Open_NameThatIsNone_IsRefused(string path, string expected) =>
        Assert.Equal(expected, Assert.Throws<IOException>(() => InputFile.Open(path, 1)).Message);

    [Fact]
    public void Open_NoFile_EmptyFileOrFolder_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<FileNotFoundException>(() => InputFile.Open(folder["missing"], 1));
        Assert.Throws<DirectoryNotFoundException>(() => InputFile.Open(folder["no", "missing"], 1));
        Assert.Equal("it is a folder, expected a file", Assert.Throws<IOException>(() => InputFile.Open(folder.FullPath, 1)).Message);
        File.WriteAllBytes(folder["empty"], []);
        Assert.Equal("it is empty", Assert.Throws<IOException>(() => InputFile.Open(folder["empty"], 1)).Message);
    }

    [SkippableFact]
    public void Open_PipeOrDevice_ByNameOrLink_IsRefused()
    {
        SpecialFiles.SkipOnWindows();
        using var folder = new TemporaryFolder();
        SpecialFiles.MakePipe(folder["pipe"]);
        using FileStream both = SpecialFiles.OpenPipe(folder["pipe"]);
        File.CreateSymbolicLink(folder["to pipe"], "pipe");
        File.CreateSymbolicLink(folder["to device"], SpecialFiles.NullDevice);
        Assert.All(
            (string[])[folder["pipe"], folder["to pipe"], SpecialFiles.NullDevice, folder["to device"]],
            static path => Assert.Equal("it is a pipe or a device, expected a regular file", Assert.Throws<IOException>(() => InputFile.Open(path, 1)).Message));
        Assert.Equal(FileForm.Other, InputFile.FormOf(folder["pipe"]));
        Assert.Equal(FileForm.CharacterDevice, InputFile.FormOf(SpecialFiles.NullDevice));
    }

    [SkippableFact]
    public void Open_LinksToARegularFile_AreFollowed_InACircle_Refused()
    {
        SpecialFiles.SkipOnWindows();
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["f"], [7]);
        File.CreateSymbolicLink(folder["first"], "f");
        File.CreateSymbolicLink(folder["second"], folder["first"]);
        Assert.Equal([7], InputFile.ReadBytes(folder["second"], 1));
        File.CreateSymbolicLink(folder["a"], "b");
        File.CreateSymbolicLink(folder["b"], "a");
        Assert.ThrowsAny<IOException>(() => InputFile.Open(folder["a"], 1));
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0xC3, 0xBC }, "aü")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x61 }, "a")]
    [InlineData(new byte[] { 0xFF, 0x61, 0x61 }, null)]
    [InlineData(new byte[] { 0x61, 0xFF, 0x61 }, null)]
    [InlineData(new byte[] { 0x61, 0x61, 0xC3 }, null)]
    public void ReadText_OnlyUtf8_WithoutItsMark(byte[] bytes, string? expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["f"], bytes);
        if (expected is not null)
        {
            Assert.Equal(expected, InputFile.ReadText(folder["f"], 8));
            return;
        }

        Assert.Equal("it is no UTF-8 text", Assert.Throws<IOException>(() => InputFile.ReadText(folder["f"], 8)).Message);
    }
}
