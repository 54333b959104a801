using System.Globalization;
using System.Text.Json.Nodes;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Cycles;

/// <summary>The timeline of a whole network: its calls one behind the other, as the driver starts them.</summary>
internal static class NetworkTrace
{
    /// <summary>Writes the trace and says what it holds.</summary>
    public static int Execute(TraceOptions options, NetworkSource source, TextWriter output)
    {
        DspConfiguration configuration = CaseMatrix.ConfigurationFor(options.Bank, options.Programs);
        var programs = new PreparedPrograms(configuration, ParameterDerivation.L1Norm, library: options.Programs);
        var parts = new List<TracePart>();
        int transfers = 0;
        double now = 0;
        foreach (OperatorCall call in source.Network.Calls)
        {
            TracePart part = PartOf(programs, call, options, now);
            parts.Add(part);
            now += part.LengthCycles;
            transfers += part.Timeline?.TransferCount ?? 0;
        }

        string mode = ChoiceList.NameOf(options.Mode);
        string title = $"{source.Network.Name}, banks {options.Bank}, {mode}, {options.Programs.Name} programs";
        string file = TraceRun.FileOf(options, source, null);
        int hazards = parts.Sum(static part => part.Instants.Count);
        int unpriced = parts.Count(static part => part.Timeline is null);
        AtomicFile.Write(file, stream => ChromeTrace.Write(stream, title, parts));
        if (options.PrintsJson)
        {
            JsonTable.Write(output, new JsonObject
            {
                ["file"] = file,
                ["network"] = source.Network.Name,
                ["banks"] = options.Bank.Label,
                ["mode"] = mode,
                ["programs"] = options.Programs.Name,
                ["basis"] = options.Bank.Machine.CycleBasisIn(options.Mode),
                ["cycles"] = CycleCount.FromModelled(now).Cycles,
                ["transfers"] = transfers,
                ["hazards"] = hazards,
                ["calls"] = JsonTable.Of(parts.Select(static part => new { Call = part.Name, part.StartCycles, part.LengthCycles, Transfers = part.Timeline?.TransferCount, Hazards = part.Instants.Count })),
            });
            return ExitCode.Proven;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{title}: {CycleCount.FromModelled(now)} cycles{options.Bank.Machine.CycleRemarkIn(options.Mode)} in {Counted.Of(parts.Count, "calls")}, {Counted.InThousands(transfers, "transfers")}, {Counted.Of(hazards, "kinds of hazard")}{(unpriced == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; without {unpriced} calls that the model has no price of"))}"));
        output.WriteLine($"wrote {file}; open it in ui.perfetto.dev (1 us is 1 cycle)");
        return ExitCode.Proven;
    }

    /// <summary>A call without DMA has its core's part alone.</summary>
    private static TracePart PartOf(PreparedPrograms programs, OperatorCall call, TraceOptions options, double now)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{call.Index} {call.Name}");
        try
        {
            var trace = CallTrace.Walk(programs, call, options.Bank, options.Mode);
            return new TracePart(name, now, trace.Timeline.NowCycles, trace.Timeline, trace.Occupancy, trace.Instants);
        }
        catch (Exception exception) when (exception is NotSupportedException or HardwareFaultException)
        {
            EventTimeline? timeline = CyclePredictor.Predict(
                call, new CallSetting(options.Bank.Configuration, options.Mode) { UsesBanks = true, Programs = options.Programs }, options.Bank.Coefficients, recordSpans: true)?.Timeline;
            return new TracePart(name, now, timeline?.NowCycles ?? 0, timeline, [], []);
        }
    }
}
