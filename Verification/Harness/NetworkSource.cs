using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>A network in float and quantized form, and the images it is run on.</summary>
/// <param name="Float">The float network with batch normalization folded.</param>
/// <param name="Calibration">The range of every value.</param>
/// <param name="Network">The quantized operator calls.</param>
/// <param name="Images">Where input images come from.</param>
public sealed record NetworkSource(FloatNetwork Float, Calibration Calibration, Network Network, SeededImages Images)
{
    /// <summary>The first image, float32 of the network's input shape.</summary>
    public Tensor FirstImage => Images.CreateBatch(0, Network.Input.Shape.Batch, Network.Input.Shape.Height, Network.Input.Shape.Width);

    /// <summary>Builds, calibrates and quantizes a built-in network.</summary>
    /// <param name="name">One of the names of <see cref="ResNetDescription.All"/>.</param>
    /// <param name="inputShape"><c>[N, 3, H, W]</c>.</param>
    /// <param name="seed">The seed of weights and images.</param>
    public static NetworkSource Load(string name, TensorShape inputShape, int seed)
    {
        FloatNetwork network = ResNetBuilder.Build(ResNetDescription.Find(name), inputShape, (ulong)seed);
        var options = new CalibrationOptions { ImageSeed = (ulong)seed };
        Calibration calibration = Calibrator.Calibrate(network, options);
        return new NetworkSource(network, calibration, NetworkQuantizer.Quantize(network, calibration), new SeededImages((ulong)seed));
    }
}
