using BenchmarkDotNet.Attributes;
using TileProof.Golden.OnnxRuntime;
using TileProof.Kernels.Devices;
using TileProof.Kernels.Executors;
using TileProof.Operators;

namespace TileProof.Benchmarks;

/// <summary>Every distinct int8 convolution of ResNet-50 at 64x64: ONNX Runtime, host threads, and the first usable device.</summary>
public class ConvolutionBenchmarks : IDisposable
{
    private IKernelExecutor executor = null!;
    private KernelConvolution kernel = null!;
    private OnnxRuntimeConvolution onnxRuntime = null!;

    public static IEnumerable<ConvolutionLayer> Layers => ConvolutionLayer.Of("resnet50", imageExtent: 64);

    public static IEnumerable<KernelDeviceKind> Devices => DeviceCatalog.List().Where(static entry => entry.IsUsable).Select(static entry => entry.Kind).Distinct();

    [ParamsSource(nameof(Layers))]
    public ConvolutionLayer Layer { get; set; } = null!;

    [ParamsSource(nameof(Devices))]
    public KernelDeviceKind Device { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        executor = DeviceCatalog.Open(DeviceChoices.Parse(Device.Label()));
        kernel = new KernelConvolution(executor, Layer);
        onnxRuntime = new OnnxRuntimeConvolution(Layer.Shape, 1, Layer.Weights, Layer.Requantization, Environment.ProcessorCount);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        kernel.Dispose();
        executor.Dispose();
        onnxRuntime.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public sbyte[] OnnxRuntime() => onnxRuntime.Run(Layer.Input.Int8);

    [Benchmark]
    public Tensor DataParallel() => kernel.Run();
}
