using System.Globalization;
using System.Text;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.DeviceLog;

/// <summary>A device log compared with the golden run of a network: output, layer dumps and cycles.</summary>
public sealed record DeviceLogComparison
{
    private const int ListedLines = 3;

    /// <summary>Calls that took this many times the predicted cycles are named.</summary>
    private const double NotableRatio = 1.25;

    /// <summary>The log.</summary>
    public required DeviceLogFile Log { get; init; }

    /// <summary>The name of the golden run.</summary>
    public required string GoldenName { get; init; }

    /// <summary>The output; null when the log prints none.</summary>
    public OutputComparison? Output { get; init; }

    /// <summary>The layer dumps in the order of the log.</summary>
    public IReadOnlyList<LayerDumpCheck> Dumps { get; init; } = [];

    /// <summary>The measured calls with the call they stand for, where there is one, and its predicted cycles, where there is a prediction.</summary>
    public IReadOnlyList<(PerformanceLine Line, OperatorCall? Call, long? PredictedCycles)> Cycles { get; init; } = [];

    /// <summary>Whether values were compared, all of them agree, and every line stands for a call.</summary>
    public LogVerdict Verdict
    {
        get
        {
            int compared = Dumps.Count(static check => check.CallName is not null);
            int agreed = Dumps.Count(static check => check.Problem is null);
            int timed = Cycles.Count(static entry => entry.Call is not null);
            List<string> problems = [.. Output?.Problems ?? []];
            if (Output is null && compared == 0)
            {
                problems.Insert(0, "no value was compared: no output tensor, and no LAYER_DUMP line of a call");
            }

            string[] unmatched =
            [
                .. Dumps.Where(static check => check.CallName is null).Select(check => LineOf("LAYER_DUMP", check.Dump.Line, check.Dump.Operator, check.Dump.Count)),
                .. Cycles.Where(static entry => entry.Call is null).Select(entry => LineOf("PERF_LOG", entry.Line.Line, entry.Line.Operator, entry.Line.Count)),
            ];
            if (agreed < compared)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{compared - agreed} of {compared} layer dumps differ"));
            }

            if (unmatched.Length > 0)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{unmatched.Length} lines stand for no call of {GoldenName}"));
            }

            return new LogVerdict(
                [
                    .. Output is null ? Array.Empty<string>() : [Output.Summary],
                    .. compared == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"{compared} layer dumps, {agreed} of them agree")],
                    .. timed == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"cycles of {timed} calls, with no verdict on them")],
                ],
                [
                    .. Output is null ? ["the output, which the log does not print"] : Array.Empty<string>(),
                    .. Dumps.Count == 0 ? ["layers, of which the log dumps none"] : Array.Empty<string>(),
                    .. unmatched.Take(ListedLines),
                    .. unmatched.Length > ListedLines ? [string.Create(CultureInfo.InvariantCulture, $"{unmatched.Length - ListedLines} more lines")] : Array.Empty<string>(),
                ],
                problems) { IsExact = Output is not { IsExact: false } };

            static string LineOf(string kind, int line, string name, long count) =>
                string.Create(CultureInfo.InvariantCulture, $"line {line}, {kind} of {name} with {count} elements");
        }
    }

    /// <summary>Compares a log with golden values.</summary>
    /// <param name="log">The log.</param>
    /// <param name="network">The network that the device ran.</param>
    /// <param name="golden">The output of every call, in call order, for the input that the device was given.</param>
    /// <param name="predictedCycles">The predicted cycles of a call; null where there is no prediction.</param>
    /// <exception cref="FixtureException">The log holds nothing to compare, or its output has another size.</exception>
    public static DeviceLogComparison Compare(DeviceLogFile log, Network network, IReadOnlyList<Tensor> golden, Func<OperatorCall, long?> predictedCycles)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(golden);
        ArgumentNullException.ThrowIfNull(predictedCycles);
        if (log.Output is null && log.Dumps.Count == 0 && log.Performance.Count == 0)
        {
            throw new FixtureException(log.Path, null, "has no PERF_LOG line, no LAYER_DUMP line and no output tensor");
        }

        var dumpCalls = new CallMatcher(network, static call => call.Output.Shape.ElementCount);
        var cycleCalls = new CallMatcher(network, static call => call is Conv2dCall ? call.Input.Shape.ElementCount : call.Output.Shape.ElementCount);
        return new DeviceLogComparison
        {
            Log = log,
            GoldenName = network.Name,
            Output = log.Output is { } printed ? CompareOutput(log.Path, printed, network, golden[^1]) : null,
            Dumps = [.. log.Dumps.Select(dump => dumpCalls.Next(dump.Operator, dump.Count) is { } call
                ? LayerDumpCheck.Of(dump, call, golden[call.Index])
                : new LayerDumpCheck(dump, null, "no call of this operator and size is left"))],
            Cycles = [.. log.Performance.Select(line => cycleCalls.Next(line.Operator, line.Count) is { } call
                ? (line, call, predictedCycles(call))
                : (line, default(OperatorCall), default(long?)))],
        };
    }

    /// <summary>The report for people.</summary>
    public string Describe()
    {
        var text = new StringBuilder(Output?.Describe($"golden of {GoldenName}", Log.Path));
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        if (Dumps.Count > 0)
        {
            Line($"layer dumps : {Dumps.Count(static check => check.Problem is null)} of {Dumps.Count} agree");
            foreach (LayerDumpCheck check in Dumps.Where(static check => check.Problem is not null))
            {
                Line($"  line {check.Dump.Line}: {check.Dump.Operator} {check.CallName}: {check.Problem}");
            }
        }

        if (Cycles.Count > 0)
        {
            Line($"{"call",-32}{"measured",14}{"predicted",14}{"ratio",8}");
            foreach ((PerformanceLine line, OperatorCall? call, long? predicted) in Cycles)
            {
                string prediction = predicted is { } cycles ? string.Create(CultureInfo.InvariantCulture, $"{cycles,14}{RatioOf(line, predicted),8:F2}") : $"{"-",14}{"-",8}";
                Line($"{call?.Name ?? line.Operator,-32}{line.Cycles,14}{prediction}");
            }

            Line($"conv2d      : {Cycles.Where(static entry => entry.Call is Conv2dCall).Sum(static entry => entry.Line.Cycles)} cycles in {Cycles.Count(static entry => entry.Call is Conv2dCall)} calls");
            (PerformanceLine Line, OperatorCall? Call, long? PredictedCycles)[] slow = [.. Cycles.Where(static entry => RatioOf(entry.Line, entry.PredictedCycles) > NotableRatio)];
            if (slow.Length > 0)
            {
                (PerformanceLine line, OperatorCall? call, long? predicted) = slow.MaxBy(static entry => RatioOf(entry.Line, entry.PredictedCycles));
                Line($"slower      : {slow.Length} calls took more than {NotableRatio} times the predicted cycles, {call!.Name} {RatioOf(line, predicted):F2} times: prints inside the timed region, or another --banks or --machine");
            }
        }

        return text.Append(Verdict.Describe()).ToString();
    }

    private static OutputComparison CompareOutput(string path, PrintedTensor printed, Network network, Tensor golden)
    {
        float[] expected = golden.ElementType == ElementType.Float32 ? golden.Float32.ToArray() : [.. golden.Int8.ToArray().Select(static level => (float)level)];
        return printed.Elements.Count == expected.Length
            ? OutputComparison.Between(expected, printed.Elements, OutputStep.Of(network, golden), index => printed.ToleranceOf(expected[index]))
            : throw new FixtureException(path, "output tensor", $"has {printed.Elements.Count} elements, {network.Name} gives {expected.Length}");
    }

    private static double RatioOf(PerformanceLine line, long? predictedCycles) => predictedCycles is > 0 ? (double)line.Cycles / predictedCycles.Value : double.NaN;
}
