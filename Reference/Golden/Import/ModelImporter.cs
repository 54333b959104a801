using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Import.Pte;

namespace TileProof.Golden.Import;

/// <summary>Imports a model file of any supported format, which its contents tell.</summary>
public static class ModelImporter
{
    /// <summary>Reads a <c>.onnx</c> or <c>.pte</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="batch">The batch where an ONNX model leaves it open.</param>
    /// <param name="allowFallback">Whether float32 operators of an ONNX model without counterpart run in ONNX Runtime as part of the network.</param>
    /// <exception cref="ModelFormatException">The file cannot be read or holds something without counterpart.</exception>
    public static ImportedModel Read(string path, int batch = 1, bool allowFallback = false)
    {
        byte[] file = ModelFile.Read(path);
        return file.AsSpan().Length >= 6 && file.AsSpan(4, 2).SequenceEqual("ET"u8)
            ? ImportedModel.Of(PteModel.Read(path, file))
            : OnnxModel.Read(path, file, Path.GetDirectoryName(Path.GetFullPath(path)), batch, allowFallback);
    }
}
