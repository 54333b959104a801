using System.Text;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Export;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Export;

/// <summary>Exported vectors, read back by what they are made for.</summary>
public sealed class VectorExportTests
{
    [Fact]
    public void Write_Bin_RecordedLayerRunFindsNoDifference()
    {
        using var folder = new TemporaryFolder();
        (int callCount, int binCount) = Export(SampleNetwork.Create(), VectorFormats.Bin, folder, []);
        Assert.Equal((17, 2), (callCount, binCount));
        var options = new VerifyOptions { Banks = [BankSetting.OfEqualBanks(8192)], Landings = [LandingKind.AtWait] };
        foreach (string layer in VectorFolder.FindLayers(folder["bin"]))
        {
            IReadOnlyList<VectorRow> rows = VectorRun.Run(LayerVectorReader.Read(layer), options, CancellationToken.None).Rows;
            Assert.Equal(3, rows.Count);
            Assert.All(rows, static row => Assert.Equal(0, row.DifferingBytes));
        }
    }

    [Fact]
    public void Write_BinOfPerChannelWeights_LeftOut()
    {
        using var folder = new TemporaryFolder();
        Network network = SampleNetwork.Create(perChannel: true);
        Assert.Equal((1, 0), Export(network, VectorFormats.Bin | VectorFormats.C, folder, ["conv1"]));
        Assert.Equal([Path.Combine("c", "layer001_conv1.h")], folder.Files);
        string message = Assert.Throws<UserInputException>(() => Export(network, VectorFormats.Bin, folder, [])).Message;
        Assert.Equal("sample has no layer that can be written in the form bin: a convolution with a published kernel, one weight scale, no clamp, and a batch of 1", message);
    }

    [Fact]
    public void Write_Npy_HeaderIsAlignedAndElementsFollow()
    {
        Network network = SampleNetwork.Create();
        using var folder = new TemporaryFolder();
        Export(network, VectorFormats.Npy, folder, ["conv1"]);
        Assert.Equal(["bias.npy", "expected.npy", "input.npy", "params.json", "weight.npy"], folder.Files.Select(Path.GetFileName));
        byte[] file = File.ReadAllBytes(folder["npy", "layer001_conv1", "weight.npy"]);
        int headerBytes = 10 + file[8] + (file[9] << 8);
        Assert.Equal(0, headerBytes % 64);
        Assert.StartsWith("{'descr': '|i1', 'fortran_order': False, 'shape': (8, 3, 7, 7), }", Encoding.ASCII.GetString(file, 10, headerBytes - 10), StringComparison.Ordinal);
        Assert.Equal(network.Convolutions.First().Weights, file.Skip(headerBytes).Select(static level => (sbyte)level));
    }

    [Fact]
    public void Create_OneDimension_TupleHasItsComma() =>
        Assert.Contains("'shape': (3,), }", Encoding.ASCII.GetString(NpyFile.Create("<i4", [3], new byte[12])), StringComparison.Ordinal);

    [SkippableTheory]
    [InlineData("gcc", "-std=c99", "sum.c")]
    [InlineData("g++", "-std=c++17", "sum.cpp")]
    public void Write_C_CompiledProgramSumsTheSameElements(string compiler, string standard, string sourceName)
    {
        Skip.IfNot(CCompiler.IsThere(compiler), $"{compiler} is not installed");
        Network network = SampleNetwork.Create();
        using var folder = new TemporaryFolder();
        Export(network, VectorFormats.C, folder, ["conv1", "maxpool"]);
        File.WriteAllText(folder["c", sourceName], """
            #include "layer001_conv1.h"
            #include "layer004_maxpool.h"
            #include <stdio.h>
            int main(void) {
                long sum = 0;
                double total = 0;
                for (unsigned i = 0; i < sizeof layer001_conv1_weight; i++) sum += layer001_conv1_weight[i];
                for (unsigned i = 0; i < sizeof layer001_conv1_bias / sizeof(int32_t); i++) sum += layer001_conv1_bias[i];
                for (unsigned i = 0; i < sizeof layer004_maxpool_input / sizeof(float); i++) total += layer004_maxpool_input[i];
                for (unsigned i = 0; i < sizeof layer004_maxpool_expected / sizeof(float); i++) total += layer004_maxpool_expected[i];
                printf("%ld %d %d %.17g\n", sum, (int)sizeof layer001_conv1_input, (int)sizeof layer001_conv1_expected, total);
                return 0;
            }
            """);
        (int exitCode, _, string error) = CCompiler.Run(compiler, folder["c"], standard, "-Wall", "-Werror", "-o", "sum", sourceName);
        Assert.True(exitCode == 0, error);
        string printed = CCompiler.Run(folder["c", "sum"], folder.FullPath).Output;
        Conv2dCall conv = network.Convolutions.First();
        double total = ReadNpyFloats(network).Aggregate(0.0, static (sum, value) => sum + value);
        Assert.Equal($"{conv.Weights.Sum(static level => (long)level) + conv.Bias.Sum(static level => (long)level)} 768 512", printed[..printed.LastIndexOf(' ')]);
        Assert.Equal(total, double.Parse(printed[printed.LastIndexOf(' ')..], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Write_UnknownLayer_SaysHowToListThem()
    {
        using var folder = new TemporaryFolder();
        UserInputException exception = Assert.Throws<UserInputException>(() => Export(SampleNetwork.Create(), VectorFormats.All, folder, ["conv9"]));
        Assert.StartsWith("unknown layer 'conv9'; valid: indices 0 to ", exception.Message, StringComparison.Ordinal);
    }

    // Input and expected output of the max pooling, in this order.
    private static IEnumerable<float> ReadNpyFloats(Network network)
    {
        using var folder = new TemporaryFolder();
        Export(network, VectorFormats.Npy, folder, ["maxpool"]);
        foreach (string name in new[] { "input.npy", "expected.npy" })
        {
            byte[] file = File.ReadAllBytes(folder["npy", "layer004_maxpool", name]);
            for (int position = 10 + file[8] + (file[9] << 8); position < file.Length; position += sizeof(float))
            {
                yield return BitConverter.ToSingle(file, position);
            }
        }
    }

    private static (int CallCount, int BinCount) Export(Network network, VectorFormats formats, TemporaryFolder folder, IReadOnlyList<string> layers) => VectorExport.Write(
        network, SampleNetwork.Images(network.Input.Shape), new ScalarOracle(), ParameterDerivation.L1Norm, formats, layers, folder.FullPath);
}
