using TileProof.Operators;
using TileProof.Verification.Options;

namespace TileProof.Verification.Originals;

/// <summary>An imported network against its ONNX file in ONNX Runtime.</summary>
/// <param name="Network">The network.</param>
/// <param name="Rows">Every value that both have, a row for each comparison; in the default mode only the output and values that differ.</param>
public sealed record OriginalResult(string Network, IReadOnlyList<OriginalRow> Rows)
{
    /// <summary>Why the import cannot be compared with the file that ONNX Runtime ran, one line; null where it was.</summary>
    public string? Failure { get; init; }

    /// <summary>Why ONNX Runtime does not run the file, one line, so that nothing was compared; null where it does.</summary>
    public string? Refusal { get; init; }

    /// <summary>Levels that the import chose for values that the file leaves in real numbers, by name in the file.</summary>
    public IReadOnlyDictionary<string, QuantizationParameters> ChosenLevels { get; init; } = new Dictionary<string, QuantizationParameters>();

    /// <summary>Values of the imported network that are unlike the file beyond the bound; what could not be compared counts as one.</summary>
    public long Unlike => (Failure is null ? 0 : 1) + Rows.Count(static row => !row.IsKept);

    /// <summary>The rows of a comparison.</summary>
    public IEnumerable<OriginalRow> Of(OriginalComparison comparison) => Rows.Where(row => row.Comparison == ChoiceList.NameOf(comparison));
}
