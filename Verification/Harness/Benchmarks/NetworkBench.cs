using System.Diagnostics;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Quantization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Verification.Benchmarks;

/// <summary>One inference of a network: the simulated DSP on one thread, and ONNX Runtime's int8 graph on one thread, in turn.</summary>
public sealed record NetworkBench
{
    /// <summary>The size whose stored calibration serves every other size: times do not depend on ranges.</summary>
    private const int CalibratedExtent = 64;

    /// <summary>Name and image size.</summary>
    public required string Name { get; init; }

    /// <summary>Products of the network.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Building, calibrating and quantizing the network.</summary>
    public required TimeSpan SetUp { get; init; }

    /// <summary>The simulated DSP without observers.</summary>
    public required Samples Plain { get; init; }

    /// <summary>The simulated DSP with the hazard rules and the timing model, as a conformance run has them: the programs were judged and priced before.</summary>
    public required Samples Checked { get; init; }

    /// <summary>Judging all programs by the hazard rules, which a network takes once for a bank setting.</summary>
    public required TimeSpan RulesOnce { get; init; }

    /// <summary>Writing and pricing all programs, which a network takes once for a bank setting.</summary>
    public required TimeSpan TimingOnce { get; init; }

    /// <summary>ONNX Runtime's int8 network.</summary>
    public required Samples OnnxRuntime { get; init; }

    /// <summary>Host memory that one checked inference allocates.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Simulated system memory: activations that live together, and the weights of all layers.</summary>
    public required int SystemBytes { get; init; }

    /// <summary>Host time of the programs of one checked inference, by kernel: the least of each.</summary>
    public required IReadOnlyList<KernelTime> KernelTimes { get; init; }

    /// <summary>Builds and measures a built-in network.</summary>
    /// <param name="network">Its name.</param>
    /// <param name="imageExtent">Height and width of the image.</param>
    /// <param name="bank">The banks of the DSP.</param>
    /// <param name="duration">Time for the measurement.</param>
    /// <param name="cancellation">Stops between runs.</param>
    public static NetworkBench Measure(string network, int imageExtent, BankSetting bank, TimeSpan duration, CancellationToken cancellation)
    {
        long begin = Stopwatch.GetTimestamp();
        Network quantized = Build(network, imageExtent);
        TimeSpan setUp = Stopwatch.GetElapsedTime(begin);
        Tensor image = new SeededImages(SeededImages.DefaultSeed).CreateBatch(0, 1, imageExtent, imageExtent);
        var programs = new CheckedPrograms();
        var setting = new ProgramSetting(bank, ProgramLibrary.Corrected, ConvolutionPlans.Published, ParameterDerivation.L1Norm);
        using var run = new DspNetworkRun(setting.Prepare()) { KeepsWeights = true };
        using var onnxRuntime = new OnnxRuntimeInt8Network(quantized, allValues: false, threadCount: 1);
        DspNetworkResult result = Simulate();
        begin = Stopwatch.GetTimestamp();
        programs.HazardsOf(setting, run, quantized, new ArithmeticRecorder(), stopped: false);
        TimeSpan rulesOnce = Stopwatch.GetElapsedTime(begin);
        begin = Stopwatch.GetTimestamp();
        var priced = new CallSetting(CaseMatrix.ConfigurationFor(bank), MachineMode.Release) { Programs = setting.Library, UsesBanks = !bank.CacheOnly };
        foreach (OperatorCall call in quantized.Calls)
        {
            CyclePredictor.Predict(call, priced, bank.Coefficients);
        }

        TimeSpan timingOnce = Stopwatch.GetElapsedTime(begin);
        var clocks = new List<ProgramClock>();
        IReadOnlyList<Samples> samples = Turns.Measure(
            duration,
            cancellation,
            () => Simulate(),
            () => Check(),
            () => onnxRuntime.Run(image),
            () =>
            {
                clocks.Add(new ProgramClock());
                Check(clocks[^1]);
            });
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        Check();
        long allocatedBytes = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        return new NetworkBench
        {
            Name = $"{network} {imageExtent}x{imageExtent}",
            MultiplyAccumulates = quantized.Calls.Sum(static call => call.MultiplyAccumulates),
            SetUp = setUp,
            Plain = samples[0],
            Checked = samples[1],
            RulesOnce = rulesOnce,
            TimingOnce = timingOnce,
            OnnxRuntime = samples[2],
            AllocatedBytes = allocatedBytes,
            SystemBytes = result.SystemBytes,
            KernelTimes = KernelTime.LeastOf(clocks, quantized, result.Executions),
        };

        void Check(params MachineObserver[] observers)
        {
            var arithmetic = new ArithmeticRecorder();
            Simulate([arithmetic, .. observers]);
            programs.HazardsOf(setting, run, quantized, arithmetic, stopped: false);
        }

        DspNetworkResult Simulate(params MachineObserver[] observers) =>
            run.Run(quantized, image, static _ => false, LandingPolicies.Create(LandingKind.AtWait, 0), observers);
    }

    private static Network Build(string network, int imageExtent)
    {
        var options = new CalibrationOptions();
        var key = new CalibrationKey(network, ResNetBuilder.DefaultSeed, CalibratedExtent, CalibratedExtent, options);
        FloatNetwork built = BuiltInNetworks.Build(network, SeededImages.Shape(1, imageExtent, imageExtent));
        Calibration calibration = CalibrationStore.Find(key) ?? CalibrationStore.FindOrCalibrate(built, ResNetBuilder.DefaultSeed, options);
        return NetworkQuantizer.Quantize(built, calibration);
    }
}
