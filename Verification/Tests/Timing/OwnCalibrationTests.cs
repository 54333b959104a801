using MathNet.Numerics.Distributions;
using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.DeviceLog;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.OwnCalibration;
using TileProof.Verification.TimingCalibration;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Timing;

/// <summary>Costs fitted to a user's own logs: logs that the model made with other costs give these costs back.</summary>
public sealed class OwnCalibrationTests : IDisposable
{
    private const MachineMode Mode = MachineMode.MemoryModel;
    private static readonly Lazy<Network> ResNet18 = new(static () => NetworkSource.Load("resnet18", new VerifyOptions()).Network);

    private readonly TemporaryFolder folder = new();

    /// <summary>Another machine than the published one: one bank smaller than the other, shallow rings, smaller cache lines.</summary>
    private DescribedMachine Machine
    {
        get
        {
            File.WriteAllText(folder["bare.json"], "{ \"name\": \"mine\", \"banks\": [32768, 24576], \"dma\": { \"ringDepth\": 3 }, \"cache\": { \"lineBytes\": 64 } }");
            return MachineFile.Read(folder["bare.json"]);
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Fit_LogsOfOtherCosts_GivesThemBackAndKeepsWhatTheyDoNotTell()
    {
        OwnCalibrationOptions options = Options("16384x12288", "32768x24576");
        OwnFit first = Fit(options, Machine.CoefficientsFrom(CostCoefficients.Calibrated));
        CostCoefficients truth = Changed(first, first.Published);
        OwnFit fit = Fit(options, truth);

        Assert.True(fit.Fit.Parameters.Count >= 18, $"{fit.Fit.Parameters.Count} coefficients");
        Assert.Contains(fit.Fit.Parameters, static parameter => parameter.Core == CoreTerm.PrologueWeight);
        Assert.Contains(fit.Fit.Parameters, static parameter => parameter.Memory == MemoryTerm.DmaByte);
        Assert.Contains(nameof(CoreTerm.WidePointwiseIteration), fit.Unseen);
        string wrong = "";
        int close = 0;
        foreach (Parameter parameter in fit.Fit.Parameters)
        {
            double expected = parameter.ValueIn(truth);
            double found = parameter.ValueIn(fit.Fit.Coefficients);
            double tolerance = Math.Max(0.02 * expected, fit.Uncertainty.HalfWidthOf(parameter.ValueIn));
            wrong += Math.Abs(found - expected) <= tolerance ? "" : $"{parameter.Name}: {found}, made with {expected}, published {parameter.ValueIn(fit.Published)}, tolerance {tolerance}\n";
            close += Math.Abs(found - expected) <= 0.02 * expected ? 1 : 0;
        }

        Assert.Equal("", wrong);
        Assert.True(close >= 0.8 * fit.Fit.Parameters.Count, $"{close} of {fit.Fit.Parameters.Count} within 2 %");

        string[] kept = [.. fit.Unseen, .. fit.Untold];
        Assert.All(
            Enum.GetValues<CoreTerm>().Where(term => kept.Contains(term.ToString())),
            term => Assert.Equal(fit.Published[term], fit.Fit.Coefficients[term]));
        Assert.All(Enum.GetValues<MemoryTerm>(), term => Assert.Equal(fit.Published[MachineMode.Release, term], fit.Fit.Coefficients[MachineMode.Release, term]));
        Assert.All(fit.Fit.Stage.Observations, call => Assert.InRange(fit.Fit.RelativeError(call), -0.001, 0.001));
    }

    [Fact]
    public void Fit_NoisyLogs_IntervalsHoldAndNarrowWithTheNoise()
    {
        OwnCalibrationOptions options = Options("16384x12288", "32768x24576");
        OwnFit first = Fit(options, Machine.CoefficientsFrom(CostCoefficients.Calibrated));
        CostCoefficients truth = Changed(first, first.Published);
        int held = 0;
        int coefficients = 0;
        int heldCalls = 0;
        int calls = 0;
        const int seeds = 16; // an error of one log is in many coefficients: six logs say little
        for (ulong seed = 1; seed <= seeds; seed++)
        {
            OwnFit fit = Fit(options, truth, noise: 0.01, seed);
            foreach (Parameter parameter in fit.Fit.Parameters)
            {
                coefficients++;
                held += Math.Abs(parameter.ValueIn(fit.Fit.Coefficients) - parameter.ValueIn(truth)) <= fit.Uncertainty.HalfWidthOf(parameter.ValueIn) ? 1 : 0;
            }

            foreach (CycleObservation call in fit.Fit.Stage.Observations.DistinctBy(static o => o.StructureKey))
            {
                EventTimeline timeline = ObservationModel.Play(call, fit.Fit.Coefficients, countTerms: true);
                var errorBar = new CycleErrorBar(fit.Uncertainty, Mode);
                errorBar.Add(call.Kind, call.UsesDma, call.LayerKey, timeline);
                calls++;
                heldCalls += Math.Abs(timeline.NowCycles - ObservationModel.Predict(call, truth)) <= errorBar.HalfWidthCycles ? 1 : 0;
            }
        }

        Assert.InRange((double)held / coefficients, 0.90, 0.995);
        Assert.InRange((double)heldCalls / calls, 0.9, 1);

        OwnFit noisy = Fit(options, truth, noise: 0.01, seed: 1);
        OwnFit quiet = Fit(options, truth, noise: 0.001, seed: 1);
        Assert.InRange(quiet.Uncertainty.HalfWidthOf(WeightCost) / noisy.Uncertainty.HalfWidthOf(WeightCost), 0.02, 0.3);

        static double WeightCost(CostCoefficients costs) => costs[CoreTerm.PrologueWeight];
    }

    [Fact]
    public void Calibrate_Logs_WritesASetThatTheMachineFileRefersTo()
    {
        OwnCalibrationOptions options = Options("16384x12288", "32768x24576");
        OwnFit first = Fit(options, Machine.CoefficientsFrom(CostCoefficients.Calibrated));
        CostCoefficients truth = Changed(first, first.Published);
        WriteLogs(options, truth);
        (int exitCode, string output, string error) = Invoke(
            ["calibrate", "--logs", .. options.Logs, "--machine", folder["bare.json"], "--banks", "16384x12288,32768x24576", "--mode", "memory-model", "--out", folder["lab.json"]]);
        Assert.Equal(("", ExitCode.Proven), (error, exitCode));
        Assert.Contains("not determined, in no call: ", output, StringComparison.Ordinal);
        Assert.Contains("\"costs\": \"lab.json\"", output, StringComparison.Ordinal);

        File.WriteAllText(folder["mine.json"], File.ReadAllText(folder["bare.json"]).Replace("{ \"name\"", "{ \"costs\": \"lab.json\", \"name\"", StringComparison.Ordinal));
        DescribedMachine machine = MachineFile.Read(folder["mine.json"]);
        Assert.Equal(machine, MachineFile.Read(folder["mine.json"]));
        Assert.NotEqual(machine, Machine);
        Assert.Equal(["extrapolated", "extrapolated", "calibrated by lab", "extrapolated"], Enum.GetValues<MachineMode>().Select(machine.CycleBasisIn));
        CostCoefficients costs = machine.CoefficientsFrom(CostCoefficients.Calibrated);
        OwnFit fit = OwnCalibrationRun.Fit(MeasuredCalls.Read(options, static _ => ResNet18.Value), options);
        Assert.All(fit.Fit.Parameters, parameter => Assert.Equal(parameter.ValueIn(fit.Fit.Coefficients), parameter.ValueIn(costs), 1e-4 * parameter.ValueIn(costs)));
        Assert.NotEqual(fit.Published[CoreTerm.PrologueWeight], costs[CoreTerm.PrologueWeight], 2);
        Assert.Equal((64, machine.Configuration.VectorBytes), (costs.Cache!.LineBytes, costs.VectorBytes));
        Assert.Same(machine.OwnCosts!.Uncertainty, machine.UncertaintyFrom(CycleUncertainty.Calibrated));

        // Of a machine that is changed afterwards the change counts, and its cycles are extrapolated.
        DescribedMachine slower = MachineFile.Change(machine, "dma.latencyCycles=777");
        Assert.Equal(777, slower.CoefficientsFrom(CostCoefficients.Calibrated)[Mode, MemoryTerm.DmaLatency]);
        Assert.Equal("extrapolated", slower.CycleBasisIn(Mode));
        Assert.Equal("calibrated by lab", MachineFile.Change(machine, "banks=[16384,16384]").CycleBasisIn(Mode));

        (exitCode, output, _) = Invoke("whatif", "--networks", "resnet18", "--machine", folder["mine.json"], "--mode", "memory-model");
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Contains("(calibrated by lab)", output, StringComparison.Ordinal);
        (_, output, _) = Invoke("whatif", "--networks", "resnet18", "--machine", folder["mine.json"], "--mode", "release");
        Assert.Contains("(extrapolated)", output, StringComparison.Ordinal);

        (exitCode, _, _) = Invoke("verify", "--networks", "resnet18", "--layers", "conv1", "--proof", "off", "--machine", folder["mine.json"], "--banks", "16k", "--out", folder["reports"]);
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Contains("in mode memory-model are calibrated by lab; in other modes they are extrapolated.", File.ReadAllText(folder["reports", "report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_LogsThatTellTooLittle_IsOneLineAndWritesNothing()
    {
        OwnCalibrationOptions options = Options("16384x12288", "32768x24576");
        WriteLogs(options, Machine.CoefficientsFrom(CostCoefficients.Calibrated));
        string log = options.Logs[0];
        string[] lines = File.ReadAllLines(log);
        string[] convolutions = [.. lines.Where(static line => line.Contains(" conv2d ", StringComparison.Ordinal))];
        File.WriteAllLines(folder["few.log"], lines.Take(6));
        File.WriteAllLines(folder["relu.log"], lines.Except(convolutions));
        File.WriteAllLines(folder["unknown.log"], [.. lines, "PERF_LOG : conv2d : 77 : elements : 12 : cycles : 1"]);
        File.WriteAllLines(folder["prints.log"], lines.SelectMany(static line => new[] { "n_tile_size=4", line }));
        File.WriteAllText(folder["empty.log"], "nothing\n");
        File.WriteAllLines(folder["zero.log"], lines.Select(static (line, index) => index == 3 ? "PERF_LOG : conv2d : 12288 : elements : 0 : cycles : 1" : line));

        Refused("different calls without prints", "--logs", folder["few.log"]);
        Refused("12 and 3 are needed at least: add logs of other layers", "--logs", folder["relu.log"]);
        Refused($"line {lines.Length + 1}: conv2d of 77 elements is no call of resnet18", "--logs", folder["unknown.log"]);
        Refused("the logs have 0 different calls without prints", "--logs", folder["prints.log"]);
        Refused("has no PERF_LOG line", "--logs", folder["empty.log"]);
        Refused("cannot be read", "--logs", folder["missing.log"]);
        Refused("--banks names 3 settings for 2 logs", "--logs", log, log, "--banks", "8k,16k,32k");
        Refused("--networks names 2 networks for 1 logs", "--logs", log, "--networks", "resnet18,resnet50");
        Refused("machine mode", "--logs", log, "--mode", "fast");
        // The place is told before the logs are read.
        string missing = folder["missing/set.json"];
        (int noPlace, string nothing, string place) = Invoke("calibrate", "--logs", folder["missing.log"], "--out", missing);
        Assert.Equal((ExitCode.BadInput, ""), (noPlace, nothing));
        Assert.Contains("the folder does not exist", Assert.Single(place.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Refused("machine mode", "--logs", log, "--mode", "release,turbo");
        Refused("--published has no effect with --logs", "--logs", log, "--published", folder.FullPath);
        Refused("--mode has no effect without --logs", "--mode", "release");
        (int exitCode, _, string error) = Invoke("calibrate", "--logs", log);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("--out FILE.json", error, StringComparison.Ordinal);

        void Refused(string expected, params string[] args)
        {
            (int code, string output, string message) = Invoke(["calibrate", .. args, "--out", folder["set.json"]]);
            Assert.Equal(ExitCode.BadInput, code);
            Assert.Empty(output);
            Assert.Contains(expected, Assert.Single(message.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
            Assert.False(File.Exists(folder["set.json"]));
        }
    }

    [Theory]
    [InlineData("no json", "is not JSON")]
    [InlineData("{}", "is no set of costs")]
    [InlineData("{ \"name\": \"x\", \"mode\": \"fast\", \"machine\": {}, \"coefficients\": { \"core\": {}, \"memory\": {} }, \"uncertainty\": { \"spreads\": {}, \"replicates\": {} } }", "machine mode")]
    [InlineData("{ \"name\": \"\", \"mode\": \"release\", \"machine\": {}, \"coefficients\": { \"core\": {}, \"memory\": {} }, \"uncertainty\": { \"spreads\": {}, \"replicates\": {} } }", "'name' is empty")]
    [InlineData("{ \"name\": \"x\", \"mode\": \"release\", \"machine\": {}, \"coefficients\": { \"core\": { \"Pack\": { \"cycles\": -1 } }, \"memory\": {} }, \"uncertainty\": {} }", "is no set of costs")]
    public void Read_NoSet_NamesTheFile(string text, string expected)
    {
        File.WriteAllText(folder["set.json"], text);
        File.WriteAllText(folder["machine.json"], "{ \"costs\": \"set.json\" }");
        FixtureException exception = Assert.Throws<FixtureException>(() => MachineFile.Read(folder["machine.json"]));
        Assert.Contains("set.json", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    // First, middle and last term, of the core and of memory: what an older or newer build wrote is not taken for 0.
    [Theory]
    [InlineData("\"ConvolutionCall\"", "\"SubsampledElement\"", "'SubsampledElement'")]
    [InlineData("\"QuantizeVector\"", "\"17\"", "'17'")]
    [InlineData("\"LinearOutput\"", "\"Linear\"", "'Linear'")]
    [InlineData("\"DmaLatency\"", "\"DmaLatencies\"", "'DmaLatencies'")]
    [InlineData("\"InputLine\"", "\"InvalidateLine\"", "has no Turbo.InputLine")]
    [InlineData("\"MeanVector\"", "\"LinearOutput\"", "has no MeanVector")]
    [InlineData("\"Turbo\"", "\"4\"", "'4'")]
    public void Verify_SetOfTermsOfAnotherBuild_IsOneLine(string written, string instead, string expected)
    {
        string coefficients = CostCoefficients.Calibrated.ToJson("x");
        Assert.Contains(written, coefficients, StringComparison.Ordinal);
        File.WriteAllText(
            folder["set.json"],
            $"{{ \"name\": \"x\", \"mode\": \"release\", \"machine\": {{}}, \"coefficients\": {coefficients.Replace(written, instead, StringComparison.Ordinal)}, \"uncertainty\": {{ \"spreads\": {{}}, \"replicates\": {{}} }} }}");
        RefusedBy("plan", expected);
    }

    [Fact]
    public void Commands_SetThatIsMissingOrMalformed_AreOneLine()
    {
        foreach (string command in new[] { "plan", "tune", "trace", "verify", "whatif" })
        {
            File.Delete(folder["set.json"]);
            RefusedBy(command, "cannot be read");
            File.WriteAllText(folder["set.json"], "{ \"name\": 1 }");
            RefusedBy(command, "is no set of costs");
        }

        string written = CycleUncertainty.Calibrated.ToJson("x").Replace("\"Pack\"", "\"Packs\"", StringComparison.Ordinal);
        File.WriteAllText(
            folder["set.json"],
            $"{{ \"name\": \"x\", \"mode\": \"release\", \"machine\": {{}}, \"coefficients\": {CostCoefficients.Calibrated.ToJson("x")}, \"uncertainty\": {written} }}");
        RefusedBy("plan", "'Packs'");
    }

    // Its costs still count, and no report calls them calibrated.
    [Theory]
    [InlineData("{ \"costs\": \"set.json\" }", "calibrated by x")]
    [InlineData("{ \"costs\": \"set.json\", \"banks\": [4096, 8192] }", "calibrated by x")]
    [InlineData("{ \"costs\": \"set.json\", \"dma\": { \"ringDepth\": 3 } }", "extrapolated")]
    [InlineData("{ \"costs\": \"set.json\", \"cache\": { \"lineBytes\": 64 } }", "extrapolated")]
    [InlineData("{ \"costs\": \"set.json\", \"dma\": { \"latencyCycles\": 5 } }", "extrapolated")]
    public void Read_SetOfAnotherMachine_IsExtrapolated(string machine, string expected)
    {
        File.WriteAllText(
            folder["set.json"],
            CostSet.Write("x", MachineMode.Release, DescribedMachine.Published, "test", [], CostCoefficients.Calibrated, CycleUncertainty.Calibrated));
        File.WriteAllText(folder["machine.json"], machine);
        Assert.Equal(expected, MachineFile.Read(folder["machine.json"]).CycleBasisIn(MachineMode.Release));
    }

    private void RefusedBy(string command, string expected)
    {
        File.WriteAllText(folder["machine.json"], "{ \"costs\": \"set.json\" }");
        (int code, string output, string message) = Invoke(command, "--machine", folder["machine.json"], "--networks", "resnet18");
        Assert.Equal((ExitCode.BadInput, ""), (code, output));
        Assert.Contains(expected, Assert.Single(message.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>Every coefficient that the logs tell, a quarter less to a half more.</summary>
    private static CostCoefficients Changed(OwnFit fit, CostCoefficients costs)
    {
        double[] factors = [1.5, 0.75, 1.2, 0.9, 1.35];
        foreach ((int index, Parameter parameter) in fit.Fit.Parameters.Index())
        {
            costs = parameter.Apply(costs, Math.Max(parameter.ValueIn(costs), 0.01) * factors[index % factors.Length]);
        }

        return costs;
    }

    private OwnCalibrationOptions Options(params string[] banks) => new()
    {
        Logs = [.. banks.Select(bank => folder[$"{bank}.log"])], Machine = Machine, Banks = [.. banks.Select(bank => BankSetting.Parse(bank, Machine))], Mode = Mode,
    };

    private static OwnFit Fit(OwnCalibrationOptions options, CostCoefficients truth, double noise = 0, ulong seed = 0)
    {
        WriteLogs(options, truth, noise, seed);
        return OwnCalibrationRun.Fit(MeasuredCalls.Read(options, static _ => ResNet18.Value), options);
    }

    private static void WriteLogs(OwnCalibrationOptions options, CostCoefficients truth, double noise = 0, ulong seed = 0)
    {
        CounterRandom random = CounterRandom.FromSeed(seed);
        for (int log = 0; log < options.Logs.Count; log++)
        {
            BankSetting bank = options.Banks[log];
            int offset = log * ResNet18.Value.Calls.Count;
            File.WriteAllText(options.Logs[log], string.Concat(ResNet18.Value.Calls.Select(call => SampleLog.CyclesOf(call, CyclesOf(call, bank, truth, noise == 0 ? 1 : 1 + (noise * Normal.InvCDF(0, 1, random.Uniform(offset + call.Index))))))));
        }
    }

    private static long CyclesOf(OperatorCall call, BankSetting bank, CostCoefficients costs, double factor) =>
        (long)Math.Round(factor * CyclePredictor.Predict(call, new CallSetting(bank.Configuration, Mode), costs)!.Timeline.NowCycles);

    private static (int ExitCode, string Output, string Error) Invoke(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = output, Error = error, Progress = new PlainProgress(error) };
        return (CommandLineApplication.Invoke(CommandLineApplication.CreateRoot(context), args, context), output.ToString(), error.ToString());
    }
}
