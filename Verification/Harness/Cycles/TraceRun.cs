using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;
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

        NetworkSource source = NetworkSource.Load(options.Network, new VerifyOptions());
        OperatorCall call = Select(source.Network, options.Layer);
        DspConfiguration configuration = CaseMatrix.ConfigurationFor(options.Bank, options.Programs);
        var programs = new PreparedPrograms(configuration, ParameterDerivation.L1Norm, library: options.Programs);
        ProgramPricer timing = PricerOf(call, programs, options);
        var occupancy = new BankOccupancyObserver(configuration.Banks.Count, () => timing.Timeline.NowCycles);
        var instants = new List<TraceInstant>();
        var hazards = new HazardMonitor(
            configuration,
            hazard => instants.Add(new TraceInstant(TimelineTrack.Core, hazard.Rule.Name, timing.Timeline.NowCycles, hazard.ToString())));
        try
        {
            SimulatedCall.Run(programs, call, InputsOf(source, call), new LandAtWait(), timing, hazards, occupancy);
        }
        catch (NotSupportedException exception)
        {
            throw NothingToTrace(options, exception);
        }
        catch (HardwareFaultException fault)
        {
            instants.Add(new TraceInstant(TimelineTrack.Core, "hardware fault", timing.Timeline.NowCycles, fault.Message));
        }

        string mode = ChoiceList.NameOf(options.Mode);
        string title = $"{source.Network.Name} {call.Name} ({call.LayerKey}), banks {options.Bank}, {mode}, {options.Programs.Name} programs";
        string file = options.OutputFile ?? ReportFolder.Open(options.OutputFolder).PathOf($"trace-{Plain(source.Network.Name)}-{call.Index}-{options.Bank}.json");
        AtomicFile.Write(file, stream => ChromeTrace.Write(stream, title, timing.Timeline, occupancy.Samples, instants));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{title}: {CycleCount.FromModelled(timing.Timeline.NowCycles)} cycles{options.Bank.Machine.CycleRemark}, {timing.Timeline.TransferCount} transfers, {instants.Count} kinds of hazard"));
        output.WriteLine($"wrote {file}; open it in ui.perfetto.dev (1 us is 1 cycle)");
        return ExitCode.Proven;
    }

    /// <summary>The call that a text names: an index, a call name, or a layer key, of which the first call counts.</summary>
    /// <exception cref="UserInputException">No call is named so.</exception>
    public static OperatorCall Select(Network network, string layer)
    {
        ArgumentNullException.ThrowIfNull(network);
        IReadOnlyList<OperatorCall> calls = network.Calls;
        if (int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < calls.Count)
        {
            return calls[index];
        }

        return calls.FirstOrDefault(call => call.Name == layer)
            ?? calls.FirstOrDefault(call => call.LayerKey == layer)
            ?? throw new UserInputException(
                $"unknown layer '{layer}'; {network.Name} has calls 0 to {calls.Count - 1}, names such as {calls[^1].Name}, and keys such as {calls[^1].LayerKey}");
    }

    private static ProgramPricer PricerOf(OperatorCall call, PreparedPrograms programs, TraceOptions options)
    {
        CallPlan plan;
        try
        {
            plan = programs.ProgramOf(call).Plan;
        }
        catch (Exception exception) when (exception is NotSupportedException or HardwareFaultException)
        {
            throw NothingToTrace(options, exception);
        }

        return plan.Path == OperatorPath.Dma
            ? new ProgramPricer(call.Kind, plan, new KernelCosts(options.Bank.Coefficients, options.Mode), programs.Machine.RingDepth, recordSpans: true)
            : throw new UserInputException($"nothing to trace with banks {options.Bank}: {call.Name}: it works on system memory; only programs that use DMA are traced");
    }

    private static UserInputException NothingToTrace(TraceOptions options, Exception cause) =>
        new($"nothing to trace with banks {options.Bank}: {cause.Message}", cause);

    /// <summary>A model file may name its network anything.</summary>
    private static string Plain(string name) => string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));

    /// <summary>The values that the call reads when the network runs on its first image.</summary>
    private static Tensor[] InputsOf(NetworkSource source, OperatorCall call)
    {
        Network network = source.Network;
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [network.Input.Name] = source.FirstImage };
        if (call.Index > 0)
        {
            var before = new Network(network.Name, network.Input, [.. network.Calls.Take(call.Index)]);
            DspConfiguration configuration = CaseMatrix.ConfigurationFor(BankSetting.Parse("61k"));
            foreach ((string name, Tensor value) in new DspNetworkRun(configuration, ParameterDerivation.L1Norm)
                .Run(before, source.FirstImage, call.Inputs.Contains, new LandAtIssue()).Values)
            {
                values[name] = value;
            }
        }

        return [.. call.Inputs.Select(input => values[input.Name])];
    }
}
