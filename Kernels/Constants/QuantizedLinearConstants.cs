namespace TileProof.Kernels.Constants;

/// <summary>Weights and requantization of an int8 fully connected layer.</summary>
public sealed class QuantizedLinearConstants : KernelConstants
{
    /// <summary>Makes the constants; the arrays are kept, not copied.</summary>
    /// <param name="weights"><c>[M, K]</c>.</param>
    /// <param name="bias">M of them, in units of input scale x weight scale.</param>
    /// <param name="parameters">The scalars.</param>
    /// <exception cref="ArgumentException">A length does not match.</exception>
    public QuantizedLinearConstants(sbyte[] weights, int[] bias, QuantizedLinearParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(bias);
        RequireLength(weights.Length, checked(parameters.InputFeatures * parameters.OutputFeatures), "weights", nameof(weights));
        RequireLength(bias.Length, parameters.OutputFeatures, "biases", nameof(bias));
        Weights = weights;
        Bias = bias;
        Parameters = parameters;
    }

    /// <summary><c>[M, K]</c>.</summary>
    public sbyte[] Weights { get; }

    /// <summary>M of them.</summary>
    public int[] Bias { get; }

    /// <summary>The scalars.</summary>
    public QuantizedLinearParameters Parameters { get; }

    internal override IReadOnlyList<Array> Arrays => [Weights, Bias];
}
