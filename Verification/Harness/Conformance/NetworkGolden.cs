using TileProof.Golden.Generic;
using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Comparison;
using TileProof.Verification.Options;

namespace TileProof.Verification.Conformance;

/// <summary>Runs a network through the golden engines, each call on the integer golden's own input, so that errors do not add up.</summary>
/// <remarks>
/// The scalar oracle computes every element of a call up to <see cref="CompleteOracleLimit"/> multiply-accumulates, and
/// <see cref="SampledElements"/> evenly spaced elements of a larger convolution. A convolution without a tiled kernel runs in the
/// generic kernel on the modelled system too, so that kernel is its golden.
/// </remarks>
public static class NetworkGolden
{
    /// <summary>Multiply-accumulates up to which the scalar oracle computes a whole convolution.</summary>
    public const long CompleteOracleLimit = 20_000_000;

    /// <summary>Elements that the scalar oracle computes of a larger convolution.</summary>
    public const int SampledElements = 4096;

    /// <summary>Units in the last place by which ONNX Runtime's softmax, which uses another exponential and another order of the sum, may differ.</summary>
    public const int SoftmaxToleranceUlp = 8;

    /// <summary>The golden of convolutions that no tiled kernel computes.</summary>
    public static string GenericName => Generic.Name;

    private static readonly ScalarOracle Oracle = new();
    private static readonly GenericEngine Generic = new();

    /// <summary>Computes the golden of every call.</summary>
    /// <param name="network">The quantized network.</param>
    /// <param name="image">float32, the shape of the network's input.</param>
    /// <param name="engines">The engines.</param>
    /// <param name="options">How convolutions derive their requantization, and the tolerance of softmax.</param>
    /// <param name="cancellation">Stops between calls.</param>
    public static IReadOnlyList<GoldenCall> Compute(
        Network network, Tensor image, GoldenEngines engines, VerifyOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(engines);
        ArgumentNullException.ThrowIfNull(options);
        var values = new Dictionary<TensorInfo, Tensor> { [network.Input] = image };
        var goldens = new GoldenCall[network.Calls.Count];
        foreach (OperatorCall call in network.Calls)
        {
            cancellation.ThrowIfCancellationRequested();
            GoldenCall golden = ComputeReference(network.Name, call, [.. call.Inputs.Select(input => values[input])], engines, options);
            values[call.Output] = golden.Expected;
            goldens[call.Index] = golden;
        }

        engines.OnnxRuntime.ReleaseGraphs();
        Workers.ForEach(
            goldens.Length,
            index => network.Calls[index].MultiplyAccumulates,
            index => goldens[index] = AddScalarEngines(goldens[index], options.Derivation),
            cancellation,
            options.ThreadCount);
        return goldens;
    }

    private static GoldenCall ComputeReference(string network, OperatorCall call, Tensor[] inputs, GoldenEngines engines, VerifyOptions options)
    {
        if (call is Conv2dCall untiled && !options.Programs.Tiles(untiled.Shape))
        {
            Tensor generic = Generic.Run(call, inputs, options.Derivation);
            Tensor dataParallelGeneric = engines.DataParallel.Conv2dGeneric(untiled, inputs[0]);
            return new GoldenCall
            {
                Network = network,
                Call = call,
                Reference = Generic.Name,
                Inputs = inputs,
                Expected = generic,
                Agreements = [GoldenAgreement.BitForBit(engines.DataParallel.Name, generic, dataParallelGeneric)],
            };
        }

        Tensor onnx = engines.OnnxRuntime.Run(call, inputs, options.Derivation);
        if (call is OnnxFallbackCall)
        {
            return new GoldenCall { Network = network, Call = call, Reference = engines.OnnxRuntime.Name, Inputs = inputs, Expected = onnx, Agreements = [] };
        }

        Tensor dataParallel = engines.DataParallel.Run(call, inputs, options.Derivation);
        bool isExactInOnnx = call is not SoftmaxCall;
        Tensor expected = isExactInOnnx ? onnx : Oracle.Run(call, inputs, options.Derivation);
        List<GoldenAgreement> agreements = [GoldenAgreement.BitForBit(engines.DataParallel.Name, expected, dataParallel)];
        if (!isExactInOnnx)
        {
            agreements.Add(GoldenAgreement.WithinUlp(engines.OnnxRuntime.Name, expected, onnx, options.SoftmaxToleranceUlp));
        }

        return new GoldenCall
        {
            Network = network,
            Call = call,
            Reference = isExactInOnnx ? engines.OnnxRuntime.Name : Oracle.Name,
            Inputs = inputs,
            Expected = expected,
            Agreements = agreements,
            Requantization = (call as Conv2dCall)?.Requantize(options.Derivation),
            GenericLevels = call is Conv2dCall convolution && IsSampled(call)
                ? LevelDifferences.Between(expected.Int8, engines.DataParallel.Conv2dGeneric(convolution, inputs[0]).Int8)
                : null,
        };
    }

    private static GoldenCall AddScalarEngines(GoldenCall golden, ParameterDerivation derivation)
    {
        OperatorCall call = golden.Call;
        if (call is OnnxFallbackCall || golden.Reference == Generic.Name)
        {
            return golden;
        }

        GoldenAgreement oracle = call is Conv2dCall convolution && IsSampled(call)
            ? SampleOracle(golden, convolution)
            : GoldenAgreement.BitForBit(Oracle.Name, golden.Expected, Oracle.Run(call, golden.Inputs, derivation));
        LevelDifferences? levels = golden.GenericLevels;
        if (levels is null && golden.Expected.ElementType == ElementType.Int8)
        {
            levels = LevelDifferences.Between(golden.Expected.Int8, Generic.Run(call, golden.Inputs, derivation).Int8);
        }

        return golden with { Agreements = [oracle, .. golden.Agreements], GenericLevels = levels, Overflows = OverflowsOf(golden) };
    }

    // A convolution without a tiled kernel is not asked: the generic kernel accumulates in float.
    private static IReadOnlyList<ChannelOverflow> OverflowsOf(GoldenCall golden) => golden.Call switch
    {
        Conv2dCall convolution => AccumulatorRange.OfConvolution(convolution, golden.Inputs[0], golden.Requantization!),
        QuantizedLinearCall linear => AccumulatorRange.OfLinear(linear, golden.Inputs[0]),
        _ => [],
    };

    /// <summary>Where a large output is sampled: evenly, from its first element to its last.</summary>
    public static int[] SampledOffsets(int elementCount)
    {
        var offsets = new int[SampledElements];
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = (int)((long)i * (elementCount - 1) / (offsets.Length - 1));
        }

        return offsets;
    }

    private static bool IsSampled(OperatorCall call) => call.MultiplyAccumulates > CompleteOracleLimit;

    private static GoldenAgreement SampleOracle(GoldenCall golden, Conv2dCall call)
    {
        int[] offsets = SampledOffsets(golden.Expected.Shape.ElementCount);
        Tensor input = golden.Inputs[0];
        ScalarConv2dResult result = ScalarConv2d.ComputeElements(
            call.Shape, input.Shape.Batch, input.Int8, call.Weights, golden.Requantization!, offsets);
        return GoldenAgreement.Sampled(Oracle.Name, golden.Expected, offsets, result.Output);
    }
}
