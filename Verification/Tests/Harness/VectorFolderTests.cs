using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Harness;

public sealed class VectorFolderTests
{
    [Fact]
    public void FindLayers_FolderOfLayers_IsInOrderWithoutFilesAndHiddenFolders()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in new[] { "layer9", "layer1", ".git" })
        {
            Directory.CreateDirectory(folder[name]);
        }

        File.WriteAllText(folder["README.md"], "");
        Assert.Equal([folder["layer1"], folder["layer9"]], VectorFolder.FindLayers(folder.FullPath));
    }

    [Fact]
    public void FindLayers_SingleLayer_IsItself()
    {
        using var files = new LayerVectorFiles();
        Assert.Equal([files.Layer], VectorFolder.FindLayers(files.Layer));
        Assert.Equal([files.Layer], VectorFolder.FindLayers(files.Parent));
    }

    [Fact]
    public void FindLayers_NothingThere_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            $"the vector folder '{folder.FullPath}' holds no layer: expected folders with params.json and .bin files",
            Assert.Throws<UserInputException>(() => VectorFolder.FindLayers(folder.FullPath)).Message);
        Assert.Equal(
            $"the vector folder '{folder["no"]}' does not exist",
            Assert.Throws<UserInputException>(() => VectorFolder.FindLayers(folder["no"])).Message);
        File.WriteAllText(folder["file"], "");
        Assert.Equal(
            $"the vector folder '{folder["file"]}' is a file",
            Assert.Throws<UserInputException>(() => VectorFolder.FindLayers(folder["file"])).Message);
    }
}
