using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Export.Pte;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Import.Pte;
using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Export;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Export;

/// <summary>Every exported form of layers whose extents all differ, read back element by element.</summary>
public sealed class ExportRoundTripTests
{
    private static readonly Network Mixed = MixedNetwork.Create();
    private static readonly Tensor Image = SampleNetwork.Images(Mixed.Input.Shape);
    private static readonly IReadOnlyList<Tensor> Outputs = NetworkRun.Outputs(Mixed, Image);

    [Fact]
    public void Npy_EveryArray_HasShapeTypeAndElements()
    {
        using var folder = new TemporaryFolder();
        Export(Mixed, VectorFormats.Npy, folder);
        Conv2dCall depthwise = (Conv2dCall)Mixed.Calls[2];
        string layer = folder["npy", "layer002_conv2"];
        AssertNpy(Path.Combine(layer, "input.npy"), "|i1", "(1, 10, 33, 47)", Outputs[1].Bytes);
        AssertNpy(Path.Combine(layer, "weight.npy"), "|i1", "(10, 1, 3, 3)", MemoryMarshal.AsBytes<sbyte>(depthwise.Weights));
        AssertNpy(Path.Combine(layer, "bias.npy"), "<i4", "(10,)", MemoryMarshal.AsBytes<int>(depthwise.Bias));
        AssertNpy(Path.Combine(layer, "expected.npy"), "|i1", "(1, 10, 33, 47)", Outputs[2].Bytes);
        AssertNpy(folder["npy", "layer007_pool", "input.npy"], "<f4", "(1, 7, 17, 24)", Outputs[6].Bytes);
        AssertNpy(folder["npy", "layer007_pool", "expected.npy"], "<f4", "(1, 7, 9, 12)", Outputs[7].Bytes);
        AssertNpy(folder["npy", "layer000_input_quantize", "input.npy"], "<f4", "(1, 6, 33, 47)", Image.Bytes);
        Assert.Equal(5 * 5 + 3 * 3, folder.Files.Count);
    }

    [Fact]
    public void Npy_Parameters_AreThoseOfTheCall()
    {
        using var folder = new TemporaryFolder();
        Export(Mixed, VectorFormats.Npy, folder);
        Conv2dCall dilated = (Conv2dCall)Mixed.Calls[3];
        Requantization numbers = dilated.Requantize(ParameterDerivation.L1Norm);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(folder["npy", "layer003_conv3", "params.json"]));
        JsonElement root = document.RootElement;
        Assert.Equal(("conv3", "conv2d", dilated.LayerKey, "l1-norm"), (Text("name"), Text("operator"), Text("key"), Text("derivation")));
        Assert.Equal((3, 1, 2, 2, 1), (Number("index"), Number("stride"), Number("pad"), Number("dilation"), Number("groups")));
        Assert.Equal((dilated.Input.RequiredQuantization.ZeroPoint, dilated.Output.RequiredQuantization.ZeroPoint), (Number("in_zp"), Number("out_zp")));
        Assert.Equal((dilated.Input.RequiredQuantization.Scale, dilated.Output.RequiredQuantization.Scale), (root.GetProperty("in_scale").GetSingle(), root.GetProperty("out_scale").GetSingle()));
        Assert.Equal((numbers.AccumulatorShift, numbers.OutputShift), (Number("accum_shift"), Number("output_shift")));
        Assert.Equal(dilated.BiasScales, root.GetProperty("bias_scale").EnumerateArray().Select(static one => one.GetSingle()));
        Assert.Equal(numbers.OutputScales.Select(static scale => (int)scale), Numbers("u16_output_scale"));
        Assert.Equal(numbers.KernelBias, Numbers("kernel_bias"));
        Assert.Equal(numbers.PostCorrection, Numbers("post_correction"));
        using JsonDocument pooling = JsonDocument.Parse(File.ReadAllText(folder["npy", "layer007_pool", "params.json"]));
        Assert.Equal("[3,3]21", $"{pooling.RootElement.GetProperty("kernel").GetRawText().Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings("")}{pooling.RootElement.GetProperty("stride")}{pooling.RootElement.GetProperty("pad")}");

        string Text(string name) => root.GetProperty(name).GetString()!;
        int Number(string name) => root.GetProperty(name).GetInt32();
        IEnumerable<int> Numbers(string name) => root.GetProperty(name).EnumerateArray().Select(static one => one.GetInt32());
    }

    [Fact]
    public void Npy_ParametersOfReluAndLinear_AreThoseOfTheCall()
    {
        using var folder = new TemporaryFolder();
        Network sample = SampleNetwork.Create();
        Export(sample, VectorFormats.Npy, folder);
        QuantizedReluCall relu = sample.Calls.OfType<QuantizedReluCall>().First();
        QuantizedLinearCall linear = sample.Calls.OfType<QuantizedLinearCall>().Single();
        Assert.Equal((relu.OutputMultiplier, relu.OutputShift), Read(relu));
        Assert.Equal((linear.OutputMultiplier, linear.OutputShift), Read(linear));
        AssertNpy(folder["npy", $"layer{linear.Index:D3}_fc", "weight.npy"], "|i1", "(5, 8)", MemoryMarshal.AsBytes<sbyte>(linear.Weights));
        AssertNpy(folder["npy", $"layer{linear.Index:D3}_fc", "bias.npy"], "<i4", "(5,)", MemoryMarshal.AsBytes<int>(linear.Bias));
        Assert.Contains(Path.Combine("npy", "layer008_block_add", "input2.npy"), folder.Files);

        (int Multiplier, int Shift) Read(OperatorCall call)
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(folder["npy", $"layer{call.Index:D3}_{call.Name.Replace('.', '_')}", "params.json"]));
            return (document.RootElement.GetProperty("out_multiplier").GetInt32(), document.RootElement.GetProperty("out_shift").GetInt32());
        }
    }

    // Only the layers with a tiled kernel, each as the reader and the run of recorded layers understand it.
    [Fact]
    public void Bin_ReadBack_IsTheCall()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal((8, 2), Export(Mixed, VectorFormats.All, folder));
        Assert.Equal(["layer001_conv1", "layer005_conv5"], VectorFolder.FindLayers(folder.FullPath).Select(Path.GetFileName));
        foreach (string path in VectorFolder.FindLayers(folder.FullPath))
        {
            LayerVector vector = LayerVectorReader.Read(path);
            Conv2dCall call = Mixed.Convolutions.Single(call => vector.Name == $"layer{call.Index:D3}_{call.Name}");
            Requantization numbers = call.Requantize(ParameterDerivation.WorstCase);
            Assert.Equal((call.Shape, call.Input.RequiredQuantization, call.Output.RequiredQuantization), (vector.Shape, vector.InputQuantization, vector.OutputQuantization));
            Assert.Equal(
                (call.BiasScales[0], numbers.AccumulatorShift, numbers.OutputScales[0], numbers.OutputShift),
                (vector.BiasScale, vector.AccumulatorShift, vector.OutputScaleMultiplier, vector.OutputShift));
            Assert.Equal(call.Weights, vector.Weights);
            Assert.Equal(call.Bias, vector.Bias);
            Assert.Equal(Outputs[call.Index - 1].Int8.ToArray(), vector.Input);
            Assert.Equal(new ScalarOracle().Run(call, [Outputs[call.Index - 1]], ParameterDerivation.WorstCase).Int8.ToArray(), vector.ExpectedOptimized);
            Assert.Null(vector.ExpectedGeneric);
        }
    }

    [Fact]
    public void C_EveryArray_HasItsElementsInOrder()
    {
        using var folder = new TemporaryFolder();
        Export(Mixed, VectorFormats.C, folder);
        string header = File.ReadAllText(folder["c", "layer003_conv3.h"]);
        Conv2dCall call = (Conv2dCall)Mixed.Calls[3];
        AssertArray(header, "int8_t", "layer003_conv3_input", "[1, 10, 33, 47]", Outputs[2].Int8.ToArray().Select(static level => level.ToString(CultureInfo.InvariantCulture)));
        AssertArray(header, "int8_t", "layer003_conv3_weight", "[9, 10, 3, 3]", call.Weights.Select(static level => level.ToString(CultureInfo.InvariantCulture)));
        AssertArray(header, "int32_t", "layer003_conv3_bias", "[9]", call.Bias.Select(static level => level.ToString(CultureInfo.InvariantCulture)));
        AssertArray(header, "int8_t", "layer003_conv3_expected", "[1, 9, 33, 47]", Outputs[3].Int8.ToArray().Select(static level => level.ToString(CultureInfo.InvariantCulture)));
        Assert.StartsWith("/* Test vectors made by TileProof. Do not edit. */\n#ifndef LAYER003_CONV3_H\n#define LAYER003_CONV3_H\n", header, StringComparison.Ordinal);
        Assert.EndsWith("};\n\n#endif /* LAYER003_CONV3_H */\n", header, StringComparison.Ordinal);
        string[] floats = ElementsOf(File.ReadAllText(folder["c", "layer007_pool.h"]), "float", "layer007_pool_expected", "[1, 7, 9, 12]");
        Assert.Equal(Outputs[7].Float32.ToArray(), floats.Select(static text => float.Parse(text.TrimEnd('f'), CultureInfo.InvariantCulture)));
    }

    // C has no literal for the smallest int32, and none for what is not finite.
    [Fact]
    public void C_ExtremeElements_AreValidOrRefused()
    {
        string header = CArrayHeader.Write("a", [LayerTensor.Of("bias", [int.MinValue, int.MaxValue, -1])]);
        Assert.Contains("    (-2147483647 - 1), 2147483647, -1,\n", header, StringComparison.Ordinal);
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Tensor tensor = Tensor.FromFloat32(TensorShape.FromMatrix(1, 3), [1, 2, value]);
            Assert.Contains("not finite", Assert.Throws<UserInputException>(() => CArrayHeader.Write("a", [LayerTensor.Of("x", tensor)])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Layers_ByNameAndKey_OnlyThoseAreWritten()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal((2, 1), VectorExport.Write(
            Mixed, Image, new ScalarOracle(), ParameterDerivation.L1Norm, VectorFormats.C | VectorFormats.Bin, ["conv2", Mixed.Calls[5].LayerKey], folder.FullPath));
        Assert.Equal(["bin/layer005_conv5/bias.bin", "bin/layer005_conv5/input_q.bin", "bin/layer005_conv5/output_opt.bin", "bin/layer005_conv5/params.json", "bin/layer005_conv5/weight.bin", "c/layer002_conv2.h", "c/layer005_conv5.h"], folder.Files);
        Assert.Throws<UserInputException>(() => VectorExport.Write(Mixed, Image, new ScalarOracle(), ParameterDerivation.L1Norm, VectorFormats.Bin, ["conv2"], folder["other"]));
        Assert.False(Directory.Exists(folder["other"]));
    }

    [Fact]
    public void Models_OnnxAndPte_ReadBackAsTheSameNetwork()
    {
        Assert.Equal(NetworkText.Of(Mixed), NetworkText.Of(OnnxModel.Read("mixed.onnx", OnnxModelWriter.Write(Mixed), folder: null).Network!));
        Network fromPte = PteModel.Read("mixed.pte", PteModelWriter.Write(Mixed));
        Assert.Equal(NetworkText.Of(Mixed, withNames: false).Split('\n').Skip(1), NetworkText.Of(fromPte, withNames: false).Split('\n').Skip(1));
        Assert.Equal(NetworkRun.Hashes(Mixed, Image), NetworkRun.Hashes(fromPte, Image));
    }

    private static (int CallCount, int BinCount) Export(Network network, VectorFormats formats, TemporaryFolder folder) => VectorExport.Write(
        network, SampleNetwork.Images(network.Input.Shape), new ScalarOracle(), ParameterDerivation.L1Norm, formats, [], folder.FullPath);

    /// <summary>A reader of its own: the preamble, the header padded to 64 bytes, and the elements.</summary>
    private static void AssertNpy(string path, string type, string shape, ReadOnlySpan<byte> elements)
    {
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], file[..8]);
        int start = 10 + file[8] + (file[9] * 256);
        Assert.Equal(0, start % 64);
        string header = Encoding.ASCII.GetString(file, 10, start - 10);
        Assert.Equal($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}", header.TrimEnd('\n').TrimEnd(' '));
        Assert.EndsWith("\n", header, StringComparison.Ordinal);
        Assert.Equal(elements.ToArray(), file[start..]);
    }

    private static void AssertArray(string header, string type, string name, string dimensions, IEnumerable<string> elements) =>
        Assert.Equal(elements, ElementsOf(header, type, name, dimensions));

    private static string[] ElementsOf(string header, string type, string name, string dimensions)
    {
        Match match = Regex.Match(header, $@"/\* {Regex.Escape(dimensions)} \*/\nstatic const {type} {name}\[(\d+)\] = \{{\n(.*?)\n\}};", RegexOptions.Singleline);
        Assert.True(match.Success, $"{name} {dimensions} is not there");
        string[] elements = match.Groups[2].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(elements.Length, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        return elements;
    }
}
