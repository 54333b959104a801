using TileProof.Golden.Generic;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Quantization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.Kernels;
using TileProof.Kernels.Host;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Accuracy;
using TileProof.Verification.Options;

namespace TileProof.Tests.Accuracy;

/// <summary>An accuracy run of a small network of 9x7 images, two at a time, against every variant run by itself.</summary>
public sealed class AccuracyRowsTests
{
    private const ulong ImageSeed = 7;
    private const int BatchSize = 2;

    internal static readonly NetworkSource Source = Create();

    // Three images are two whole batches; the second holds other images, and the own noise is that of the first alone.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void Run_EveryRow_IsThatOfItsVariantByItself(int images, int batches)
    {
        var progress = new RecordedProgress();

        NetworkAccuracy accuracy = AccuracyRun.Run(Source, images, progress, CancellationToken.None);

        Assert.Equal(("small", BatchSize * batches), (accuracy.Network, accuracy.ImageCount));
        Assert.Equal($"small: accuracy over {BatchSize * batches} images", Assert.Single(progress.Begun));
        Assert.Equal(batches, progress.Advanced);
        Assert.Equal(Expected(batches), accuracy.Rows);
    }

    [Fact]
    public void Run_NoImageOrNoFloatForm_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => AccuracyRun.Run(Source, 0, new RecordedProgress(), CancellationToken.None));
        Assert.Throws<ArgumentException>(static () => AccuracyRun.Run(Source with { Model = null }, 1, new RecordedProgress(), CancellationToken.None));
    }

    [Fact]
    public void Run_Stopped_EndsBetweenImages()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => AccuracyRun.Run(Source, 1, new RecordedProgress(), stopped.Token));
    }

    private static List<AccuracyRow> Expected(int batches)
    {
        QuantizedModel model = Source.Model!.Value;
        Network network = model.Quantized;
        var dsp = DspConfiguration.FromBankBytes(BankSetting.PublishedBytes, BankSetting.PublishedBytes);
        using var floats = new FloatGolden(model.Float, model.Float.ValueNames);
        using var onnx = new OnnxRuntimeInt8Network(network);
        using var own = new DataParallelEngine(new HostExecutor(threadCount: 1));
        (string Name, Func<Tensor, IReadOnlyDictionary<string, Tensor>> Run)[] variants =
        [
            ("onnxruntime-int8", onnx.Run),
            ("generic", image => Generic(network, image)),
            ("dsp-l1-norm", image => new DspNetworkRun(new PreparedPrograms(dsp, ParameterDerivation.L1Norm)).Run(network, image, static _ => true, new LandAtWait()).Values),
            ("dsp-worst-case", image => new DspNetworkRun(new PreparedPrograms(dsp, ParameterDerivation.WorstCase)).Run(network, image, static _ => true, new LandAtWait()).Values),
        ];
        double[] noise = OwnNoise.Measure(model, floats.Run(Source.ImageBatch(0)), own);
        var rows = new List<AccuracyRow>();
        foreach ((string name, Func<Tensor, IReadOnlyDictionary<string, Tensor>> run) in variants)
        {
            var totals = new VariantTotals(name, model);
            for (int batch = 0; batch < batches; batch++)
            {
                Tensor image = Source.ImageBatch(batch * BatchSize);
                totals.Add(floats.Run(image), run(image), onnx.Run(image), Generic(network, image));
            }

            rows.AddRange(totals.ToRows(BatchSize * batches, noise));
        }

        // ONNX Runtime and the generic operators agree; neither can stand for a derivation of the DSP, nor one of these for the other.
        Assert.Equal(3, rows.Where(static row => row.Call == "conv").Select(static row => row.SqnrDecibels).Distinct().Count());
        return rows;
    }

    private static Dictionary<string, Tensor> Generic(Network network, Tensor image)
    {
        var generic = new GenericEngine();
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [network.Input.Name] = image };
        foreach (OperatorCall call in network.Calls)
        {
            values[call.Output.Name] = generic.Run(call, [.. call.Inputs.Select(input => values[input.Name])], default);
        }

        return values;
    }

    /// <summary>A convolution of 64 to 5 channels of 3x3, in which the two derivations differ, a mean and a linear layer to 6 classes.</summary>
    private static NetworkSource Create()
    {
        var random = new Random(11);
        var shape = Conv2dShape.Create(64, 9, 7, 5, 3, 3, 2, 1);
        var builder = new FloatNetworkBuilder("small", TensorShape.FromNchw(BatchSize, 64, 9, 7));
        string convolved = builder.Relu("relu", builder.Conv2d("conv", FloatNetworkBuilder.InputName, shape, Values(random, shape.WeightCount), Values(random, 5)));
        builder.Linear("fc", builder.Mean("mean", convolved), Values(random, 30), Values(random, 6));
        FloatNetwork network = builder.Build();
        var ranges = new Dictionary<string, ValueRange>
        {
            ["input"] = ValueRange.Between(-2, 2), ["conv"] = ValueRange.Between(-50, 50), ["relu"] = ValueRange.Between(0, 50), ["mean"] = ValueRange.Between(0, 15), ["fc"] = ValueRange.Between(-20, 20),
        };
        var calibration = new Calibration(ranges, "test");
        var model = new QuantizedModel(network, calibration, NetworkQuantizer.Quantize(network, calibration));
        return new NetworkSource(model.Quantized, new Lazy<QuantizedModel>(model), ImageSeed);
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
}
