using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>A network in float and quantized form, and the images it is run on.</summary>
/// <param name="Model">The float network, its calibration and the quantized calls.</param>
/// <param name="Images">Where input images come from.</param>
public sealed record NetworkSource(QuantizedModel Model, SeededImages Images)
{
    /// <summary>The quantized operator calls.</summary>
    public Network Network => Model.Quantized;

    /// <summary>The first batch of images, float32 of the network's input shape.</summary>
    public Tensor FirstImage => ImageBatch(0);

    /// <summary>Builds, calibrates and quantizes a built-in network; the published sizes at the default seeds have stored calibrations.</summary>
    /// <param name="name">One of <see cref="VerifyOptions.KnownNetworks"/>.</param>
    /// <param name="options">Input size, batch, seed and quantization.</param>
    public static NetworkSource Load(string name, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ulong parameterSeed = options.Seed is { } given ? (ulong)given : ResNetBuilder.DefaultSeed;
        ulong imageSeed = options.Seed is { } same ? (ulong)same : SeededImages.DefaultSeed;
        QuantizedModel model = QuantizedModel.Create(
            ResNetDescription.Find(name),
            SeededImages.Shape(options.Batch, options.InputHeight, options.InputWidth),
            parameterSeed,
            new CalibrationOptions { ImageSeed = imageSeed, Method = options.Calibration },
            new QuantizationOptions { PerChannelWeights = options.PerChannelWeights });
        return new NetworkSource(model, new SeededImages(imageSeed));
    }

    /// <summary>The batch of images that starts at an index, float32 of the network's input shape.</summary>
    public Tensor ImageBatch(int firstIndex)
    {
        TensorShape shape = Network.Input.Shape;
        return Images.CreateBatch(firstIndex, shape.Batch, shape.Height, shape.Width);
    }
}
