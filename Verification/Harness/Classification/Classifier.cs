using TileProof.Golden.OnnxRuntime;
using TileProof.Kernels;
using TileProof.Kernels.Host;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Accuracy;

namespace TileProof.Verification.Classification;

/// <summary>One way to compute the outputs of a network. What it runs on is opened with the first images.</summary>
internal sealed class Classifier : IDisposable
{
    private readonly Lazy<(Func<Tensor, Tensor> LogitsOf, IDisposable? Owned)> opened;

    private Classifier(string engine, Quantized? form, Func<(Func<Tensor, Tensor> LogitsOf, IDisposable? Owned)> open)
    {
        Engine = engine;
        Form = form;
        opened = new(open);
    }

    /// <summary>What computes it, as reports name it.</summary>
    public string Engine { get; }

    /// <summary>The quantization that it runs; null for the float network.</summary>
    public Quantized? Form { get; }

    /// <summary>The outputs for a batch of images, float32 <c>[N, classes, 1, 1]</c>. Not for several threads at once.</summary>
    public Tensor LogitsOf(Tensor images) => opened.Value.LogitsOf(images);

    /// <summary>The float network of a form in ONNX Runtime.</summary>
    public static Classifier OfFloat(Quantized form) => new("float", null, () =>
    {
        var golden = new FloatGolden(form.Float);
        return (images => golden.Run(images)[form.Float.OutputName], golden);
    });

    /// <summary>ONNX Runtime's own int8 operators.</summary>
    /// <param name="form">What is run.</param>
    /// <param name="isExact">Whether products are exact on every CPU; false for ONNX Runtime's default.</param>
    public static Classifier OnOnnxRuntime(Quantized form, bool isExact) => new(isExact ? "onnxruntime-int8" : "onnxruntime-int8-default", form, () =>
    {
        var network = new OnnxRuntimeInt8Network(form.Network, allValues: false, isExact: isExact);
        return (images => RealOf(form, network.Run(images)[form.Network.Output.Name]), network);
    });

    /// <summary>The vendor's generic operators.</summary>
    public static Classifier OnGenericOperators(Quantized form) => new(AccuracyVariant.GenericOperators, form, () =>
    {
        var variant = AccuracyVariant.OnGenericOperators(form.Network);
        return (images => RealOf(form, variant.Run(images)[form.Network.Output.Name]), null);
    });

    /// <summary>The bytes of the DSP, computed by the data-parallel kernels, which the conformance run proves equal.</summary>
    public static Classifier OnDsp(Quantized form, ParameterDerivation derivation) => new(NameOf(derivation), form, () =>
    {
        var engine = new DataParallelEngine(new HostExecutor(threadCount: 1));
        return (images => RealOf(form, engine.RunNetwork(form.Network, images, derivation)), engine);
    });

    /// <summary>The DSP with some layers in float.</summary>
    public static Classifier OnMixedPrecision(Quantized form, ParameterDerivation derivation, IReadOnlyCollection<string> floatLayers) =>
        new($"{NameOf(derivation)}, float: {string.Join(" ", floatLayers)}", form, () =>
        {
            var network = new MixedPrecisionNetwork(form, derivation);
            HashSet<string> kept = [.. floatLayers];
            return (images => network.Run(images, kept).Logits, network);
        });

    /// <inheritdoc/>
    public void Dispose()
    {
        if (opened.IsValueCreated)
        {
            opened.Value.Owned?.Dispose();
        }
    }

    private static string NameOf(ParameterDerivation derivation) => derivation == ParameterDerivation.L1Norm ? AccuracyVariant.DspL1Norm : AccuracyVariant.DspWorstCase;

    /// <summary>Outputs that a file leaves in int8, as real numbers.</summary>
    private static Tensor RealOf(Quantized form, Tensor output)
    {
        if (output.ElementType == ElementType.Float32)
        {
            return output;
        }

        QuantizationParameters levels = form.Network.Output.RequiredQuantization;
        return Tensor.FromFloat32(output.Shape, [.. output.Int8.ToArray().Select(level => levels.Scale * (level - levels.ZeroPoint))]);
    }
}
