using TileProof.Operators.Calls;

namespace TileProof.HwModel.Device;

/// <summary>A user's own tile program in C: its sources, how they are compiled, and the function of each operator.</summary>
public sealed record DeviceProgram
{
    /// <summary>Milliseconds that one run may take when the description says nothing.</summary>
    public const int DefaultTimeLimitMilliseconds = 20000;

    /// <summary>What reports call it.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the library whose built-in programs these are another writing of; null for a program of its own.</summary>
    public string? Library { get; init; }

    /// <summary>C and C++ sources, full paths.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Folders with headers, full paths.</summary>
    public IReadOnlyList<string> IncludeFolders { get; init; } = [];

    /// <summary>Macros, <c>NAME</c> or <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Defines { get; init; } = [];

    /// <summary><c>gcc</c>, <c>clang</c> or the path of a compiler; null for the first of the two that is there.</summary>
    public string? Compiler { get; init; }

    /// <summary>Flags behind the ones that the recording needs.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>The function of each operator.</summary>
    public required IReadOnlyDictionary<OperatorKind, DeviceEntry> Entries { get; init; }

    /// <summary>The function that hands out bank memory; null where the program names its buffers itself, or a bank variable is one buffer.</summary>
    public AllocatorRule? Allocator { get; init; }

    /// <summary>Who derives the parameters of a convolution, keeps the cache in step and corrects residuals.</summary>
    public DeviceDriver Driver { get; init; }

    /// <summary>The user's own layer table, put before every source in place of the exported one; null for the exported one.</summary>
    public string? LayerTableFile { get; init; }

    /// <summary>Whether every access of the program is seen; without that it only runs, to be timed.</summary>
    public bool IsInstrumented { get; init; } = true;

    /// <summary>Milliseconds that one run may take.</summary>
    public int TimeLimitMilliseconds { get; init; } = DefaultTimeLimitMilliseconds;

    /// <summary>Whether sources of the program have the suffix of C++.</summary>
    public bool HasCPlusPlus => Sources.Any(IsCPlusPlus);

    internal static bool IsCPlusPlus(string source) => Path.GetExtension(source).ToUpperInvariant() is ".CPP" or ".CC" or ".CXX";
}
