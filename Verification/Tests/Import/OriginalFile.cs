using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.Originals;

namespace TileProof.Tests.Import;

/// <summary>Holds the import of a model file against ONNX Runtime on that file.</summary>
internal static class OriginalFile
{
    /// <summary>Asserts that the file is read, that every value agrees with the file's own, and that the output is not one number everywhere.</summary>
    /// <returns>What was read.</returns>
    public static ImportedModel AssertAgrees(byte[] model, int batch = 1)
    {
        ImportedModel imported = OnnxModel.Read("m.onnx", model, folder: null, batch);
        OriginalResult result = Compare(imported);
        Assert.True(result.Unlike == 0, result.Unlike == 0 ? "" : OriginalReport.DescribeFirst(result));
        Assert.Contains(result.Rows, static row => row.IsOutput);
        Assert.Equal(imported.Original!.OutputNames.Count, result.Rows.Count(static row => row.IsOutput && row.Comparison == "import"));
        IReadOnlyDictionary<string, Tensor> outputs = OriginalRun.Values(imported.Original, imported.Original.OutputNames, ImageFor(imported));
        Assert.All(outputs.Values, static output => Assert.False(output.Shape.ElementCount > 1 && IsConstant(output), "the output is one number everywhere, so that nothing was compared"));
        return imported;
    }

    public static OriginalResult Compare(ImportedModel imported)
    {
        using var host = new OnnxRuntimeGolden();
        return imported.FloatNetwork is { } network
            ? OriginalCheck.OfFloat("m", network, imported.Original!, ImageFor(imported))
            : OriginalCheck.OfQuantized(imported.Network!, imported.Original!, ImageFor(imported), [], host);
    }

    public static Tensor ImageFor(ImportedModel imported) => SampleNetwork.Images(imported.FloatNetwork?.InputShape ?? imported.Network!.Input.Shape);

    private static bool IsConstant(Tensor tensor)
    {
        int bytes = tensor.ElementType.SizeBytes();
        return tensor.Bytes[bytes..].SequenceEqual(tensor.Bytes[..^bytes]);
    }
}
