using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification;

/// <summary>The values of a network on one of its images, as ONNX Runtime computes them.</summary>
public static class GoldenValues
{
    /// <summary>The network's input and the outputs of its calls.</summary>
    /// <param name="source">The network and its image.</param>
    /// <param name="derivation">How convolutions derive their requantization.</param>
    /// <param name="callCount">How many calls are run, from the first; null for all.</param>
    /// <param name="imageIndex">The first image of the batch.</param>
    public static IReadOnlyDictionary<TensorInfo, Tensor> Of(NetworkSource source, ParameterDerivation derivation, int? callCount = null, int imageIndex = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var engine = new OnnxRuntimeGolden();
        Dictionary<TensorInfo, Tensor> values = source.Network.InputValues(source.ImageBatch(imageIndex));
        foreach (OperatorCall call in source.Network.Calls.Take(callCount ?? source.Network.Calls.Count))
        {
            values[call.Output] = engine.Run(call, [.. call.Inputs.Select(input => values[input])], derivation);
        }

        return values;
    }
}
