using System.Globalization;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Onnx.Schema;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Tensors in files beside the model: in its folder, whole, of a size that is known before anything is read.</summary>
public sealed class OnnxExternalDataTests
{
    private const string Place = "initializer 'w'";

    [Theory]
    [InlineData(0, 4, new byte[] { 1, 2, 3, 4 })]
    [InlineData(5, 3, new byte[] { 6, 7, 8 })]
    [InlineData(8, 0, new byte[0])]
    public void Read_PartOfTheFile_GivesItsBytes(long offset, long length, byte[] expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["data.bin"], [1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Equal(expected, Read(folder, "data.bin", offset, length));
    }

    [Theory]
    [InlineData(5, 4)]
    [InlineData(9, 0)]
    [InlineData(long.MaxValue, 1)]
    public void Read_BeyondTheEnd_IsRefused(long offset, long length)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["data.bin"], new byte[8]);
        string message = Assert.Throws<ModelFormatException>(() => Read(folder, "data.bin", offset, length)).Message;
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"m.onnx: {Place}: takes {length} bytes from byte {offset} of 'data.bin', which has 8"), message);
    }

    /// <summary>A file with a hole has the length and takes no room; nothing of it may be read, or this would take a while and 2 GB.</summary>
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(3L << 30)]
    public void Read_TwoGigabytesOrMore_IsRefusedUnread(long length)
    {
        using var folder = new TemporaryFolder();
        using (FileStream hole = File.Create(folder["data.bin"]))
        {
            hole.SetLength(length);
        }

        string message = Assert.Throws<ModelFormatException>(() => Read(folder, "data.bin", 0, length)).Message;
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"m.onnx: {Place}: has {length} bytes in 'data.bin', with 0 of other tensors, expected less than 2147483647 together"), message);
    }

    [Fact]
    public void Read_TensorsThatTogetherTakeTooMuch_LastOneIsRefusedUnread()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["data.bin"], new byte[8]);
        var data = new OnnxExternalData("m.onnx", folder.FullPath);
        data.Read(Place, Tensor("data.bin", 0), 8);
        const long rest = int.MaxValue - 8L;
        Assert.EndsWith("which has 8", Assert.Throws<ModelFormatException>(() => data.Read(Place, Tensor("data.bin", 0), rest - 1)).Message, StringComparison.Ordinal);
        Assert.Contains("with 8 of other tensors", Assert.Throws<ModelFormatException>(() => data.Read(Place, Tensor("data.bin", 0), rest)).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("out.bin")]
    [InlineData("chain.bin")]
    [InlineData("folder/secret.bin")]
    [InlineData("up/secret.bin")]
    public void Read_LinkOutOfTheFolder_IsRefused(string location)
    {
        SpecialFiles.SkipOnWindows();
        using TemporaryFolder folder = MakeLinks();
        Assert.Equal(
            $"m.onnx: {Place}: has its data in '{location}', a symbolic link out of the model's folder, expected a file in it",
            Assert.Throws<ModelFormatException>(() => Read(folder["model"], location, 0, 1)).Message);
    }

    [SkippableTheory]
    [InlineData("in.bin")]
    [InlineData("back/data.bin")]
    public void Read_LinkInsideTheFolder_IsFollowed(string location)
    {
        SpecialFiles.SkipOnWindows();
        using TemporaryFolder folder = MakeLinks();
        Assert.Equal([9], Read(folder["model"], location, 0, 1));
    }

    /// <summary>The folder itself may be reached by a link, and a folder whose name only starts alike is another.</summary>
    [SkippableFact]
    public void Read_FolderReachedByALink_CountsWhereItLies()
    {
        SpecialFiles.SkipOnWindows();
        using TemporaryFolder folder = MakeLinks();
        Directory.CreateSymbolicLink(folder["alias"], "model");
        Assert.Equal([9], Read(folder["alias"], "in.bin", 0, 1));
        Directory.CreateDirectory(folder["model2"]);
        File.WriteAllBytes(folder["model2", "x.bin"], [1]);
        File.CreateSymbolicLink(folder["model", "alike.bin"], "../model2/x.bin");
        Assert.Throws<ModelFormatException>(() => Read(folder["model"], "alike.bin", 0, 1));
    }

    [SkippableFact]
    public void Read_PipeFolderOrCircle_IsOneLine()
    {
        SpecialFiles.SkipOnWindows();
        using TemporaryFolder folder = MakeLinks();
        SpecialFiles.MakePipe(folder["model", "pipe"]);
        using FileStream both = SpecialFiles.OpenPipe(folder["model", "pipe"]);
        File.CreateSymbolicLink(folder["model", "a"], "b");
        File.CreateSymbolicLink(folder["model", "b"], "a");
        Assert.Equal(
            $"m.onnx: {Place}: its data file 'pipe' cannot be read: it is a pipe or a device, expected a regular file",
            Assert.Throws<ModelFormatException>(() => Read(folder["model"], "pipe", 0, 1)).Message);
        Assert.EndsWith("it is a folder, expected a file", Assert.Throws<ModelFormatException>(() => Read(folder["model"], "sub", 0, 1)).Message, StringComparison.Ordinal);
        Assert.EndsWith("symbolic links lead in a circle", Assert.Throws<ModelFormatException>(() => Read(folder["model"], "a", 0, 1)).Message, StringComparison.Ordinal);
    }

    /// <summary>A model's folder with data below it, a secret beside it, and links to both.</summary>
    private static TemporaryFolder MakeLinks()
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["model", "sub"]);
        Directory.CreateDirectory(folder["elsewhere"]);
        File.WriteAllBytes(folder["model", "sub", "data.bin"], [9]);
        File.WriteAllBytes(folder["elsewhere", "secret.bin"], [42]);
        File.WriteAllBytes(folder["secret.bin"], [42]);
        File.CreateSymbolicLink(folder["model", "out.bin"], "../elsewhere/secret.bin");
        File.CreateSymbolicLink(folder["model", "chain.bin"], "out.bin");
        Directory.CreateSymbolicLink(folder["model", "folder"], folder["elsewhere"]);
        Directory.CreateSymbolicLink(folder["model", "up"], "sub/../..");
        File.CreateSymbolicLink(folder["model", "in.bin"], "./sub//data.bin");
        Directory.CreateSymbolicLink(folder["model", "back"], "../model/sub");
        return folder;
    }

    private static byte[] Read(TemporaryFolder folder, string location, long offset, long length) => Read(folder.FullPath, location, offset, length);

    private static byte[] Read(string folder, string location, long offset, long length) =>
        new OnnxExternalData("m.onnx", folder).Read(Place, Tensor(location, offset), length).ToArray();

    private static TensorProto Tensor(string location, long offset)
    {
        var tensor = new TensorProto();
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) });
        return tensor;
    }
}
