using System.Globalization;
using TileProof.Golden.Import;
using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Caching;
using TileProof.Verification.InputData;
using TileProof.Verification.Options;

namespace TileProof.Verification;

/// <summary>A quantized network and the images it is run on.</summary>
/// <param name="Network">The quantized operator calls.</param>
/// <param name="Model">The float form and its calibration, made when asked for; null for a model that came quantized.</param>
/// <param name="ImageSeed">Decides the input images.</param>
public sealed record NetworkSource(Network Network, Lazy<QuantizedModel>? Model, ulong ImageSeed)
{
    /// <summary>A hash of all that decides a built-in network; null for a model file, which is known by its content only.</summary>
    public string? Recipe { get; init; }

    /// <summary>Whether it is a model file that holds integers: nothing of it was calibrated or quantized here.</summary>
    public bool CameQuantized { get; init; }

    /// <summary>What the network was imported from; null for a built-in network.</summary>
    public ImportedModel? Imported { get; init; }

    /// <summary>Whether accuracy can be measured: there is a float form, and every call belongs to the library.</summary>
    public bool HasAccuracy => Model is not null && !Network.Calls.Any(static call => call is OnnxFallbackCall);

    /// <summary>The first batch of images, float32 of the network's input shape.</summary>
    public Tensor FirstImage => ImageBatch(0);

    /// <summary>Images of the user in place of seeded ones; null for those.</summary>
    public InputImages? Images { get; init; }

    /// <summary>Builds a built-in network, or imports a model file; float networks are calibrated over seeded images and quantized.</summary>
    /// <param name="name">One of <see cref="VerifyOptions.KnownNetworks"/>, or a <c>.onnx</c> or <c>.pte</c> file.</param>
    /// <param name="options">Input size of a built-in network, batch, seed and quantization.</param>
    /// <param name="cache">Holds the built-in networks of earlier runs; null to build every network.</param>
    /// <remarks>The published sizes at the default seeds have stored calibrations. A model file states its own input size.</remarks>
    /// <exception cref="ModelFormatException">The model file cannot be used.</exception>
    /// <exception cref="Vectors.FixtureException">The user's own images cannot be used.</exception>
    public static NetworkSource Load(string name, VerifyOptions options, ResultCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        NetworkSource source = LoadNetwork(name, options, cache);
        return options.InputData is { } files ? source with { Images = InputImages.Open(files, source.Network.Input.Shape) } : source;
    }

    private static NetworkSource LoadNetwork(string name, VerifyOptions options, ResultCache? cache)
    {
        ulong imageSeed = options.Seed is { } given ? (ulong)given : SeededImages.DefaultSeed;
        var calibrationOptions = new CalibrationOptions { ImageSeed = imageSeed, Method = options.Calibration };
        var quantizationOptions = new QuantizationOptions { PerChannelWeights = options.PerChannelWeights };
        if (VerifyOptions.IsBuiltIn(name) && options.CalibrationData is not null)
        {
            QuantizedModel calibrated = Quantize(BuildFloat(name, options), options, calibrationOptions, quantizationOptions);
            return new NetworkSource(calibrated.Quantized, new Lazy<QuantizedModel>(calibrated), imageSeed)
            {
                Recipe = ContentHash.Of(name, CacheKeys.BuiltInNetworks.Of(options), calibrated.Calibration.Ranges),
            };
        }

        if (VerifyOptions.IsBuiltIn(name))
        {
            TensorShape inputShape = SeededImages.Shape(options.Batch, options.InputHeight, options.InputWidth);
            ulong parameterSeed = options.Seed is { } same ? (ulong)same : ResNetBuilder.DefaultSeed;
            var model = new Lazy<QuantizedModel>(
                () => QuantizedModel.Create(name, inputShape, parameterSeed, calibrationOptions, quantizationOptions));
            string recipe = ContentHash.Of(name, CacheKeys.BuiltInNetworks.Of(options));
            return new NetworkSource(CachedNetwork.FindOrBuild(cache, recipe, () => model.Value.Quantized), model, imageSeed) { Recipe = recipe };
        }

        ImportedModel imported = Import(name, options);
        if (imported.Network is { } network)
        {
            NetworkInput[] seeded = SeededInputs.CreateOthers(imageSeed, network.OtherInputs.Where(static other => !other.IsConstant).Select(static other => other.Value));
            network = network.WithOtherInputs([.. seeded, .. network.OtherInputs.Where(static other => other.IsConstant)]);
            return new NetworkSource(network, null, imageSeed) { CameQuantized = true, Imported = imported };
        }

        FloatNetwork floatNetwork = imported.FloatNetwork!;
        QuantizedModel quantized = Quantize(floatNetwork, options, calibrationOptions, quantizationOptions);
        return new NetworkSource(quantized.Quantized, new Lazy<QuantizedModel>(quantized), imageSeed) { Imported = imported };
    }

    /// <summary>The float form of a built-in network.</summary>
    /// <exception cref="ModelFormatException">The package of a trained network is not restored.</exception>
    public static FloatNetwork BuildFloat(string name, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TensorShape inputShape = SeededImages.Shape(options.Batch, options.InputHeight, options.InputWidth);
        return BuiltInNetworks.Build(name, inputShape, options.Seed is { } seed ? (ulong)seed : ResNetBuilder.DefaultSeed);
    }

    /// <summary>Calibrates a float network, over images of the user where there are some, and quantizes it.</summary>
    /// <exception cref="UserInputException">A value of the network is NaN or infinite for one of the images.</exception>
    private static QuantizedModel Quantize(FloatNetwork network, VerifyOptions options, CalibrationOptions calibrationOptions, QuantizationOptions quantizationOptions)
    {
        using CalibrationImages images = CalibrationImages.For(network, options.CalibrationData, calibrationOptions);
        try
        {
            Golden.Quantization.Calibration calibration = Golden.Quantization.Calibrator.Calibrate(network, images.All, calibrationOptions with { ImageCount = images.Count });
            return new QuantizedModel(network, calibration, NetworkQuantizer.Quantize(network, calibration, quantizationOptions));
        }
        catch (NotFiniteNumberException exception)
        {
            throw new UserInputException($"{network.Name}: {exception.Message}", exception);
        }
    }

    /// <summary>The batch of images that starts at an index, float32 of the network's input shape.</summary>
    public Tensor ImageBatch(int firstIndex) => Images?.Read(firstIndex, Network.Input.Shape.Batch) ?? SeededInputs.Create(ImageSeed, firstIndex, Network.Input.Shape);

    /// <summary>Reads a model file; a refusal says how much else stands in the way.</summary>
    private static ImportedModel Import(string path, VerifyOptions options)
    {
        try
        {
            return ModelImporter.Read(path, options.Batch, options.AllowFallback, (options.InputHeight, options.InputWidth));
        }
        catch (ModelFormatException fault)
        {
            int nodes = ModelSupport.Of(path, options.Batch, options.AllowFallback, (options.InputHeight, options.InputWidth)).Obstacles.Sum(obstacle => obstacle.Places.Count - (options.AllowFallback ? obstacle.RunInOnnxRuntime : 0));
            if (nodes <= 1)
            {
                throw;
            }

            string others = string.Create(CultureInfo.InvariantCulture, $"; {nodes - 1} more {(nodes == 2 ? "node stops" : "nodes stop")} the import, which 'tileproof support' lists");
            throw new ModelFormatException(fault.Path, fault.Place, fault.Problem + others, fault);
        }
    }
}
