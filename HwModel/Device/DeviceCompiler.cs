namespace TileProof.HwModel.Device;

/// <summary>A C compiler of the system.</summary>
/// <param name="Path">How it is called.</param>
/// <param name="Version">The first line that it prints of itself.</param>
public sealed record DeviceCompiler(string Path, string Version)
{
    private static readonly string[] Candidates = ["gcc", "clang", "cc"];
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, DeviceCompiler?> Known = new(StringComparer.Ordinal);

    /// <summary>Whether it is clang, whose names of flags differ.</summary>
    public bool IsClang => Version.Contains("clang", StringComparison.OrdinalIgnoreCase);

    /// <summary>The compiler of a program.</summary>
    /// <param name="wanted">A name or a path; null for gcc, or else clang.</param>
    /// <exception cref="DeviceBuildException">There is none.</exception>
    public static DeviceCompiler Find(string? wanted) => TryFind(wanted) ?? throw new DeviceBuildException(wanted is null
        ? "there is no C compiler: install gcc with binutils (or clang), or name one as \"compiler\""
        : $"the C compiler '{wanted}' cannot be run: install it with binutils, or name another as \"compiler\"")
    {
        IsMissingCompiler = true,
    };

    /// <summary>The compiler of a program; null where there is none.</summary>
    public static DeviceCompiler? TryFind(string? wanted = null) => wanted is null ? Candidates.Select(Ask).FirstOrDefault(static found => found is not null) : Ask(wanted);

    /// <summary>The compiler of the same kind for C++.</summary>
    internal string CPlusPlus => Path.EndsWith("gcc", StringComparison.Ordinal) ? Path[..^3] + "g++"
        : Path.EndsWith("clang", StringComparison.Ordinal) ? Path + "++"
        : Path;

    private static DeviceCompiler? Ask(string path)
    {
        lock (Gate)
        {
            if (!Known.TryGetValue(path, out DeviceCompiler? compiler))
            {
                compiler = Command.Run(path, ["--version"]) is { ExitCode: 0 } answer && answer.Output.Split('\n')[0].Trim() is { Length: > 0 } version
                    ? new DeviceCompiler(path, version)
                    : null;
                Known.Add(path, compiler);
            }

            return compiler;
        }
    }
}
