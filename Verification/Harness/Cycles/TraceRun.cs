using System.Globalization;
using System.Text.Json.Nodes;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;
using TileProof.Verification.Device;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Cycles;

/// <summary><c>tileproof trace</c>: runs one call of a network on the simulated machine and writes what happened when.</summary>
public static class TraceRun
{
    /// <summary>Runs the command.</summary>
    /// <param name="options">What to show.</param>
    /// <param name="output">Receives one line about the trace.</param>
    /// <returns>An exit code of <see cref="ExitCode"/>; hazards are shown, not judged.</returns>
    /// <exception cref="UserInputException">The layer does not exist or uses no DMA, or the file cannot be written.</exception>
    public static int Execute(TraceOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        if (options.Bank.CacheOnly)
        {
            throw new UserInputException("a trace shows DMA and local banks; '--banks cache' has neither");
        }

        if (options.OutputFile is { } target)
        {
            AtomicFile.RequirePlace(target);
        }

        NetworkSource source = NetworkSource.Load(options.Network, new VerifyOptions { InputData = options.InputData, AllowFallback = options.AllowFallback });
        if (options.Layer is null)
        {
            return options.ProgramsFile is null
                ? NetworkTrace.Execute(options, source, output)
                : throw new UserInputException("a trace of your own programs shows one call; name it with --layers");
        }

        OperatorCall call = Select(source.Network, options.Layer);
        if (options.ProgramsFile is not null)
        {
            return DeviceTrace.Execute(options, source, call, () => InputsOf(source, call), output);
        }

        DspConfiguration configuration = CaseMatrix.ConfigurationFor(options.Bank, options.Programs);
        var programs = new PreparedPrograms(configuration, ParameterDerivation.L1Norm, library: options.Programs);
        CallTrace trace = TraceOf(programs, call, options);
        try
        {
            SimulatedCall.Run(programs, call, InputsOf(source, call), new LandAtWait(), null, trace.Reader, trace.Observers);
        }
        catch (NotSupportedException exception)
        {
            throw NothingToTrace(options, exception);
        }
        catch (HardwareFaultException fault)
        {
            trace.MarkFault(fault);
        }

        string mode = ChoiceList.NameOf(options.Mode);
        string title = $"{source.Network.Name} {call.Name} ({call.LayerKey}), banks {options.Bank}, {mode}, {options.Programs.Name} programs";
        string file = FileOf(options, source, call);
        AtomicFile.Write(file, stream => ChromeTrace.Write(stream, title, trace.Timeline, trace.Occupancy, trace.Instants));
        if (options.PrintsJson)
        {
            JsonTable.Write(output, JsonOf(options, source, call, file, trace.Timeline, trace.Instants, options.Programs.Name));
            return ExitCode.Proven;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{title}: {CycleCount.FromModelled(trace.Timeline.NowCycles)} cycles{options.Bank.Machine.CycleRemarkIn(options.Mode)}, {Counted.Of(trace.Timeline.TransferCount, "transfers")}, {Counted.Of(trace.Instants.Count, "kinds of hazard")}"));
        output.WriteLine($"wrote {file}; open it in ui.perfetto.dev (1 us is 1 cycle)");
        return ExitCode.Proven;
    }

    /// <summary>The call that a text names (see <see cref="CallSelection"/>); of several with one layer key the first counts.</summary>
    /// <exception cref="UserInputException">No call is named so, or several layers are.</exception>
    public static OperatorCall Select(Network network, string layer)
    {
        ArgumentNullException.ThrowIfNull(network);
        OperatorCall[] named = CallSelection.Select(network.Calls, [layer]);
        return named.All(call => call.LayerKey == named[0].LayerKey)
            ? named[0]
            : throw new UserInputException($"'{layer}' names {named.Length} layers of {network.Name}, such as {named[0].Name} and {named[^1].Name}; name one");
    }

    /// <summary>The file to write; for a whole network where there is no call.</summary>
    internal static string FileOf(TraceOptions options, NetworkSource source, OperatorCall? call) =>
        options.OutputFile ?? ReportFolder.Open(options.OutputFolder).PathOf($"trace-{Plain(source.Network.Name)}-{(call is null ? "" : $"{call.Index}-")}{options.Bank}.json");

    /// <summary>What a trace of a call holds, for machines.</summary>
    internal static JsonObject JsonOf(
        TraceOptions options, NetworkSource source, OperatorCall call, string file, EventTimeline timeline, IEnumerable<TraceInstant> instants, string programs) => new()
    {
        ["file"] = file,
        ["network"] = source.Network.Name,
        ["call"] = call.Name,
        ["layer_key"] = call.LayerKey,
        ["banks"] = options.Bank.Label,
        ["mode"] = ChoiceList.NameOf(options.Mode),
        ["programs"] = programs,
        ["basis"] = options.Bank.Machine.CycleBasisIn(options.Mode),
        ["cycles"] = CycleCount.FromModelled(timeline.NowCycles).Cycles,
        ["transfers"] = timeline.TransferCount,
        ["hazards"] = JsonTable.Of(instants.Select(static instant => new { Rule = instant.Name, instant.AtCycles, instant.Detail })),
    };

    private static CallTrace TraceOf(PreparedPrograms programs, OperatorCall call, TraceOptions options)
    {
        try
        {
            return new CallTrace(programs, call, options.Bank, options.Mode);
        }
        catch (Exception exception) when (exception is NotSupportedException or HardwareFaultException)
        {
            throw NothingToTrace(options, exception);
        }
    }

    private static UserInputException NothingToTrace(TraceOptions options, Exception cause) =>
        new($"nothing to trace with banks {options.Bank}: {cause.Message}", cause);

    /// <summary>A model file may name its network anything.</summary>
    private static string Plain(string name) => string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));

    /// <summary>The values that the call reads when the network runs on its first image.</summary>
    private static Tensor[] InputsOf(NetworkSource source, OperatorCall call)
    {
        Network network = source.Network;
        var values = network.InputValues(source.FirstImage).ToDictionary(static pair => pair.Key.Name, static pair => pair.Value, StringComparer.Ordinal);
        if (call.Index > 0)
        {
            var before = new Network(network.Name, network.Input, [.. network.Calls.Take(call.Index)], otherInputs: network.OtherInputs);
            DspConfiguration configuration = CaseMatrix.ConfigurationFor(BankSetting.Parse("61k"));
            foreach ((string name, Tensor value) in new DspNetworkRun(new PreparedPrograms(configuration, ParameterDerivation.L1Norm))
                .Run(before, source.FirstImage, call.Inputs.Contains, new LandAtIssue()).Values)
            {
                values[name] = value;
            }
        }

        return [.. call.Inputs.Select(input => values[input.Name])];
    }
}
