using TileProof.Golden.Generic;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>Runs a network through the golden engines, each call on the integer golden's own input, so that errors do not add up.</summary>
public static class NetworkGolden
{
    /// <summary>Computes the golden of every convolution.</summary>
    /// <param name="network">The quantized network.</param>
    /// <param name="image">float32, the shape of the network's input.</param>
    /// <param name="engine">The integer golden.</param>
    /// <param name="derivation">How convolutions derive their requantization.</param>
    /// <param name="cancellation">Stops between calls.</param>
    public static IReadOnlyList<GoldenConvolution> Compute(
        Network network, Tensor image, OnnxRuntimeGolden engine, ParameterDerivation derivation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(engine);
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [network.Input.Name] = image };
        var convolutions = new List<(Conv2dCall Call, Tensor Input, Tensor Expected)>();
        foreach (OperatorCall call in network.Calls)
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor[] inputs = [.. call.Inputs.Select(input => values[input.Name])];
            Tensor output = engine.Run(call, inputs, derivation);
            values[call.Output.Name] = output;
            if (call is Conv2dCall convolution)
            {
                convolutions.Add((convolution, inputs[0], output));
            }
        }

        var goldens = new GoldenConvolution[convolutions.Count];
        Parallel.For(0, goldens.Length, new ParallelOptions { CancellationToken = cancellation }, index =>
        {
            (Conv2dCall call, Tensor input, Tensor expected) = convolutions[index];
            goldens[index] = Check(network.Name, call, input, expected, derivation);
        });
        return goldens;
    }

    private static GoldenConvolution Check(string network, Conv2dCall call, Tensor input, Tensor expected, ParameterDerivation derivation)
    {
        Requantization requantization = call.Requantize(derivation);
        ScalarConv2dResult oracle = ScalarConv2d.Compute(call.Shape, input.Shape.Batch, input.Int8, call.Weights, requantization);
        sbyte[] generic = GenericConv2d.Compute(
            call.Shape,
            input.Shape.Batch,
            input.Int8,
            call.Weights,
            call.Bias,
            call.BiasScales,
            call.Input.RequiredQuantization.ZeroPoint,
            call.Output.RequiredQuantization.Scale,
            call.Output.RequiredQuantization.ZeroPoint);
        return new GoldenConvolution(
            network,
            call,
            requantization,
            input,
            expected,
            TensorDifference.Between(expected, Tensor.FromInt8(expected.Shape, oracle.Output)),
            oracle.Events,
            LevelDifferences.Between(expected.Int8, generic));
    }
}
