namespace TileProof.Verification.Device;

/// <summary>Where compiled programs are kept: below the cache, or in a folder that is deleted in the end.</summary>
internal sealed class DeviceBuildFolder : IDisposable
{
    private readonly string? temporary;

    /// <summary>Names the folder.</summary>
    /// <param name="cacheFolder">The cache; null to keep nothing.</param>
    public DeviceBuildFolder(string? cacheFolder)
    {
        temporary = cacheFolder is null ? System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"tileproof-{System.IO.Path.GetRandomFileName()}") : null;
        Path = System.IO.Path.Combine(cacheFolder ?? temporary!, "device-programs");
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (temporary is not null && Directory.Exists(temporary))
        {
            Directory.Delete(temporary, recursive: true);
        }
    }
}
