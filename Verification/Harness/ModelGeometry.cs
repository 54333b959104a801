using System.Globalization;
using TileProof.Golden.Import;
using TileProof.Golden.Networks;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Verification;

/// <summary>The different convolutions and max poolings of one or several models that have a tile plan, in the order in which they first appear.</summary>
/// <param name="Convolutions">Those that a kernel of the library computes. The position is the layer id of the published tables.</param>
/// <param name="Poolings">The same for max poolings.</param>
/// <param name="LeftOut">The others. They have no plan: that of a dense layer of the same key, or of a pooling with one stride, would compute something else.</param>
public sealed record ModelGeometry(IReadOnlyList<Conv2dShape> Convolutions, IReadOnlyList<MaxPool2dShape> Poolings, IReadOnlyList<LeftOutLayer> LeftOut)
{
    /// <summary>One line a layer that is left out: its key, and why.</summary>
    public IEnumerable<string> LeftOutLines => LeftOut.Select(static layer => $"left out: {layer.ConfigKey}: {layer.Reason}");

    /// <summary>Why the published tables have no plan for a convolution.</summary>
    /// <param name="shape">One that no kernel of the library computes.</param>
    public static string ReasonOf(Conv2dShape shape)
    {
        string reason = shape.Groups > 1 ? string.Create(CultureInfo.InvariantCulture, $"{shape.Groups} groups")
            : shape.DilationHeight > 1 || shape.DilationWidth > 1 ? string.Create(CultureInfo.InvariantCulture, $"dilation {shape.DilationHeight}x{shape.DilationWidth}")
            : !shape.IsUniform || shape.PadTop != shape.PadLeft
                ? string.Create(CultureInfo.InvariantCulture, $"strides {shape.StrideHeight}x{shape.StrideWidth}, padding {shape.PadTop}.{shape.PadLeft}.{shape.PadBottom}.{shape.PadRight} (top, left, bottom, right)")
            : string.Create(CultureInfo.InvariantCulture, $"a {shape.KernelHeight}x{shape.KernelWidth} kernel with stride {shape.Stride}");
        string instead = ConvolutionKernel.Supports(shape) ? $"the corrected programs run it with the kernel {ConvolutionKernel.NameOf(shape)}" : "the generic kernel computes it without a plan";
        return $"{reason}: the published tables cannot express it; {instead}";
    }

    /// <summary>Why the published tables have no plan for a max pooling; null where they have one.</summary>
    /// <param name="shape">Its geometry.</param>
    /// <param name="elements">What it compares.</param>
    public static string? ReasonOf(MaxPool2dShape shape, ElementType elements)
    {
        string? reason = elements != ElementType.Float32 ? "a max pooling of int8 levels"
            : !shape.IsUniform ? string.Create(CultureInfo.InvariantCulture, $"a max pooling with strides {shape.StrideHeight}x{shape.StrideWidth}, padding {shape.PadTop}.{shape.PadLeft}.{shape.Window.PadBottom}.{shape.Window.PadRight} (top, left, bottom, right)")
            : null;
        return reason is null ? null : $"{reason}: the published tables cannot express it; the corrected programs plan its tiles themselves";
    }

    /// <summary>The different max poolings of some calls that the published tables can express.</summary>
    internal static IEnumerable<MaxPool2dShape> PublishedPoolingsOf(IEnumerable<OperatorCall> calls) => calls.OfType<MaxPool2dCall>()
        .Where(static call => ReasonOf(call.Shape, call.Input.ElementType) is null).Select(static call => call.Shape).Distinct();

    /// <summary>Reads the layers of models; nothing is calibrated or run, unless layers are chosen: their names and indices are those of the quantized network.</summary>
    /// <param name="models">Names of <see cref="VerifyOptions.KnownNetworks"/>, or model files.</param>
    /// <param name="options">The input size of built-in networks, the batch, and the layers; none for all.</param>
    /// <exception cref="ModelFormatException">A model file cannot be used.</exception>
    /// <exception cref="UserInputException">No layer has a plan.</exception>
    public static ModelGeometry Load(IReadOnlyList<string> models, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(options);
        var convolutions = new List<Conv2dShape>();
        var poolings = new List<(MaxPool2dShape Shape, ElementType Elements)>();
        if (options.Layers.Count > 0)
        {
            VerifyOptions named = options with { Networks = models };
            NetworkSource[] sources = ConformanceRun.LoadAll(named, withFloatForms: false);
            IneffectiveOptions.Refuse(named, sources);
            OperatorCall[] calls = CallSelection.Select(sources.Select(static source => source.Network), named);
            convolutions.AddRange(calls.OfType<Conv2dCall>().Select(static call => call.Shape));
            poolings.AddRange(PoolingsOf(calls));
        }

        foreach (string model in options.Layers.Count > 0 ? [] : models)
        {
            ImportedModel imported = VerifyOptions.IsBuiltIn(model)
                ? ImportedModel.Of(BuiltInNetworks.Build(model, SeededImages.Shape(options.Batch, options.InputHeight, options.InputWidth)))
                : ModelImporter.Read(model, options.Batch, options.AllowFallback, (options.InputHeight, options.InputWidth));
            IneffectiveOptions.RefuseOnModel(
                options, NameOf(imported), imported.Network?.Input.Shape ?? imported.FloatNetwork!.InputShape, isBuiltIn: VerifyOptions.IsBuiltIn(model));
            convolutions.AddRange(ConvolutionsOf(imported));
            poolings.AddRange(PoolingsOf(imported));
        }

        ILookup<bool, Conv2dShape> isPublished = convolutions.Distinct().ToLookup(ConvolutionKernel.IsPublished);
        ILookup<string?, (MaxPool2dShape Shape, ElementType Elements)> byReason = poolings.Distinct().ToLookup(static pooling => ReasonOf(pooling.Shape, pooling.Elements));
        var geometry = new ModelGeometry(
            [.. isPublished[true]],
            [.. byReason[null].Select(static pooling => pooling.Shape)],
            [
                .. isPublished[false].Select(static shape => new LeftOutLayer("convolution", shape.ConfigKey, shape.Groups, ReasonOf(shape))),
                .. byReason.Where(static group => group.Key is not null).SelectMany(static group => group.Select(pooling => new LeftOutLayer("max pooling", pooling.Shape.ConfigKey, 1, group.Key!))),
            ]);
        if (geometry.Convolutions.Count + geometry.Poolings.Count == 0)
        {
            string reason = geometry.LeftOut.Count == 0 ? $"{(options.Layers.Count > 0 ? string.Join(", ", options.Layers) : "it")} has neither a convolution nor a max pooling" : $"{geometry.LeftOut[0].ConfigKey}: {geometry.LeftOut[0].Reason}";
            throw new UserInputException($"no layer of {string.Join(", ", models)} has a tile plan: {reason}");
        }

        return geometry;
    }

    private static string NameOf(ImportedModel model) => model.Network?.Name ?? model.FloatNetwork!.Name;

    private static IEnumerable<Conv2dShape> ConvolutionsOf(ImportedModel model) => model.Network is { } network
        ? network.Convolutions.Select(static call => call.Shape)
        : model.FloatNetwork!.Nodes.OfType<FloatConv2d>().Select(static node => node.Shape);

    private static IEnumerable<(MaxPool2dShape Shape, ElementType Elements)> PoolingsOf(IEnumerable<OperatorCall> calls) =>
        calls.OfType<MaxPool2dCall>().Select(static call => (call.Shape, call.Input.ElementType));

    private static IEnumerable<(MaxPool2dShape Shape, ElementType Elements)> PoolingsOf(ImportedModel model) => model.Network is { } network
        ? PoolingsOf(network.Calls)
        : model.FloatNetwork!.Nodes.OfType<FloatMaxPool2d>().Select(static node => (node.Shape, ElementType.Float32));
}
