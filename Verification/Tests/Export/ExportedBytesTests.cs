using System.Security.Cryptography;
using System.Text;
using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Export.Pte;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators.Requantizing;
using TileProof.Operators;
using TileProof.Tests.Import;
using TileProof.Tests.Snapshots;
using TileProof.Tests.Support;
using TileProof.Verification.Export;

namespace TileProof.Tests.Export;

/// <summary>What is exported is the same on every machine: texts as they are, other files by length and hash.</summary>
public sealed class ExportedBytesTests
{
    private static readonly Network Sample = SampleNetwork.Create();
    private static readonly Network PerChannel = SampleNetwork.Create(batch: 2, perChannel: true);

    [Fact]
    public void Models()
    {
        Network fallback = OnnxModel.Read("m.onnx", OnnxFallbackTests.QuantizedModel(), folder: null, allowFallback: true).Network!;
        var text = new StringBuilder();
        foreach ((string name, Network network) in new[] { ("sample", Sample), ("a scale per channel", PerChannel), ("mixed", MixedNetwork.Create()) })
        {
            Append(text, $"{name}.pte", PteModelWriter.Write(network));
            Append(text, $"{name}.onnx", OnnxModelWriter.Write(network));
        }

        Append(text, "with a foreign operator.onnx", OnnxModelWriter.Write(fallback));
        Assert.Contains("no kernel call", Assert.Throws<NotSupportedException>(() => PteModelWriter.Write(fallback)).Message, StringComparison.Ordinal);
        Snapshot.Verify(text.ToString());
    }

    [Fact]
    public void LayerConfigs()
    {
        DspConfiguration banks = DspConfiguration.FromBankBytes(4096, 8192);
        Conv2dTilePlan[] convolutions =
        [
            Conv2dTilePlanner.Plan(Conv2dShape.Create(16, 9, 21, 24, 3, 3, 1, 1), banks), CachePlan.Of(Conv2dShape.Create(3, 15, 17, 5, 7, 7, 2, 3)),
        ];
        MaxPoolTilePlan[] poolings = [MaxPoolTilePlanner.PlanAsPublished(MaxPool2dShape.Create(8, 17, 24, 3, 3, 2, 1), 4096, 8192)];
        Snapshot.Verify(LayerConfigHeader.Write(BankBytes.Of(0, 0), [], []) + "\n" + LayerConfigHeader.Write(BankBytes.Of(4096, 8192), convolutions, poolings));
    }

    [Fact]
    public void Vectors()
    {
        var text = new StringBuilder();
        foreach ((string name, Network network) in new[] { ("sample", Sample), ("a scale per channel", PerChannel) })
        {
            using var folder = new TemporaryFolder();
            VectorExport.Write(network, SampleNetwork.Images(network.Input.Shape), new ScalarOracle(), ParameterDerivation.L1Norm, VectorFormats.All, [], folder.FullPath);
            foreach (string file in folder.Files.Order(StringComparer.Ordinal))
            {
                byte[] bytes = File.ReadAllBytes(folder[file]);
                Append(text, $"{name}: {file.Replace('\\', '/')}", bytes);
                if (Path.GetExtension(file) == ".json")
                {
                    text.Append(Encoding.UTF8.GetString(bytes));
                }
            }
        }

        Snapshot.Verify(text.ToString());
    }

    /// <summary>Sixteen elements a line, and a last line of what is left.</summary>
    [Fact]
    public void CArrays() => Snapshot.Verify(CArrayHeader.Write(
        "layer",
        [
            LayerTensor.Of("levels", [.. Enumerable.Range(-17, 35).Select(static level => (sbyte)level)], 5, 7), LayerTensor.Of("bias", [.. Enumerable.Range(0, 17).Select(static i => (i * 1_000_003) - 9)]),
            LayerTensor.Of("reals", Tensor.FromFloat32(TensorShape.FromNchw(1, 2, 3, 3), [.. Enumerable.Range(0, 18).Select(static i => (i * 0.37f) - 2)])),
        ]));

    private static void Append(StringBuilder text, string name, byte[] bytes) =>
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {bytes.Length} bytes {Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\n");
}
