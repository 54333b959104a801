using TileProof.HwModel.Programs;

namespace TileProof.Verification.Options;

/// <summary>Reads the version of the DSP programs that a user names.</summary>
public static class ProgramChoice
{
    /// <summary>The names, separated by commas.</summary>
    public static string Names => string.Join(", ", ProgramLibrary.All.Select(static library => library.Name));

    /// <summary>Reads a name; case does not matter.</summary>
    /// <exception cref="UserInputException">The name is unknown; the message lists the valid ones.</exception>
    public static ProgramLibrary Parse(string text) =>
        ProgramLibrary.All.FirstOrDefault(library => string.Equals(library.Name, text, StringComparison.OrdinalIgnoreCase))
        ?? throw new UserInputException($"unknown programs '{text}'; valid: {Names}, or a file that ends in .json or .jsonl");

    /// <summary>Whether a value names a file with a user's own programs, there or not.</summary>
    public static bool IsFile(string text) => Path.GetExtension(text).ToUpperInvariant() is ".JSON" or ".JSONL";

    /// <summary>Whether such a file is a recorded program, of which only the hazard rules can be judged.</summary>
    public static bool IsRecorded(string file) => file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
}
