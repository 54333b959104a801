namespace TileProof.Tests.Support;

/// <summary>An empty folder that is deleted with all it holds.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => FullPath = Directory.CreateTempSubdirectory("tileproof tests ").FullName;

    public string FullPath { get; }

    public string this[params string[] parts] => Path.Combine([FullPath, .. parts]);

    /// <summary>All files below, hidden ones too, as relative paths in the order of their names.</summary>
    public IReadOnlyList<string> Files => [.. Directory
        .EnumerateFiles(FullPath, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        .Select(path => Path.GetRelativePath(FullPath, path))
        .Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
