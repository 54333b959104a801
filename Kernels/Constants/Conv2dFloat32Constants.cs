using TileProof.Operators;

namespace TileProof.Kernels.Constants;

/// <summary>Geometry, weights and bias of a float32 convolution.</summary>
public sealed class Conv2dFloat32Constants : KernelConstants
{
    /// <summary>Makes the constants; the arrays are kept, not copied.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="weights"><c>[OC, C / groups, KH, KW]</c>.</param>
    /// <param name="bias">One per output channel.</param>
    /// <exception cref="ArgumentException">A length does not match the shape.</exception>
    public Conv2dFloat32Constants(Conv2dShape shape, float[] weights, float[] bias)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(bias);
        RequireLength(weights.Length, shape.WeightCount, "weights", nameof(weights));
        RequireLength(bias.Length, shape.OutChannels, "biases", nameof(bias));
        Shape = shape;
        Weights = weights;
        Bias = bias;
    }

    /// <summary>The geometry.</summary>
    public Conv2dShape Shape { get; }

    /// <summary><c>[OC, C / groups, KH, KW]</c>.</summary>
    public float[] Weights { get; }

    /// <summary>One per output channel.</summary>
    public float[] Bias { get; }

    internal override IReadOnlyList<Array> Arrays => [Weights, Bias];
}
