using TileProof.Operators;

namespace TileProof.Golden.Import.Pte;

/// <summary>Imports ExecuTorch programs (<c>.pte</c>) of the modelled operators.</summary>
public static class PteModel
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFormatException">The file cannot be read, breaks the format, or holds an operator without counterpart.</exception>
    public static Network Read(string path, bool allowFallback = false) => Read(path, ModelFile.Read(path), allowFallback);

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="path">The name for messages.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="allowFallback">Whether float32 calls without counterpart run in ONNX Runtime as part of the network.</param>
    /// <exception cref="ModelFormatException">The bytes break the format, or hold an operator without counterpart.</exception>
    public static Network Read(string path, ReadOnlyMemory<byte> file, bool allowFallback = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        Network network = PteNetworkBuilder.Build(path, PteProgramReader.Read(path, file), allowFallback);

        // The usual name of a method says nothing of the model; the file does.
        return network.Name == PteProgramReader.DefaultMethod && Path.GetFileNameWithoutExtension(path) is { Length: > 0 } name ? network.WithName(name) : network;
    }
}
