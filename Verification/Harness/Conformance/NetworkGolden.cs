using System.Runtime.InteropServices;
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

    /// <summary>Computes the golden of every call, and asks every engine.</summary>
    /// <param name="network">The quantized network.</param>
    /// <param name="image">float32, the shape of the network's input.</param>
    /// <param name="engines">The engines.</param>
    /// <param name="options">How convolutions derive their requantization, and the tolerance of softmax.</param>
    /// <param name="cancellation">Stops between calls.</param>
    public static IReadOnlyList<GoldenCall> Compute(
        Network network, Tensor image, GoldenEngines engines, VerifyOptions options, CancellationToken cancellation)
    {
        GoldenCall[] goldens = [.. References(network, image, engines, options, cancellation)];
        for (int index = 0; index < goldens.Length; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            goldens[index] = AddDataParallel(goldens[index], engines, options);
        }

        Workers.ForEach(
            goldens.Length,
            index => goldens[index].Call.MultiplyAccumulates,
            index => goldens[index] = AddScalarEngines(goldens[index], options.Derivation),
            cancellation,
            options.ThreadCount);
        return goldens;
    }

    /// <summary>The reference of every call, each on the references before it; of the other engines only what the reference needed is there.</summary>
    internal static IReadOnlyList<GoldenCall> References(
        Network network, Tensor image, GoldenEngines engines, VerifyOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(engines);
        ArgumentNullException.ThrowIfNull(options);
        Dictionary<TensorInfo, Tensor> values = network.InputValues(image);
        var goldens = new GoldenCall[network.Calls.Count];
        foreach (OperatorCall call in network.Calls)
        {
            cancellation.ThrowIfCancellationRequested();
            GoldenCall golden = ComputeReference(network.Name, call, [.. call.Inputs.Select(input => values[input])], engines, options);
            values[call.Output] = golden.Expected;
            goldens[call.Index] = golden;

            // It runs once: kept to the end, the graphs of a network are a hundred MiB.
            engines.OnnxRuntime.ReleaseGraphs();
        }

        return goldens;
    }

    /// <summary>The calls with what is known of their goldens before any value is: for lists of cases. Their tensors hold zeros and are compared with nothing.</summary>
    internal static IReadOnlyList<GoldenCall> Outlines(Network network, VerifyOptions options) =>
    [
        .. network.Calls.Select(call => new GoldenCall
        {
            Network = network.Name,
            Call = call,
            Reference = call is Conv2dCall untiled && !options.Programs.Tiles(untiled.Shape) ? Generic.Name : "",
            Inputs = [],
            Expected = Tensor.Create(call.Output.Shape, call.Output.ElementType),
            Agreements = [],
            Requantization = RequantizationOf(call, options),
        }),
    ];

    /// <summary>Adds what the data-parallel engine says of a reference. For one thread at a time, as the engine is.</summary>
    internal static GoldenCall AddDataParallel(GoldenCall golden, GoldenEngines engines, VerifyOptions options)
    {
        if (golden.Call is OnnxFallbackCall)
        {
            return golden;
        }

        if (golden.Reference == Generic.Name)
        {
            Tensor generic = engines.DataParallel.Conv2dGeneric((Conv2dCall)golden.Call, golden.Inputs[0]);
            return golden with { Agreements = [GoldenAgreement.BitForBit(engines.DataParallel.Name, golden.Expected, generic)] };
        }

        Tensor dataParallel = engines.DataParallel.Run(golden.Call, golden.Inputs, options.Derivation);
        return golden with
        {
            Agreements = [GoldenAgreement.BitForBit(engines.DataParallel.Name, golden.Expected, dataParallel), .. golden.Agreements],
            GenericLevels = golden.Call is Conv2dCall convolution && IsSampled(golden.Call)
                ? LevelDifferences.Between(golden.Expected.Int8, engines.DataParallel.Conv2dGeneric(convolution, golden.Inputs[0]).Int8)
                : null,
        };
    }

    /// <summary>Adds what the scalar engines say of a golden, with the accumulators that leave their range. May be called from several threads.</summary>
    internal static GoldenCall AddScalarEngines(GoldenCall golden, ParameterDerivation derivation)
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

    private static GoldenCall ComputeReference(string network, OperatorCall call, Tensor[] inputs, GoldenEngines engines, VerifyOptions options)
    {
        if (call is Conv2dCall untiled && !options.Programs.Tiles(untiled.Shape))
        {
            return new GoldenCall
            {
                Network = network,
                Call = call,
                Reference = Generic.Name,
                Inputs = inputs,
                Expected = Generic.Run(call, inputs, options.Derivation),
                Agreements = [],
            };
        }

        Tensor onnx = engines.OnnxRuntime.Run(call, inputs, options.Derivation);
        bool isExactInOnnx = call is not SoftmaxCall && !PoolsNegativeZeros(call, inputs);
        Tensor expected = isExactInOnnx ? onnx : Oracle.Run(call, inputs, options.Derivation);
        return new GoldenCall
        {
            Network = network,
            Call = call,
            Reference = isExactInOnnx ? engines.OnnxRuntime.Name : Oracle.Name,
            Inputs = inputs,
            Expected = expected,
            Agreements = isExactInOnnx ? [] : [GoldenAgreement.WithinUlp(engines.OnnxRuntime.Name, expected, onnx, call is SoftmaxCall ? options.SoftmaxToleranceUlp : 0)],
            Requantization = RequantizationOf(call, options),
        };
    }

    /// <summary>
    /// Whether a max pooling reads a -0: ONNX Runtime leaves open which of two zeros is the larger one, and takes another in each of its forms. The contract takes +0
    /// (IEEE 754-2019 maximumNumber), which the scalar oracle computes.
    /// </summary>
    private static bool PoolsNegativeZeros(OperatorCall call, Tensor[] inputs) =>
        call is MaxPool2dCall && inputs[0].ElementType == ElementType.Float32 && MemoryMarshal.Cast<float, int>(inputs[0].Float32).Contains(BitConverter.SingleToInt32Bits(-0f));

    /// <summary>The integers of a convolution with a tiled kernel.</summary>
    private static Requantization? RequantizationOf(OperatorCall call, VerifyOptions options) =>
        call is Conv2dCall convolution && options.Programs.Tiles(convolution.Shape) ? convolution.Requantize(options.Derivation) : null;

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
