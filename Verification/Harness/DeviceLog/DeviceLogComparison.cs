using System.Globalization;
using System.Text;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.DeviceLog;

/// <summary>A device log compared with the golden run of a network: output, layer dumps and cycles.</summary>
public sealed record DeviceLogComparison
{
    private const int ListedLines = 3;

    /// <summary>The log.</summary>
    public required DeviceLogFile Log { get; init; }

    /// <summary>The name of the golden run.</summary>
    public required string GoldenName { get; init; }

    /// <summary>The outputs with their names, in the order of the network's; none when the log prints none.</summary>
    public IReadOnlyList<(string Name, OutputComparison Comparison)> Outputs { get; init; } = [];

    /// <summary>The only output, or the last of several; null when the log prints none.</summary>
    public OutputComparison? Output => Outputs.Count == 0 ? null : Outputs[^1].Comparison;

    /// <summary>Which image the device was given, as far as the log prints it; null when it does not.</summary>
    public InputMatch? Input { get; init; }

    /// <summary>The layer dumps in the order of the log.</summary>
    public IReadOnlyList<LayerDumpCheck> Dumps { get; init; } = [];

    /// <summary>The measured calls.</summary>
    public IReadOnlyList<MeasuredCall> Cycles { get; init; } = [];

    /// <summary>The first call in the order of the log whose layer dump differs; null for none.</summary>
    public LayerDumpCheck? FirstDifference => Dumps.FirstOrDefault(static check => check is { CallName: not null, Problem: not null });

    /// <summary>Whether values were compared, all of them agree, and every line stands for a call.</summary>
    public LogVerdict Verdict
    {
        get
        {
            int compared = Dumps.Count(static check => check.CallName is not null);
            int agreed = Dumps.Count(static check => check.Problem is null);
            int timed = Cycles.Count(static entry => entry.Call is not null);
            List<string> problems =
            [
                .. Input?.Problem is { } other ? [other] : Array.Empty<string>(),
                .. Outputs.SelectMany(output => output.Comparison.Problems.Select(problem => Outputs.Count == 1 ? problem : $"{output.Name}: {problem}")),
            ];
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
                problems.Add($"{Counted.Of(unmatched.Length, "lines")} {(unmatched.Length == 1 ? "stands" : "stand")} for no call of {GoldenName}");
            }

            return new LogVerdict(
                [
                    .. Outputs.Select(output => Outputs.Count == 1 ? output.Comparison.Summary : $"{output.Name}: {output.Comparison.Summary}"),
                    .. compared == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"{compared} layer dumps, {agreed} of them agree")],
                    .. timed == 0 ? Array.Empty<string>() : [$"cycles of {Counted.Of(timed, "calls")}, with no verdict on them"],
                ],
                [
                    .. Output is null ? ["the output, which the log does not print"] : Array.Empty<string>(),
                    .. Dumps.Count == 0 ? ["layers, of which the log dumps none"] : Array.Empty<string>(),
                    .. unmatched.Take(ListedLines),
                    .. unmatched.Length > ListedLines ? [string.Create(CultureInfo.InvariantCulture, $"{unmatched.Length - ListedLines} more lines")] : Array.Empty<string>(),
                ],
                problems) { IsExact = Outputs.All(static output => output.Comparison.IsExact) };

            static string LineOf(string kind, int line, string name, long count) =>
                string.Create(CultureInfo.InvariantCulture, $"line {line}, {kind} of {name} with {count} elements");
        }
    }

    /// <summary>Compares a log with golden values.</summary>
    /// <param name="log">The log.</param>
    /// <param name="network">The network that the device ran.</param>
    /// <param name="golden">The output of every call, in call order, for the input that the device was given.</param>
    /// <param name="predictedCycles">The predicted cycles of a call with the plan that the log prints, or null for the published one; null where there is no prediction.</param>
    /// <param name="input">Which image the golden was made of; null where the log does not print its input.</param>
    /// <exception cref="FixtureException">The log holds nothing to compare, or an output has another size.</exception>
    public static DeviceLogComparison Compare(
        DeviceLogFile log, Network network, IReadOnlyList<Tensor> golden, Func<OperatorCall, Conv2dTilePlan?, long?> predictedCycles, InputMatch? input = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(golden);
        ArgumentNullException.ThrowIfNull(predictedCycles);
        log.RequireContent();
        var dumpCalls = new CallMatcher(network, static call => call.Output.Shape.ElementCount);
        var cycleCalls = new CallMatcher(network, MeasuredCall.CountOf);
        return new DeviceLogComparison
        {
            Log = log,
            GoldenName = network.Name,
            Input = input,
            Outputs = CompareOutputs(log, network, golden),
            Dumps = [.. log.Dumps.Select(dump => dumpCalls.Next(dump.Operator, dump.Count) is { } call
                ? LayerDumpCheck.Of(dump, call, golden[call.Index])
                : new LayerDumpCheck(dump, null, "no call of this operator and size is left"))],
            Cycles = [.. log.Performance.Select(line => MeasuredCall.Of(line, cycleCalls.Next(line.Operator, line.Count, line.Prints?.LayerKey), predictedCycles))],
        };
    }

    /// <summary>The report for people.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        foreach ((string name, OutputComparison comparison) in Outputs)
        {
            text.Append(comparison.Describe($"golden of {GoldenName}{(Outputs.Count == 1 ? "" : $", {name}")}", Log.Path));
        }

        if (Input is { Problem: null } input)
        {
            Line($"input       : image {input.Index}, by the {input.ElementCount} elements that the log prints");
        }

        if (Dumps.Count > 0)
        {
            Line($"layer dumps : {Dumps.Count(static check => check.Problem is null)} of {Dumps.Count} agree");
            foreach (LayerDumpCheck check in Dumps.Where(static check => check.Problem is not null))
            {
                Line($"  line {check.Dump.Line}: {check.Dump.Operator} {check.CallName}: {check.Problem}");
            }

            if (FirstDifference is { } first)
            {
                Line($"first differing call: {first.CallName}, line {first.Dump.Line}");
            }
        }

        text.Append(MeasuredCall.Describe(Cycles));
        return text.Append(Verdict.Describe()).ToString();
    }

    private static (string Name, OutputComparison Comparison)[] CompareOutputs(DeviceLogFile log, Network network, IReadOnlyList<Tensor> golden)
    {
        if (log.Outputs.Count <= 1)
        {
            return log.Output is { } only ? [(network.Output.Name, CompareOutput(log.Path, only, network, network.Output, golden[^1]))] : [];
        }

        return log.Outputs.Count == network.Outputs.Count
            ? [.. log.Outputs.Zip(network.Outputs, (printed, output) => (output.Name, CompareOutput(log.Path, printed, network, output, golden[network.Calls.Single(call => call.Output == output).Index])))]
            : throw new FixtureException(log.Path, "output tensor", string.Create(CultureInfo.InvariantCulture, $"prints {log.Outputs.Count} outputs, {network.Name} has {network.Outputs.Count}"));
    }

    private static OutputComparison CompareOutput(string path, PrintedTensor printed, Network network, TensorInfo output, Tensor golden)
    {
        float[] expected = golden.ElementType == ElementType.Float32 ? golden.Float32.ToArray() : [.. golden.Int8.ToArray().Select(static level => (float)level)];
        return printed.Elements.Count == expected.Length
            ? OutputComparison.Between(expected, printed.Elements, OutputStep.Of(network, output, golden), index => printed.ToleranceOf(expected[index]))
            : throw new FixtureException(path, "output tensor", $"has {printed.Elements.Count} elements, {network.Name} gives {expected.Length}");
    }
}
