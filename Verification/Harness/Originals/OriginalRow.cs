using System.Globalization;
using TileProof.Verification.Options;

namespace TileProof.Verification.Originals;

/// <summary>One row of <c>original.csv</c>: one value of an imported ONNX file against the file itself in ONNX Runtime.</summary>
public sealed record OriginalRow
{
    private const int ReportedDigits = 3;

    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>What is compared with the file: <c>import</c>, <c>dsp</c> or <c>default-mode</c>.</summary>
    public required string Comparison { get; init; }

    /// <summary>The call, or the node of a float network.</summary>
    public required string Call { get; init; }

    /// <summary>The operator.</summary>
    public required string Operator { get; init; }

    /// <summary>The name of the value in the file.</summary>
    public required string Value { get; init; }

    /// <summary>Whether it is the output of the network.</summary>
    public required bool IsOutput { get; init; }

    /// <summary><c>level</c>, or <c>ulp</c> of the largest magnitude of the value.</summary>
    public required string Unit { get; init; }

    /// <summary>Elements less than half a unit apart.</summary>
    public required long Equal { get; init; }

    /// <summary>Elements about one unit apart.</summary>
    public required long One { get; init; }

    /// <summary>Elements about two units apart.</summary>
    public required long Two { get; init; }

    /// <summary>Elements further apart.</summary>
    public required long More { get; init; }

    /// <summary>The largest difference in units.</summary>
    public required double Largest { get; init; }

    /// <summary>The element that is the furthest apart, <c>[n, c, y, x]: file e, actual a</c>; empty when all are equal.</summary>
    public required string Furthest { get; init; }

    /// <summary>What the import must keep to; empty where the difference is only reported.</summary>
    public required string Bound { get; init; }

    /// <summary>Whether the value keeps to the bound; true where there is none.</summary>
    public required bool IsKept { get; init; }

    /// <summary>Makes the row of a difference.</summary>
    /// <param name="comparison">What is compared.</param>
    /// <param name="value">The value.</param>
    /// <param name="difference">Its difference.</param>
    /// <param name="isCopy">Whether the value is a copy of values of the file, which an import gives as they are.</param>
    public static OriginalRow Of(OriginalComparison comparison, OriginalValue value, ValueDifference difference, bool isCopy = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(difference);
        return new OriginalRow
        {
            Network = value.Network,
            Comparison = ChoiceList.NameOf(comparison),
            Call = value.Call,
            Operator = value.Operator,
            Value = value.Name,
            IsOutput = value.IsOutput,
            Unit = ChoiceList.NameOf(difference.Unit),
            Equal = difference.Equal,
            One = difference.One,
            Two = difference.Two,
            More = difference.More,
            Largest = Math.Round(difference.Largest, ReportedDigits),
            Furthest = difference.Furthest is { } furthest
                ? string.Create(CultureInfo.InvariantCulture, $"{furthest.Index}: file {furthest.Expected:R}, actual {furthest.Actual:R}")
                : "",
            Bound = comparison == OriginalComparison.Import ? ImportBound.Describe(difference.Unit, isCopy) : "",
            IsKept = comparison != OriginalComparison.Import || ImportBound.IsKept(difference, isCopy),
        };
    }
}
