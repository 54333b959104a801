using System.Globalization;
using System.Text;

namespace TileProof.Verification.DeviceLog;

/// <summary>Two logs of one network on one input against each other: outputs, layer dumps and convolution cycles.</summary>
public sealed record LogPairComparison
{
    private const int ListedLines = 3;

    /// <summary>The reference run.</summary>
    public required DeviceLogFile Expected { get; init; }

    /// <summary>The run that is judged.</summary>
    public required DeviceLogFile Actual { get; init; }

    /// <summary>The outputs; null when a log prints none.</summary>
    public OutputComparison? Output { get; init; }

    /// <summary>The layer dumps that both logs hold.</summary>
    public IReadOnlyList<LayerDumpPair> Dumps { get; init; } = [];

    /// <summary>The layer dumps that only one log holds.</summary>
    public IReadOnlyList<LayerDumpLine> UnmatchedDumps { get; init; } = [];

    /// <summary>Whether values were compared and all of them are within the published guidance.</summary>
    public LogVerdict Verdict
    {
        get
        {
            List<string> problems = [.. Output?.Problems ?? []];
            if (Output is null && Dumps.Count == 0)
            {
                problems.Add("no value was compared: the logs do not both print an output tensor, nor layer dumps of one operator and size");
            }

            if (Output is { Count: > 1 } && Expected.Output!.Elements.Distinct().Count() == 1)
            {
                problems.Add("every output of the reference is the same, as a run that computes nothing prints it");
            }

            int wrong = Dumps.Count(static pair => pair.Problem is not null);
            if (wrong > 0)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{wrong} of {Dumps.Count} layer dumps are too far apart"));
            }

            return new LogVerdict(
                [
                    .. Output is null ? Array.Empty<string>() : [Output.Summary],
                    .. Dumps.Count == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"{Dumps.Count} layer dumps, {Dumps.Count(static pair => pair.IsEqual)} of them equal, {Dumps.Count - wrong} within the published guidance")],
                ],
                [
                    .. Output is null ? ["the output, which the logs do not both print"] : Array.Empty<string>(),
                    .. Dumps.Count == 0 ? ["layers, of which the logs do not both dump any"] : Array.Empty<string>(),
                    .. UnmatchedDumps.Take(ListedLines).Select(static dump => string.Create(CultureInfo.InvariantCulture, $"LAYER_DUMP of {dump.Operator} with {dump.Count} elements in line {dump.Line} of one log only")),
                    .. UnmatchedDumps.Count > ListedLines ? [string.Create(CultureInfo.InvariantCulture, $"{UnmatchedDumps.Count - ListedLines} more layer dumps")] : Array.Empty<string>(),
                ],
                problems) { IsExact = Output is not { IsExact: false } && Dumps.All(static pair => pair.IsEqual) };
        }
    }

    /// <summary>Compares a run with a reference run.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">The run that is judged.</param>
    /// <param name="step">One quantization step of the output, where a network tells it; null to take it from the values of the reference.</param>
    /// <exception cref="UserInputException">The outputs have different sizes, or the logs hold nothing to compare.</exception>
    public static LogPairComparison Compare(DeviceLogFile expected, DeviceLogFile actual, OutputStep? step)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (!HasContent(expected) || !HasContent(actual))
        {
            throw new UserInputException($"'{(HasContent(expected) ? actual : expected).Path}' holds nothing to compare: no output, no LAYER_DUMP line and no PERF_LOG line");
        }

        OutputComparison? output = null;
        if (expected.Output is { } reference && actual.Output is { } printed)
        {
            output = reference.Elements.Count == printed.Elements.Count && reference.Elements.Count > 0
                ? OutputComparison.Between(
                    reference.Elements,
                    printed.Elements,
                    step ?? OutputStep.Of(reference),
                    index => reference.ToleranceOf(reference.Elements[index]) + printed.ToleranceOf(printed.Elements[index]))
                : throw new UserInputException(
                    $"the logs do not print outputs of one size: {reference.Elements.Count} elements in '{expected.Path}', {printed.Elements.Count} in '{actual.Path}'");
        }

        (IReadOnlyList<LayerDumpPair> pairs, IReadOnlyList<LayerDumpLine> unmatched) = LayerDumpPair.Match(expected.Dumps, actual.Dumps);
        return new LogPairComparison { Expected = expected, Actual = actual, Output = output, Dumps = pairs, UnmatchedDumps = unmatched };
    }

    /// <summary>The report for people.</summary>
    public string Describe()
    {
        var text = new StringBuilder(Output?.Describe(Expected.Path, Actual.Path));
        if (Dumps.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"layer dumps : {Dumps.Count(static pair => pair.Problem is null)} of {Dumps.Count} within the guidance\n");
            foreach (LayerDumpPair pair in Dumps.Where(static pair => pair.Problem is not null))
            {
                text.Append(CultureInfo.InvariantCulture, $"  line {pair.Actual.Line}: {pair.Actual.Operator}: {pair.Problem}\n");
            }
        }

        return text.Append(SpeedupReport.Describe(Expected, Actual)).Append(Verdict.Describe()).ToString();
    }

    private static bool HasContent(DeviceLogFile log) => log.Output is { Elements.Count: > 0 } || log.Dumps.Count > 0 || log.Performance.Count > 0;
}
