using BenchmarkDotNet.Attributes;
using TileProof.Golden.OnnxRuntime;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Benchmarks;

/// <summary>One inference on the simulated DSP, with and without hazard rules, beside ONNX Runtime's int8 graph; one thread each.</summary>
[MemoryDiagnoser]
public class SimulationBenchmarks : IDisposable
{
    private readonly DspConfiguration configuration = CaseMatrix.ConfigurationFor(BankSetting.Parse("61k"));
    private DspNetworkRun run = null!;
    private OnnxRuntimeInt8Network onnxRuntime = null!;
    private Network network = null!;
    private Tensor image = null!;

    [Params("resnet18", "resnet50")]
    public string Name { get; set; } = "";

    [Params(64, 224)]
    public int ImageExtent { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        NetworkSource source = NetworkSource.Load(Name, new VerifyOptions { InputHeight = ImageExtent, InputWidth = ImageExtent });
        network = source.Network;
        image = source.FirstImage;
        run = new DspNetworkRun(new PreparedPrograms(configuration, ParameterDerivation.L1Norm)) { KeepsWeights = true };
        onnxRuntime = new OnnxRuntimeInt8Network(network, allValues: false, threadCount: 1);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        onnxRuntime.Dispose();
        run.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public object OnnxRuntime() => onnxRuntime.Run(image);

    [Benchmark]
    public DspNetworkResult Simulated() => Simulate();

    [Benchmark]
    public DspNetworkResult SimulatedWithHazardRules() => Simulate(new ArithmeticRecorder());

    private DspNetworkResult Simulate(params MachineObserver[] observers) =>
        run.Run(network, image, static _ => false, new LandAtWait(), observers);
}
