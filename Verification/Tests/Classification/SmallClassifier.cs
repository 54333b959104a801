using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Verification.Classification;

namespace TileProof.Tests.Classification;

/// <summary>A float network of 9x7 images with a residual block, quantized; some value may have a range that is far too wide.</summary>
internal static class SmallClassifier
{
    public static readonly TensorShape Shape = SeededImages.Shape(1, 9, 7);

    /// <summary>Its layers in order.</summary>
    public static readonly string[] Layers = ["conv1", "block.conv1", "block.conv2", "block.relu", "fc"];

    /// <param name="spoilt">A node whose range becomes so wide that few levels are left; null for none.</param>
    /// <param name="perChannel">Whether weights have one scale an output channel.</param>
    public static Quantized Create(string? spoilt = null, bool perChannel = false)
    {
        FloatNetwork network = BuildFloat();
        var calibration = Calibrator.Calibrate(network, new CalibrationOptions());
        if (spoilt is not null)
        {
            var ranges = calibration.Ranges.ToDictionary(StringComparer.Ordinal);
            float wide = Math.Max(Math.Abs(ranges[spoilt].Minimum), ranges[spoilt].Maximum) * 100;
            ranges[spoilt] = ValueRange.Between(-wide, wide);
            calibration = new TileProof.Golden.Quantization.Calibration(ranges, calibration.Engine);
        }

        return new Quantized(network, NetworkQuantizer.Quantize(network, calibration, new QuantizationOptions { PerChannelWeights = perChannel }), "per-tensor", "min-max");
    }

    public static FloatNetwork BuildFloat()
    {
        var graph = new FloatNetworkBuilder("small", Shape);
        string value = graph.Relu("relu1", Conv(graph, "conv1", FloatNetworkBuilder.InputName, 3, 6, 3, 1));
        string branch = graph.Relu("block.relu1", Conv(graph, "block.conv1", value, 6, 6, 3, 1));
        branch = Conv(graph, "block.conv2", branch, 6, 6, 3, 1);
        value = graph.Relu("block.relu", graph.Add("block.add", branch, value));
        value = graph.Mean("avgpool", value);
        graph.Linear("fc", value, Numbers("fc", 6 * 7, 1.5f), Numbers("fc.bias", 7, 0.1f));
        return graph.Build();
    }

    public static Tensor Image(int index) => new SeededImages(3).Create(index, Shape.Height, Shape.Width);

    private static string Conv(FloatNetworkBuilder graph, string name, string input, int channels, int outChannels, int kernel, int padding)
    {
        var shape = Conv2dShape.Create(channels, Shape.Height, Shape.Width, outChannels, kernel, kernel, 1, padding);
        return graph.Conv2d(name, input, shape, Numbers(name, shape.WeightCount, 1.6f / MathF.Sqrt(shape.WeightsPerOutChannel)), Numbers($"{name}.bias", outChannels, 0.1f));
    }

    private static float[] Numbers(string name, int count, float largest)
    {
        CounterRandom random = CounterRandom.FromSeed(19).Stream(name);
        return [.. Enumerable.Range(0, count).Select(i => random.Uniform(i, -largest, largest))];
    }
}
