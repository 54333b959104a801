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
    /// <summary>The first batch of images, float32 of the network's input shape.</summary>
    public Tensor FirstImage => Images.CreateBatch(0, Network.Input.Shape.Batch, Network.Input.Shape.Height, Network.Input.Shape.Width);

    /// <summary>Builds, calibrates and quantizes a built-in network; the published sizes at the default seeds have stored calibrations.</summary>
    /// <param name="name">One of <see cref="VerifyOptions.KnownNetworks"/>.</param>
    /// <param name="options">Input size, batch and seed.</param>
    public static NetworkSource Load(string name, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ulong parameterSeed = options.Seed is { } given ? (ulong)given : ResNetBuilder.DefaultSeed;
        ulong imageSeed = options.Seed is { } same ? (ulong)same : SeededImages.DefaultSeed;
        TensorShape inputShape = SeededImages.Shape(options.Batch, options.InputHeight, options.InputWidth);
        FloatNetwork network = ResNetBuilder.Build(ResNetDescription.Find(name), inputShape, parameterSeed);
        Calibration calibration = CalibrationStore.FindOrCalibrate(network, parameterSeed, new CalibrationOptions { ImageSeed = imageSeed });
        return new NetworkSource(network, calibration, NetworkQuantizer.Quantize(network, calibration), new SeededImages(imageSeed));
    }
}
