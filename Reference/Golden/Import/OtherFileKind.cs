using System.Globalization;

namespace TileProof.Golden.Import;

/// <summary>Files that are often given in place of a model, told by their first bytes.</summary>
internal static class OtherFileKind
{
    private const int IdentifierOffset = 4;

    /// <summary>What a file is and what to do about it; null where it may be a model.</summary>
    public static string? Of(string path, ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> identifier = file.Length >= 2 * IdentifierOffset ? file.Slice(IdentifierOffset, IdentifierOffset) : [];
        return file switch
        {
            _ when file.StartsWith("version https://git-lfs"u8) => "is a Git LFS pointer, not the model; 'git lfs pull' fetches what it points to",
            _ when file.StartsWith("PK\u0003\u0004"u8) => "is a zip archive, as torch.save writes (.pt); export the model as .onnx or .pte",
            _ when file is [0x80, 0x02 or 0x04, ..] => "is a Python pickle; export the model as .onnx or .pte",
            _ when file is [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "is an HDF5 file, as Keras writes (.h5); export the model as .onnx",
            _ when file is [0x1f, 0x8b, ..] => "is compressed with gzip; unpack it first",
            _ when identifier.SequenceEqual("FT01"u8) => "is tensor data beside an ExecuTorch program (.ptd); give the .pte file, exported with its weights inside",
            _ when identifier.SequenceEqual("TFL3"u8) => "is a TensorFlow Lite model; convert it to .onnx",
            _ when identifier.StartsWith("BP"u8) && path.EndsWith("pte", StringComparison.OrdinalIgnoreCase) => "is a bundled program (.bpte), which holds a program and its test inputs; give the .pte file that it was made from",
            _ when path.EndsWith(".pte", StringComparison.OrdinalIgnoreCase) && !identifier.StartsWith("ET"u8) => string.Create(
                CultureInfo.InvariantCulture, $"is no ExecuTorch program: bytes 4 to 7 are {(identifier.IsEmpty ? "not there" : Convert.ToHexString(identifier))}, expected 'ET12' (45543132)"),
            _ => null,
        };
    }
}
