using System.Globalization;
using System.Text;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>A device log compared with the golden run of a network: output, layer dumps and cycles.</summary>
public sealed record DeviceLogComparison
{
    /// <summary>The log.</summary>
    public required DeviceLogFile Log { get; init; }

    /// <summary>The name of the golden run.</summary>
    public required string GoldenName { get; init; }

    /// <summary>The output; null when the log prints none.</summary>
    public OutputComparison? Output { get; init; }

    /// <summary>The layer dumps in the order of the log.</summary>
    public IReadOnlyList<LayerDumpCheck> Dumps { get; init; } = [];

    /// <summary>The measured calls with the call they stand for, where there is one.</summary>
    public IReadOnlyList<(PerformanceLine Line, OperatorCall? Call)> Cycles { get; init; } = [];

    /// <summary>Whether every dump agrees and the output is within the published guidance.</summary>
    public bool IsProven => Dumps.All(static check => check.Problem is null) && Output is null or { IsAcceptable: true };

    /// <summary>Compares a log with golden values.</summary>
    /// <param name="log">The log.</param>
    /// <param name="network">The network that the device ran.</param>
    /// <param name="golden">The output of every call, in call order, for the input that the device was given.</param>
    /// <exception cref="FixtureException">The log holds nothing to compare, or its output has another size.</exception>
    public static DeviceLogComparison Compare(DeviceLogFile log, Network network, IReadOnlyList<Tensor> golden)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(golden);
        if (log.Output is null && log.Dumps.Count == 0 && log.Performance.Count == 0)
        {
            throw new FixtureException(log.Path, null, "has no PERF_LOG line, no LAYER_DUMP line and no output tensor");
        }

        OutputComparison? output = null;
        if (log.Output is { } printed)
        {
            float[] expected = network.Output.ElementType == ElementType.Float32
                ? golden[^1].Float32.ToArray()
                : [.. golden[^1].Int8.ToArray().Select(static level => (float)level)];
            output = printed.Count == expected.Length
                ? OutputComparison.Between(expected, printed)
                : throw new FixtureException(log.Path, "output tensor", $"has {printed.Count} elements, {network.Name} gives {expected.Length}");
        }

        var dumpCalls = new CallMatcher(network, static call => call.Output.Shape.ElementCount);
        var cycleCalls = new CallMatcher(network, static call => call is Conv2dCall ? call.Input.Shape.ElementCount : call.Output.Shape.ElementCount);
        return new DeviceLogComparison
        {
            Log = log,
            GoldenName = network.Name,
            Output = output,
            Dumps = [.. log.Dumps.Select(dump => dumpCalls.Next(dump.Operator, dump.Count) is { } call
                ? LayerDumpCheck.Of(dump, call.Name, golden[call.Index])
                : new LayerDumpCheck(dump, null, "no call of this operator and size is left"))],
            Cycles = [.. log.Performance.Select(line => (line, cycleCalls.Next(line.Operator, line.Count)))],
        };
    }

    /// <summary>The report for people.</summary>
    /// <param name="predictedCycles">The predicted cycles of a call; null where there is no prediction.</param>
    public string Describe(Func<OperatorCall, long?> predictedCycles)
    {
        ArgumentNullException.ThrowIfNull(predictedCycles);
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
            foreach ((PerformanceLine line, OperatorCall? call) in Cycles)
            {
                long? predicted = call is null ? null : predictedCycles(call);
                Line($"{call?.Name ?? line.Operator,-32}{line.Cycles,14}{(predicted is { } cycles ? cycles.ToString(CultureInfo.InvariantCulture) : "-"),14}{(predicted is > 0 ? (double)line.Cycles / predicted.Value : double.NaN),8:F2}");
            }

            Line($"conv2d      : {Cycles.Where(static entry => entry.Call is Conv2dCall).Sum(static entry => entry.Line.Cycles)} cycles in {Cycles.Count(static entry => entry.Call is Conv2dCall)} calls");
        }

        return text.ToString();
    }
}
