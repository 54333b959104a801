using System.Globalization;
using System.Text;
using TileProof.Operators;

namespace TileProof.Verification.DeviceLog;

/// <summary>Two logs of one network on one input against each other: outputs, layer dumps and convolution cycles.</summary>
public sealed record LogPairComparison
{
    private const int ListedLines = 3;

    /// <summary>The reference run.</summary>
    public required DeviceLogFile Expected { get; init; }

    /// <summary>The run that is judged.</summary>
    public required DeviceLogFile Actual { get; init; }

    /// <summary>The outputs in the order of their numbers; none when a log prints none.</summary>
    public IReadOnlyList<OutputComparison> Outputs { get; init; } = [];

    /// <summary>The only output, or the last of several; null when a log prints none.</summary>
    public OutputComparison? Output => Outputs.Count == 0 ? null : Outputs[^1];

    /// <summary>The first call in the order of the judged log whose dump is not the reference's; null for none.</summary>
    public LayerDumpPair? FirstDifference => Dumps.Where(static pair => !pair.IsEqual).MinBy(static pair => pair.Actual.Line);

    /// <summary>The first call in the order of the judged log whose dump is too far from the reference's; null for none.</summary>
    public LayerDumpPair? FirstProblem => Dumps.Where(static pair => pair.Problem is not null).MinBy(static pair => pair.Actual.Line);

    /// <summary>The calls of a network that lines of the judged log stand for, by line; empty without a network.</summary>
    public IReadOnlyDictionary<int, string> CallNames { get; init; } = new Dictionary<int, string>();

    /// <summary>The layer dumps that both logs hold.</summary>
    public IReadOnlyList<LayerDumpPair> Dumps { get; init; } = [];

    /// <summary>The layer dumps that only one log holds.</summary>
    public IReadOnlyList<LayerDumpLine> UnmatchedDumps { get; init; } = [];

    /// <summary>Whether values were compared and all of them are within the published guidance.</summary>
    public LogVerdict Verdict
    {
        get
        {
            List<string> problems = [.. Outputs.SelectMany((output, number) => output.Problems.Select(problem => Outputs.Count == 1 ? problem : string.Create(CultureInfo.InvariantCulture, $"output {number}: {problem}")))];
            if (Output is null && Dumps.Count == 0)
            {
                problems.Add("no value was compared: the logs do not both print an output tensor, nor layer dumps of one operator and size");
            }

            if (Outputs.Zip(Expected.Outputs).Any(static output => output.First.Count > 1 && output.Second.Elements.Distinct().Count() == 1))
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
                    .. Outputs.Select(static output => output.Summary),
                    .. Dumps.Count == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"{Dumps.Count} layer dumps, {Dumps.Count(static pair => pair.IsEqual)} of them equal, {Dumps.Count - wrong} within the published guidance")],
                ],
                [
                    .. Output is null ? ["the output, which the logs do not both print"] : Array.Empty<string>(),
                    .. Dumps.Count == 0 ? ["layers, of which the logs do not both dump any"] : Array.Empty<string>(),
                    .. UnmatchedDumps.Take(ListedLines).Select(static dump => string.Create(CultureInfo.InvariantCulture, $"LAYER_DUMP of {dump.Operator} with {dump.Count} elements in line {dump.Line} of one log only")),
                    .. UnmatchedDumps.Count > ListedLines ? [string.Create(CultureInfo.InvariantCulture, $"{UnmatchedDumps.Count - ListedLines} more layer dumps")] : Array.Empty<string>(),
                ],
                problems) { IsExact = Outputs.All(static output => output.IsExact) && Dumps.All(static pair => pair.IsEqual) };
        }
    }

    /// <summary>Compares a run with a reference run.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">The run that is judged.</param>
    /// <param name="step">One quantization step of the output, where a network tells it; null to take it from the values of the reference.</param>
    /// <param name="network">The network that the device ran, which names its calls; null where it is not known.</param>
    /// <exception cref="UserInputException">The outputs have different sizes, or the logs hold nothing to compare.</exception>
    public static LogPairComparison Compare(DeviceLogFile expected, DeviceLogFile actual, OutputStep? step, Network? network = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (!HasContent(expected) || !HasContent(actual))
        {
            throw new UserInputException($"'{(HasContent(expected) ? actual : expected).Path}' holds nothing to compare: no output, no LAYER_DUMP line and no PERF_LOG line");
        }

        if (expected.Outputs.Count != actual.Outputs.Count && expected.Outputs.Count > 0 && actual.Outputs.Count > 0)
        {
            throw new UserInputException($"the logs do not print as many outputs: {expected.Outputs.Count} in '{expected.Path}', {actual.Outputs.Count} in '{actual.Path}'");
        }

        OutputComparison[] outputs = [.. expected.Outputs.Zip(actual.Outputs, (reference, printed) => reference.Elements.Count == printed.Elements.Count && reference.Elements.Count > 0
            ? OutputComparison.Between(
                reference.Elements,
                printed.Elements,
                (expected.Outputs.Count == 1 ? step : null) ?? OutputStep.Of(reference),
                index => reference.ToleranceOf(reference.Elements[index]) + printed.ToleranceOf(printed.Elements[index]))
            : throw new UserInputException(
                $"the logs do not print outputs of one size: {reference.Elements.Count} elements in '{expected.Path}', {printed.Elements.Count} in '{actual.Path}'"))];
        (IReadOnlyList<LayerDumpPair> pairs, IReadOnlyList<LayerDumpLine> unmatched) = LayerDumpPair.Match(expected.Dumps, actual.Dumps);
        return new LogPairComparison { Expected = expected, Actual = actual, Outputs = outputs, Dumps = pairs, UnmatchedDumps = unmatched, CallNames = NamesOf(actual, network) };
    }

    private static Dictionary<int, string> NamesOf(DeviceLogFile log, Network? network)
    {
        var names = new Dictionary<int, string>();
        if (network is not null)
        {
            var calls = new CallMatcher(network, static call => call.Output.Shape.ElementCount);
            foreach (LayerDumpLine dump in log.Dumps)
            {
                if (calls.Next(dump.Operator, dump.Count) is { } call)
                {
                    names[dump.Line] = call.Name;
                }
            }
        }

        return names;
    }

    /// <summary>The call of a dump: by its name in the network, else by its number among the dumps of its operator.</summary>
    private string NameOf(LayerDumpPair pair)
    {
        int number = Actual.Dumps.Count(dump => dump.Line <= pair.Actual.Line && DeviceOperator.KindOf(dump.Operator) == DeviceOperator.KindOf(pair.Actual.Operator));
        return CallNames.GetValueOrDefault(pair.Actual.Line) ?? string.Create(CultureInfo.InvariantCulture, $"{pair.Actual.Operator} number {number} of the log");
    }

    /// <summary>The report for people.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (OutputComparison output in Outputs)
        {
            text.Append(output.Describe(Expected.Path, Actual.Path));
        }

        if (Dumps.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"layer dumps : {Dumps.Count(static pair => pair.Problem is null)} of {Dumps.Count} within the guidance\n");
            foreach (LayerDumpPair pair in Dumps.Where(static pair => pair.Problem is not null))
            {
                text.Append(CultureInfo.InvariantCulture, $"  line {pair.Actual.Line}: {pair.Actual.Operator}: {pair.Problem}\n");
            }

            if (FirstDifference is { } different)
            {
                text.Append(CultureInfo.InvariantCulture, $"first differing call: {NameOf(different)}, line {different.Actual.Line}{(FirstProblem is { } far && far != different ? $"; first beyond the guidance: {NameOf(far)}, line {far.Actual.Line}" : "")}\n");
            }
        }

        return text.Append(SpeedupReport.Describe(Expected, Actual)).Append(Verdict.Describe()).ToString();
    }

    private static bool HasContent(DeviceLogFile log) => log.Output is { Elements.Count: > 0 } || log.Dumps.Count > 0 || log.Performance.Count > 0;
}
