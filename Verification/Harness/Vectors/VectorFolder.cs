using TileProof.Verification.Files;

namespace TileProof.Verification.Vectors;

/// <summary>A folder of single-layer folders, each of which <see cref="LayerVectorReader"/> reads.</summary>
public static class VectorFolder
{
    /// <summary>Where <c>export-vectors</c> puts the layers in the form that is read here, beside its other forms.</summary>
    public const string ExportedName = "bin";

    /// <summary>The single-layer folders, in the order of their names; the folder itself when it is a single layer.</summary>
    /// <param name="path">The folder, or one that <c>export-vectors</c> wrote.</param>
    /// <remarks>Files, and folders whose name starts with a dot, are not layers. Every other folder must be one.</remarks>
    /// <exception cref="UserInputException">The folder does not exist, cannot be read, or holds no layer.</exception>
    public static IReadOnlyList<string> FindLayers(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Directory.Exists(path))
        {
            throw new UserInputException($"the vector folder '{path}' {(File.Exists(path) ? "is a file" : "does not exist")}");
        }

        if (IsLayer(path))
        {
            return [path];
        }

        string exported = Path.Combine(path, ExportedName);
        string parent = Directory.Exists(exported) && !IsLayer(exported) ? exported : path;
        List<string> layers;
        try
        {
            layers = [.. Directory.EnumerateDirectories(parent).Where(static folder => !Path.GetFileName(folder).StartsWith('.'))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot read the vector folder '{parent}': {FileProblem.Describe(exception)}", exception);
        }

        if (layers.Count == 0)
        {
            throw new UserInputException($"the vector folder '{parent}' holds no layer: expected folders with {LayerVectorReader.ParametersFileName} and .bin files");
        }

        layers.Sort(StringComparer.Ordinal);
        return layers;
    }

    private static bool IsLayer(string folder) => File.Exists(Path.Combine(folder, LayerVectorReader.ParametersFileName));
}
