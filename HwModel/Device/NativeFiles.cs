using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace TileProof.HwModel.Device;

/// <summary>The native runtime and its headers, which the library carries: they are written where a compiler finds them.</summary>
public static class NativeFiles
{
    private const string Prefix = "TileProof.HwModel.Device/";

    private static readonly Lazy<ImmutableArray<(string Path, byte[] Content)>> Files = new(Load);

    private static readonly Lazy<string> ContentHash = new(static () =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string path, byte[] content) in Files.Value)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(path));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    });

    /// <summary>16 hexadecimal digits that change with the files.</summary>
    public static string Hash => ContentHash.Value;

    /// <summary>Writes the files below a folder unless they are there already.</summary>
    /// <returns>The folder that holds <c>include</c>, <c>runtime</c>, <c>leaf</c> and <c>link.ld</c>.</returns>
    public static string WriteTo(string parent)
    {
        string folder = Path.Combine(parent, $"native-{Hash}");
        string complete = Path.Combine(folder, "complete");
        if (File.Exists(complete))
        {
            return folder;
        }

        foreach ((string path, byte[] content) in Files.Value)
        {
            string target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            string temporary = $"{target}.{Path.GetRandomFileName()}";
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, target, overwrite: true);
        }

        File.WriteAllText(complete, "");
        return folder;
    }

    private static ImmutableArray<(string Path, byte[] Content)> Load()
    {
        Assembly assembly = typeof(NativeFiles).Assembly;
        var files = ImmutableArray.CreateBuilder<(string, byte[])>();
        foreach (string name in assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            files.Add((name[Prefix.Length..].Replace('\\', '/'), content));
        }

        return files.ToImmutable();
    }
}
