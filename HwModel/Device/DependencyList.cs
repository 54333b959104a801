using System.Security.Cryptography;

namespace TileProof.HwModel.Device;

/// <summary>The files that went into a build, each with the hash of its content: a build is current while all are as they were.</summary>
internal static class DependencyList
{
    public static bool IsCurrent(string listFile)
    {
        if (!File.Exists(listFile))
        {
            return false;
        }

        return File.ReadLines(listFile).All(static line => line.Split(' ', 2) is [string hash, string path] && HashOf(path) == hash);
    }

    /// <summary>The prerequisites in a file that the compiler wrote for make.</summary>
    public static IEnumerable<string> Read(string makeFile)
    {
        string text = File.ReadAllText(makeFile).Replace("\\\n", " ", StringComparison.Ordinal);
        int colon = text.IndexOf(": ", StringComparison.Ordinal);
        return text[(colon + 1)..].Replace("\\ ", "\0", StringComparison.Ordinal)
            .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(static name => name.Replace('\0', ' '));
    }

    /// <summary>Writes the list; what lies in the native folder or the build itself is part of its key already.</summary>
    public static void Write(string listFile, IEnumerable<string> paths, string native, string work) => File.WriteAllLines(
        listFile,
        paths.Select(Path.GetFullPath)
            .Distinct(StringComparer.Ordinal)
            .Where(path => !path.StartsWith(native, StringComparison.Ordinal) && !path.StartsWith(work, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(static path => $"{HashOf(path)} {path}"));

    private static string HashOf(string path) => File.Exists(path) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : "missing";
}
