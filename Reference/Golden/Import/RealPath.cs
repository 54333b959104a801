namespace TileProof.Golden.Import;

/// <summary>Where a path leads once every symbolic link on it is followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The full path without links; parts that do not exist stay as they are.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        string current = Path.GetPathRoot(full)!;
        var parts = new Stack<string>();
        Push(parts, full[current.Length..]);
        int links = 0;
        while (parts.TryPop(out string? part))
        {
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            string next = Path.Combine(current, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException("symbolic links lead in a circle");
            }

            string root = Path.GetPathRoot(target) ?? "";
            current = root.Length > 0 ? root : current;
            Push(parts, target[root.Length..]);
        }

        return current;
    }

    /// <summary>Whether a path leads to something below a folder.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static bool IsBelow(string folder, string path)
    {
        string prefix = Of(folder);
        prefix = Path.EndsInDirectorySeparator(prefix) ? prefix : prefix + Path.DirectorySeparatorChar;
        return Of(path).StartsWith(prefix, StringComparison.Ordinal);
    }

    private static void Push(Stack<string> parts, string path)
    {
        foreach (string part in path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            if (part != ".")
            {
                parts.Push(part);
            }
        }
    }
}
