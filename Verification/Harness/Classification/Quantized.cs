using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Verification.Classification;

/// <summary>A network in one quantization, with the float network that it stands for; made when first asked for, since a merge needs only the names.</summary>
/// <param name="weights">How weights are scaled, as reports name it.</param>
/// <param name="calibration">How activation ranges were chosen, as reports name it.</param>
/// <param name="make">Makes both networks.</param>
internal sealed class Quantized(string weights, string calibration, Func<(FloatNetwork Float, Network Network)> make)
{
    private readonly Lazy<(FloatNetwork Float, Network Network)> made = new(make);

    /// <summary>Takes networks that are there.</summary>
    public Quantized(FloatNetwork floatForm, Network network, string weights, string calibration)
        : this(weights, calibration, () => (floatForm, network))
    {
    }

    /// <summary>The float form; its nodes are called after the calls that they become.</summary>
    public FloatNetwork Float => made.Value.Float;

    /// <summary>The calls.</summary>
    public Network Network => made.Value.Network;

    /// <summary>How weights are scaled, as reports name it.</summary>
    public string Weights { get; } = weights;

    /// <summary>How activation ranges were chosen, as reports name it.</summary>
    public string Calibration { get; } = calibration;
}
