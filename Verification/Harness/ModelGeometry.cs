using TileProof.Golden.Import;
using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>The different convolutions and max poolings of one or several models, in the order in which they first appear.</summary>
/// <param name="Convolutions">The position is the layer id of the published tables.</param>
/// <param name="Poolings">The same for max poolings.</param>
public sealed record ModelGeometry(IReadOnlyList<Conv2dShape> Convolutions, IReadOnlyList<MaxPool2dShape> Poolings)
{
    /// <summary>Reads the layers of models; nothing is calibrated or run.</summary>
    /// <param name="models">Names of <see cref="VerifyOptions.KnownNetworks"/>, or model files.</param>
    /// <param name="options">The input size of built-in networks, and the batch.</param>
    /// <exception cref="ModelFormatException">A model file cannot be used.</exception>
    public static ModelGeometry Load(IReadOnlyList<string> models, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(options);
        var convolutions = new List<Conv2dShape>();
        var poolings = new List<MaxPool2dShape>();
        foreach (string model in models)
        {
            ImportedModel imported = VerifyOptions.KnownNetworks.Contains(model)
                ? ImportedModel.Of(ResNetBuilder.Build(ResNetDescription.Find(model), SeededImages.Shape(options.Batch, options.InputHeight, options.InputWidth)))
                : ModelImporter.Read(model, options.Batch, options.AllowFallback);
            convolutions.AddRange(ConvolutionsOf(imported));
            poolings.AddRange(PoolingsOf(imported));
        }

        return new ModelGeometry([.. convolutions.Distinct()], [.. poolings.Distinct()]);
    }

    private static IEnumerable<Conv2dShape> ConvolutionsOf(ImportedModel model) => model.Network is { } network
        ? network.Convolutions.Select(static call => call.Shape)
        : model.FloatNetwork!.Nodes.OfType<FloatConv2d>().Select(static node => node.Shape);

    private static IEnumerable<MaxPool2dShape> PoolingsOf(ImportedModel model) => model.Network is { } network
        ? network.Calls.OfType<MaxPool2dCall>().Select(static call => call.Shape)
        : model.FloatNetwork!.Nodes.OfType<FloatMaxPool2d>().Select(static node => node.Shape);
}
