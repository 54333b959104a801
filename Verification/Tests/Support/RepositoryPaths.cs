using System.Reflection;

namespace TileProof.Tests.Support;

/// <summary>Where the repository and the optional shared data lie.</summary>
internal static class RepositoryPaths
{
    /// <summary>The root of the checkout the tests were built from.</summary>
    public static string RepositoryRoot { get; } = typeof(RepositoryPaths).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>The folder with the published binary vectors, or null where it is not there.</summary>
    public static string? SharedFolder
    {
        get
        {
            string folder = Environment.GetEnvironmentVariable("TILEPROOF_SHARED") ?? Path.Combine(RepositoryRoot, "..", "shared");
            return Directory.Exists(Path.Combine(folder, "published")) ? Path.GetFullPath(folder) : null;
        }
    }

    /// <summary>A file below Fixtures.</summary>
    public static string Fixture(params string[] parts) => Path.Combine([RepositoryRoot, "Fixtures", .. parts]);

    /// <summary>A file below the published folder of the shared data; the calling test is skipped when it is not there.</summary>
    public static string RequirePublished(params string[] parts)
    {
        string place = Path.Combine(["published", .. parts]);
        Skip.If(SharedFolder is null, $"{place} is not there; TILEPROOF_SHARED names the folder that holds it.");
        return Path.Combine(SharedFolder!, place);
    }
}
