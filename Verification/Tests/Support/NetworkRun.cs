using System.Security.Cryptography;
using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Support;

/// <summary>Runs a network call by call on the scalar oracle.</summary>
internal static class NetworkRun
{
    /// <summary>A hash of the output of every call.</summary>
    public static IReadOnlyList<string> Hashes(Network network, Tensor input) =>
        [.. Outputs(network, input).Select(static output => Convert.ToHexString(SHA256.HashData(output.Bytes)))];

    /// <summary>The output of the last call.</summary>
    public static Tensor Output(Network network, Tensor input) => Outputs(network, input)[^1];

    /// <summary>The output of every call, in call order.</summary>
    public static IReadOnlyList<Tensor> Outputs(Network network, Tensor input)
    {
        var oracle = new ScalarOracle();
        Dictionary<TensorInfo, Tensor> values = network.InputValues(input);
        var outputs = new List<Tensor>();
        foreach (OperatorCall call in network.Calls)
        {
            Tensor output = oracle.Run(call, [.. call.Inputs.Select(value => values[value])], ParameterDerivation.L1Norm);
            values.Add(call.Output, output);
            outputs.Add(output);
        }

        return outputs;
    }
}
