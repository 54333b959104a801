namespace TileProof.Verification;

/// <summary>A folder of single-layer folders, each of which <see cref="LayerVectorReader"/> reads.</summary>
public static class VectorFolder
{
    /// <summary>The single-layer folders, in the order of their names; the folder itself when it is a single layer.</summary>
    /// <param name="path">The folder.</param>
    /// <remarks>Files, and folders whose name starts with a dot, are not layers. Every other folder must be one.</remarks>
    /// <exception cref="UserInputException">The folder does not exist, cannot be read, or holds no layer.</exception>
    public static IReadOnlyList<string> FindLayers(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Directory.Exists(path))
        {
            throw new UserInputException($"the vector folder '{path}' does not exist");
        }

        if (File.Exists(Path.Combine(path, LayerVectorReader.ParametersFileName)))
        {
            return [path];
        }

        List<string> layers;
        try
        {
            layers = [.. Directory.EnumerateDirectories(path).Where(static folder => !Path.GetFileName(folder).StartsWith('.'))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot read the vector folder '{path}': {FileProblem.Describe(exception)}", exception);
        }

        if (layers.Count == 0)
        {
            throw new UserInputException($"the vector folder '{path}' holds no layer: expected folders with {LayerVectorReader.ParametersFileName} and .bin files");
        }

        layers.Sort(StringComparer.Ordinal);
        return layers;
    }
}
