using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;
using TileProof.Golden.Scalar;
using TileProof.Kernels;
using TileProof.Kernels.Host;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Accuracy;
using TileProof.Verification.Files;

namespace TileProof.Tests.Accuracy;

/// <summary>Every figure of the accuracy report against the plainest way to compute it, and the rows by the names of their columns.</summary>
public sealed class AccuracyStatisticsTests
{
    // As many elements as fill vectors and leave a rest of every length; the sums are those of a plain loop.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(1550)]
    [InlineData(1551)]
    public void ToFigures_RandomValues_AreThoseOfAPlainLoop(int count)
    {
        const double step = 0.25;
        var random = new Random(count);
        float[] reference = [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 8) - 3)];
        float[] values = [.. reference.Select(value => value + ((random.NextSingle() - 0.4f) * 1.2f))];
        double[] levels = [.. reference.Zip(values, static (expected, actual) => Math.Abs((double)actual - expected) / step)];
        double Energy(Func<int, double> of) => Enumerable.Range(0, count).Sum(of);
        double signal = Energy(index => (double)reference[index] * reference[index]);
        double noise = Energy(index => Math.Pow((double)values[index] - reference[index], 2));
        double cross = Energy(index => (double)reference[index] * values[index]);
        double value = Energy(index => (double)values[index] * values[index]);

        AccuracyFigures figures = FiguresOf(reference, values, step);

        Assert.Equal(count, figures.Elements);
        Assert.Equal(10 * Math.Log10(signal / noise), figures.SignalToNoiseDecibels, 9);
        Assert.Equal(cross / Math.Sqrt(signal * value), figures.CosineSimilarity, 12);
        Assert.Equal(levels.Max(), figures.LargestLevels);
        Assert.Equal(levels.Average(), figures.MeanLevels, 12);
        Assert.Equal((double)levels.Count(static level => level < 0.5) / count, figures.EqualShare);
        Assert.Equal((double)levels.Count(static level => level is >= 0.5 and < 1.5) / count, figures.OneLevelShare);
        Assert.Equal((double)levels.Count(static level => level is >= 1.5 and < 2.5) / count, figures.TwoLevelShare);
        Assert.Equal((double)levels.Count(static level => level >= 2.5) / count, figures.MoreShare);
    }

    // In vectors and in the rest alike; the limits are those of the published comparison.
    [Theory]
    [InlineData(0.49999997f, 0)]
    [InlineData(0.5f, 1)]
    [InlineData(1.4999999f, 1)]
    [InlineData(1.5f, 2)]
    [InlineData(2.4999998f, 2)]
    [InlineData(2.5f, 3)]
    public void Add_OneDifferenceAnywhere_IsCountedInItsClass(float difference, int expected)
    {
        for (int at = 0; at < 7; at++)
        {
            foreach (float sign in new[] { 1f, -1f })
            {
                float[] values = new float[7];
                values[at] = sign * difference;
                AccuracyFigures figures = FiguresOf(new float[7], values, 1);
                double[] shares = [figures.EqualShare, figures.OneLevelShare, figures.TwoLevelShare, figures.MoreShare];
                Assert.Equal((expected == 0 ? 7 : 1) / 7.0, shares[expected], 12);
                Assert.Equal((double)difference, figures.LargestLevels);
                Assert.Equal(difference / 7.0, figures.MeanLevels, 12);
            }
        }
    }

    [Fact]
    public void Add_NaNAnywhere_IsNeverEqual()
    {
        for (int at = 0; at < 7; at++)
        {
            float[] values = new float[7];
            values[at] = float.NaN;
            AccuracyFigures figures = FiguresOf(new float[7], values, 1);
            Assert.Equal((6 / 7.0, 1 / 7.0), (figures.EqualShare, figures.MoreShare));
            Assert.True(double.IsNaN(figures.SignalToNoiseDecibels) && double.IsNaN(figures.MeanLevels) && double.IsNaN(figures.LargestLevels) && double.IsNaN(figures.CosineSimilarity));
        }
    }

    [Fact]
    public void Cosine_OfNoLength_IsOneOnlyBetweenEqualTensors()
    {
        Assert.Equal(1, FiguresOf([0, 0], [0, 0], 1).CosineSimilarity);
        Assert.Equal(0, FiguresOf([0, 0], [1, 0], 1).CosineSimilarity);
        Assert.Equal(0, FiguresOf([0, 1], [0, 0], 1).CosineSimilarity);
        Assert.Equal(0, FiguresOf([1, 0], [0, 1], 1).CosineSimilarity);
        Assert.Equal(0.6, FiguresOf([3, 4], [1, 0], 1).CosineSimilarity, 12);
        Assert.Equal(double.NegativeInfinity, FiguresOf([0, 0], [1, 0], 1).SignalToNoiseDecibels);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public void Add_StepOrLengthsThatAreNone_AreRefused(double step)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FiguresOf([1], [1], step));
        Assert.Throws<ArgumentException>(static () => FiguresOf([1, 2], [1], 1));
    }

    // Equal logits count in class order, so a tie can go to another class.
    [Fact]
    public void ClassAgreement_EachImageOfABatch_Counts()
    {
        var agreement = new ClassAgreement();
        agreement.Add(
            Logits([1, 2, 3, 4, 5, 6, 7], [7, 6, 5, 4, 3, 2, 1], [5, 5, 1, 1, 0, 0, 0]),
            Logits([1, 2, 3, 4, 5, 6, 8], [6, 7, 5, 4, 3, 2, 1], [5, 5, 0, 0, 1, 1, 1]));
        Assert.Equal(2 / 3.0, agreement.Top1, 12);
        Assert.Equal((5 + 5 + 3) / 15.0, agreement.Top5, 12);
        agreement.Add(Logits([0, 1, 0, 0, 0, 0, 0]), Logits([0, 0, 0, 0, 0, 0, 1]));
        Assert.Equal(2 / 4.0, agreement.Top1, 12);
        Assert.Equal((5 + 5 + 3 + 4) / 20.0, agreement.Top5, 12);
        var few = new ClassAgreement();
        few.Add(Logits([1, 2, 3]), Logits([3, 2, 1]));
        Assert.Equal((0.0, 1.0), (few.Top1, few.Top5));

        static Tensor Logits(params float[][] images) =>
            Tensor.FromFloat32(TensorShape.FromMatrix(images.Length, images[0].Length), [.. images.SelectMany(static image => image)]);
    }

    // Each call against its own float value, in its own levels; the network's row is that of its last call.
    [Fact]
    public void Rows_OfAVariant_EveryColumnByItsName()
    {
        QuantizedModel model = Model();
        var totals = new VariantTotals(AccuracyVariant.DspL1Norm, model);
        Dictionary<string, Tensor> floats = FloatValues(model);
        Dictionary<string, Tensor> exact = Run(model, floats["input"]);
        Dictionary<string, Tensor> shifted = new(exact, StringComparer.Ordinal)
        {
            ["relu"] = Shift(exact["relu"], [2, 0, 1, 0, 0, -1]), ["relu.float32"] = Tensor.FromFloat32(exact["relu.float32"].Shape, [0, 1, 2, 3, 4, 5]),
        };
        Dictionary<string, Tensor> onnx = new(exact, StringComparer.Ordinal) { ["relu.float32"] = Tensor.FromFloat32(exact["relu.float32"].Shape, [9, 1, 2, 3, 4, 5]) };
        totals.Add(floats, shifted, onnx, exact);

        using var text = new StringWriter();
        CsvReport.Write(text, totals.ToRows(3, [.. model.Quantized.Calls.Select(static call => 10.5 + call.Index)]));
        Dictionary<string, string>[] rows = CsvRows.Parse(text.ToString());

        Assert.Equal(
            ["network", "variant", "call_index", "call", "operator", "config_key", "images", "elements", "sqnr_decibels", "own_sqnr_decibels", "largest_levels", "mean_levels", "equal_share", "one_level_share", "two_level_share", "more_share", "cosine_similarity", "top1_with_float", "top5_with_float", "top1_with_onnx_int8", "equal_to_generic"],
            rows[0].Keys);
        Assert.Equal([.. model.Quantized.Calls.Select(static call => call.Name), "(network)"], rows.Select(static row => row["call"]));
        Assert.Equal(["0", "1", "2", "3", "-1"], rows.Select(static row => row["call_index"]));
        Assert.Equal(["max-pool2d", "quantize-per-tensor", "quantized-relu", "dequantize-per-tensor", ""], rows.Select(static row => row["operator"]));
        Assert.Equal(["10.5", "11.5", "12.5", "13.5", ""], rows.Select(static row => row["own_sqnr_decibels"]));
        Assert.All(rows, static row => Assert.Equal(("tail", "dsp-l1-norm", "3", "6"), (row["network"], row["variant"], row["images"], row["elements"])));
        Assert.Equal((model.Quantized.Calls[0].LayerKey, ""), (rows[0]["config_key"], rows[4]["config_key"]));
        Dictionary<string, string> relu = rows[2];
        Assert.Equal(("0.5", "0.3333", "0.1667", "0"), (relu["equal_share"], relu["one_level_share"], relu["two_level_share"], relu["more_share"]));
        Assert.NotEqual(relu["largest_levels"], relu["mean_levels"]);
        Dictionary<string, string> network = rows[4];
        Assert.Equal(rows[3]["sqnr_decibels"], network["sqnr_decibels"]);
        Assert.Equal(("1", "1", "0"), (network["top1_with_float"], network["top5_with_float"], network["top1_with_onnx_int8"]));
        Assert.Equal("0.75", network["equal_to_generic"]);
        Assert.All(rows.SkipLast(1), static row => Assert.Equal(("", "", ""), (row["top1_with_float"], row["top1_with_onnx_int8"], row["equal_to_generic"])));
    }

    [Fact]
    public void OwnNoise_EveryCall_OnTheFloatNetworksOwnValues()
    {
        QuantizedModel model = Model();
        Dictionary<string, Tensor> floats = FloatValues(model);
        using var engine = new DataParallelEngine(new HostExecutor(threadCount: 1));
        double[] own = OwnNoise.Measure(model, floats, engine);
        QuantizationParameters pooled = model.Quantized.Calls[1].Output.RequiredQuantization;
        float[] rounded = [.. floats["pool"].Float32.ToArray().Select(value => pooled.Scale * (float)Math.Round(value / (double)pooled.Scale))];
        Assert.Equal(double.PositiveInfinity, own[0]);
        Assert.Equal(FiguresOf(floats["pool"].Float32.ToArray(), rounded, 1).SignalToNoiseDecibels, own[1], 3);
        var relu = (QuantizedReluCall)model.Quantized.Calls[2];
        Tensor levels = Tensor.FromInt8(relu.Input.Shape, [.. floats["pool"].Float32.ToArray().Select(value => (sbyte)(Math.Round(value / (double)pooled.Scale) + pooled.ZeroPoint))]);
        QuantizationParameters rectified = relu.Output.RequiredQuantization;
        float[] actual = [.. new ScalarOracle().Run(relu, levels).Int8.ToArray().Select(level => rectified.Scale * (level - rectified.ZeroPoint))];
        Assert.Equal(FiguresOf(floats["relu"].Float32.ToArray(), actual, 1).SignalToNoiseDecibels, own[2], 9);
        Assert.Equal(4, own.Length);
    }

    [Fact]
    public void Describe_Networks_TableAndCostliestCalls()
    {
        AccuracyRow row = new()
        {
            Network = "net", Variant = "dsp", CallIndex = 3, Call = "conv", Operator = "conv2d", ConfigKey = "k", Images = 8, Elements = 1551, SqnrDecibels = 31.25, OwnSqnrDecibels = 40.5,
            LargestLevels = 4.5, MeanLevels = 0.75, EqualShare = 0.5, OneLevelShare = 0.25, TwoLevelShare = 0.125, MoreShare = 0.125, CosineSimilarity = 0.99,
        };
        AccuracyRow whole = row with
        {
            Call = AccuracyRow.WholeNetwork, OwnSqnrDecibels = null, Top1WithFloat = 0.875, Top5WithFloat = 0.75, Top1WithOnnxInt8 = 0.625, EqualToGeneric = 0.8123,
        };
        AccuracyRow[] rows = [row, row with { Call = "best", OwnSqnrDecibels = 60 }, row with { Call = "worst", OwnSqnrDecibels = 12.25 }, row with { Call = "second", OwnSqnrDecibels = 20 }, whole];
        Assert.Equal(
            """
            ## Accuracy against the float network

            | network | variant | images | SQNR dB | mean levels | max levels | top-1 | top-5 | top-1 with ORT int8 | int8 outputs equal to generic |
            |---|---|---:|---:|---:|---:|---:|---:|---:|---:|
            | net | dsp | 8 | 31.25 | 0.750 | 4.50 | 87.5 % | 75.0 % | 62.5 % | 81.23 % |

            * net: by itself, on the float network's own values, worst (12.2 dB), then second (20.0 dB), then conv (40.5 dB) costs the most accuracy


            """,
            NetworkAccuracy.Describe([new NetworkAccuracy("net", 8, rows)]));
    }

    private static AccuracyFigures FiguresOf(float[] reference, float[] values, double step)
    {
        var totals = new AccuracyTotals();
        totals.Add(reference, values, step);
        return totals.ToFigures();
    }

    /// <summary>A max pooling of 2 channels of 6x3 to 3x1, quantized, and a ReLU.</summary>
    private static QuantizedModel Model()
    {
        var builder = new FloatNetworkBuilder("tail", TensorShape.FromNchw(1, 2, 6, 3));
        builder.Relu("relu", builder.MaxPool2d("pool", FloatNetworkBuilder.InputName, kernel: 2, stride: 2, padding: 0));
        FloatNetwork network = builder.Build();
        var calibration = new Calibration(
            new Dictionary<string, ValueRange> { ["input"] = ValueRange.Between(-4, 4), ["pool"] = ValueRange.Between(-4, 4), ["relu"] = ValueRange.Between(0, 3) }, "test");
        return new QuantizedModel(network, calibration, NetworkQuantizer.Quantize(network, calibration));
    }

    private static Dictionary<string, Tensor> FloatValues(QuantizedModel model)
    {
        Tensor image = SampleNetwork.Images(model.Quantized.Input.Shape);
        Tensor pooled = new ScalarOracle().Run(model.Quantized.Calls[0], [image], ParameterDerivation.L1Norm);

        // The classes of the last call rise, so that its best one is the last.
        return new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            ["input"] = image,
            ["pool"] = pooled,
            ["relu"] = Tensor.FromFloat32(pooled.Shape, [0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f]),
        };
    }

    private static Dictionary<string, Tensor> Run(QuantizedModel model, Tensor image)
    {
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [model.Quantized.Input.Name] = image };
        foreach (OperatorCall call in model.Quantized.Calls)
        {
            values[call.Output.Name] = new ScalarOracle().Run(call, [.. call.Inputs.Select(input => values[input.Name])], ParameterDerivation.L1Norm);
        }

        // The levels of the float values of the last call, so that nothing differs but what a test changes.
        QuantizationParameters quantization = model.Quantized.Calls[2].Output.RequiredQuantization;
        values["relu"] = Tensor.FromInt8(values["relu"].Shape, [.. FloatValues(model)["relu"].Float32.ToArray().Select(value => (sbyte)(Math.Round(value / quantization.Scale) + quantization.ZeroPoint))]);
        return values;
    }

    private static Tensor Shift(Tensor levels, sbyte[] offsets) =>
        Tensor.FromInt8(levels.Shape, [.. levels.Int8.ToArray().Zip(offsets, static (level, offset) => (sbyte)(level + offset))]);
}
