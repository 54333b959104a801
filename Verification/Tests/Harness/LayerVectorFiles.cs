using System.Text.Json.Nodes;
using TileProof.Tests.Support;

namespace TileProof.Tests.Harness;

/// <summary>A small, valid single-layer folder for tests to damage: 2 channels of 4x5 to 3 channels of 2x3, 3x3 kernel, stride 2, padding 1.</summary>
internal sealed class LayerVectorFiles : IDisposable
{
    public const int InputBytes = 2 * 4 * 5;
    public const int WeightBytes = 3 * 2 * 3 * 3;
    public const int BiasBytes = 3 * 4;
    public const int OutputBytes = 3 * 2 * 3;

    private readonly TemporaryFolder folder = new();

    public LayerVectorFiles()
    {
        Directory.CreateDirectory(Layer);
        WriteParameters(_ => { });
        WriteRamp("input_q.bin", InputBytes);
        WriteRamp("weight.bin", WeightBytes);
        WriteRamp("bias.bin", BiasBytes);
        WriteRamp("output_opt.bin", OutputBytes);
        WriteRamp("output_generic.bin", OutputBytes);
    }

    /// <summary>The folder that holds the layer folders.</summary>
    public string Parent => folder.FullPath;

    /// <summary>The layer folder.</summary>
    public string Layer => folder["layer0"];

    public string PathOf(string fileName) => Path.Combine(Layer, fileName);

    public void WriteParameters(Action<JsonObject> change)
    {
        var parameters = new JsonObject
        {
            ["name"] = "small", ["ic"] = 2, ["ih"] = 4, ["iw"] = 5, ["oc"] = 3, ["kh"] = 3, ["kw"] = 3, ["oh"] = 2, ["ow"] = 3,
            ["stride"] = 2, ["pad"] = 1, ["dilation"] = 1, ["in_zp"] = -3, ["out_zp"] = 7, ["out_scale"] = 0.0195, ["bias_scale"] = 1.7e-05,
            ["in_scale"] = 0.0266, ["accum_shift"] = 7, ["u16_output_scale"] = 59144, ["output_shift"] = 19,
        };
        change(parameters);
        File.WriteAllText(PathOf("params.json"), parameters.ToJsonString());
    }

    /// <summary>Makes more layer folders with the same files.</summary>
    public void Repeat(int layerCount)
    {
        for (int layer = 1; layer < layerCount; layer++)
        {
            string copy = folder[$"layer{layer}"];
            Directory.CreateDirectory(copy);
            foreach (string path in Directory.EnumerateFiles(Layer))
            {
                File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
            }
        }
    }

    public void Dispose() => folder.Dispose();

    private void WriteRamp(string fileName, int byteCount) =>
        File.WriteAllBytes(PathOf(fileName), [.. Enumerable.Range(0, byteCount).Select(index => (byte)(index - 10))]);
}
