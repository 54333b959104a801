using System.Globalization;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Import.Pte;
using TileProof.Operators;

namespace TileProof.Golden.Import;

/// <summary>Imports a model file of any supported format, which its contents tell.</summary>
public static class ModelImporter
{
    /// <summary>The largest value of a network, in float32.</summary>
    internal const long LargestValueBytes = 1L << 30;

    /// <summary>Reads a <c>.onnx</c> or <c>.pte</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="batch">The batch where an ONNX model leaves it open.</param>
    /// <param name="allowFallback">Whether float32 operators without counterpart run in ONNX Runtime as part of the network.</param>
    /// <param name="openImage">Rows and columns of the input where an ONNX model leaves them open; null refuses such a model.</param>
    /// <exception cref="ModelFormatException">The file cannot be read or holds something without counterpart.</exception>
    public static ImportedModel Read(string path, int batch = 1, bool allowFallback = false, (int Height, int Width)? openImage = null)
    {
        byte[] file = ModelFile.Read(path);
        RefuseOtherKinds(path, file);
        ImportedModel model = IsPte(file)
            ? ImportedModel.Of(PteModel.Read(path, file, allowFallback))
            : OnnxModel.Read(path, file, Path.GetDirectoryName(Path.GetFullPath(path)), batch, allowFallback, openImage);
        RequirePossibleSizes(path, model);
        return model;
    }

    /// <summary>Refuses files that are often given in place of a model.</summary>
    internal static void RefuseOtherKinds(string path, ReadOnlySpan<byte> file)
    {
        if (OtherFileKind.Of(path, file) is { } other)
        {
            throw new ModelFormatException(path, "file", other);
        }
    }

    /// <summary>Whether the bytes are those of a <c>.pte</c> file; ONNX has no such mark.</summary>
    internal static bool IsPte(ReadOnlySpan<byte> file) => file.Length >= 6 && file.Slice(4, 2).SequenceEqual("ET"u8);

    /// <summary>A value is one array in memory, here and in the simulated system memory, whose offsets have 31 bits.</summary>
    private static void RequirePossibleSizes(string path, ImportedModel model)
    {
        IEnumerable<(string Name, TensorShape Shape)> values = model.FloatNetwork is { } floats
            ? floats.ValueNames.Select(name => (name, floats.ShapeOf(name)))
            : model.Network!.Calls.Select(static call => call.Output).Concat(model.Network.Inputs).Select(static value => (value.Name, value.Shape));
        foreach ((string name, TensorShape shape) in values)
        {
            long bytes = (long)shape.ElementCount * sizeof(float);
            if (bytes > LargestValueBytes)
            {
                throw new ModelFormatException(
                    path, $"value '{name}'", string.Create(CultureInfo.InvariantCulture, $"{shape} takes {bytes} bytes in float32, expected at most {LargestValueBytes}; give the model a smaller input"));
            }
        }
    }
}
