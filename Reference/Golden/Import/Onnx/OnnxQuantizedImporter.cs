using System.Globalization;
using TileProof.Golden.Export.Onnx;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Maps a quantized graph, in QDQ or QOperator form, onto a <see cref="Network"/>; its scales and zero points are kept.</summary>
/// <remarks>
/// Conv, Relu, Gemm and MatMul between DequantizeLinear and QuantizeLinear become one int8 call. Other operators run in float32
/// between explicit dequantize and quantize calls, as in the modelled library. A Relu that the output zero point of -128 already
/// implies disappears; otherwise it becomes a rectifier call that keeps the scale. A Clip behind a Conv becomes limits of its levels. An average of windows
/// is the depthwise convolution with equal weights, or over the elements inside the image only. Max pooling and padding between the same levels are those of the levels. What no QuantizeLinear reads gets levels of <see cref="ChosenLevels"/>
/// and is dequantized, since the library has no float output.
/// </remarks>
internal sealed partial class OnnxQuantizedImporter
{
    private readonly OnnxGraph graph;
    private readonly OnnxShapes shapes;
    private readonly OnnxParameters parameters;
    private readonly OnnxQuantization quantization;
    private readonly NetworkAssembler network;
    private readonly ChosenLevels? chosenLevels;
    private readonly Dictionary<QuantizedValue.Pending, TensorInfo> realsOfPending = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, QuantizedValue> values = new(StringComparer.Ordinal);
    private readonly Dictionary<TensorInfo, TensorInfo> realForms = [];
    private readonly HashSet<TensorInfo> signedValues = [];
    private readonly HashSet<string> callNames = new(StringComparer.Ordinal);
    private bool isJudged;

    private OnnxQuantizedImporter(OnnxGraph graph, OnnxShapes shapes, ChosenLevels? chosenLevels)
    {
        this.graph = graph;
        this.shapes = shapes;
        this.chosenLevels = chosenLevels;
        parameters = new OnnxParameters(graph);
        quantization = new OnnxQuantization(graph, parameters);
        var input = new TensorInfo(graph.Input.Name, shapes.ShapeOf(graph.Nodes[0], graph.Input.Name), ElementType.Float32, null);
        network = new NetworkAssembler(input);
        values.Add(input.Name, new QuantizedValue.Made(input));
    }

    /// <summary>Whether a graph states quantization of its own.</summary>
    public static bool IsQuantized(OnnxGraph graph) => graph.Nodes.Any(static node =>
        node.OperatorType is "QuantizeLinear" or "DequantizeLinear" or "QGemm" || node.OperatorType.StartsWith("QLinear", StringComparison.Ordinal));

    /// <param name="graph">The graph.</param>
    /// <param name="shapes">Its shapes.</param>
    /// <param name="chosenLevels">Chooses the levels of int8 outputs that the graph leaves in real numbers.</param>
    /// <returns>The network, and for the values that are values of the graph too their names there.</returns>
    /// <exception cref="ModelFormatException">A node has no counterpart.</exception>
    public static (Network Network, IReadOnlyDictionary<string, string> NamesInGraph) Import(OnnxGraph graph, OnnxShapes shapes, ChosenLevels chosenLevels)
    {
        var importer = new OnnxQuantizedImporter(graph, shapes, chosenLevels);
        foreach (OnnxNode node in graph.Nodes.Where(node => !shapes.IsShapeComputation(node)))
        {
            importer.MapChecked(node);
        }

        TensorInfo[] outputs = [.. graph.Outputs.Select(importer.OutputOf)];
        return importer.network.Last is { } last && outputs.Contains(last.Output)
            ? (importer.network.Build(graph.Name, outputs), importer.NamesInGraph())
            : throw new ModelFormatException(graph.Path, "graph outputs", $"'{graph.Outputs[^1]}' is not the result of the last quantized or float32 operator");
    }

    /// <summary>The value of the network that an output of the graph is: what a call wrote; behind a DequantizeLinear that int8 calls share, its real numbers.</summary>
    private TensorInfo OutputOf(string output) => values.GetValueOrDefault(output) switch
    {
        QuantizedValue.Made { Info: var made } when made != network.Input => made,
        QuantizedValue.Dequantized { Info: var levels } when realForms.TryGetValue(levels, out TensorInfo? real) => real,
        QuantizedValue.Pending pending => RealOf(pending, output),
        _ => throw new ModelFormatException(graph.Path, "graph outputs", $"'{output}' is not the result of a quantized or float32 operator"),
    };

    /// <summary>Finds all nodes without counterpart. Behind one, the import goes on at the next QuantizeLinear, which states all that is to be known.</summary>
    public static void Probe(OnnxGraph graph, OnnxShapes shapes, ImportFaults faults)
    {
        var importer = new OnnxQuantizedImporter(graph, shapes, chosenLevels: null);
        foreach (OnnxNode node in graph.Nodes.Where(node => !shapes.IsShapeComputation(node)))
        {
            if (node.OperatorType == "QuantizeLinear" && faults.IsUnknown(node.Input(0)) && !faults.IsUnknown(node.Output))
            {
                faults.Judge(node, () => importer.AssumeQuantized(node));
            }
            else
            {
                faults.Try(node, () => importer.MapChecked(node));
            }
        }
    }

    private void AssumeQuantized(OnnxNode node) =>
        SetLevels(node, new TensorInfo(node.Output, shapes.ShapeOf(node, node.Output), ElementType.Int8, quantization.PerTensor(node, 1, 2)));

    private void MapChecked(OnnxNode node)
    {
        try
        {
            MapOrFallBack(node);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw node.Fault(exception.Message.Split(" (Parameter", StringSplitOptions.None)[0], exception);
        }
    }

    // Nodes of int8 values have no fallback: ONNX Runtime would not compute them as the modelled library does.
    private void MapOrFallBack(OnnxNode node)
    {
        if (!shapes.IsFallback(node))
        {
            Map(node);
            return;
        }

        TensorInfo[] inputs = [.. OnnxFallback.ComputedInputs(graph, node).Select(input => Real(node, input))];
        Set(node, network.Fallback(NameOf(node), inputs, shapes.ShapeOf(node, node.Output), node.OperatorType, OnnxFallback.Cut(graph, node, shapes)));
    }

    private void Map(OnnxNode node)
    {
        switch (node.OperatorType)
        {
            case "QuantizeLinear":
                MapQuantize(node);
                break;
            case "DequantizeLinear":
                MapDequantize(node);
                break;
            case "Conv":
                MapConvolution(node);
                break;
            case "Gemm" or "MatMul":
                MapLinear(node);
                break;
            case "Relu":
                MapRelu(node);
                break;
            case "Clip":
                MapClip(node);
                break;
            case "MaxPool" or "GlobalMaxPool":
                MapMaxPool(node);
                break;
            case "Slice":
                MapSlice(node);
                break;
            case "Pad":
                MapPad(node);
                break;
            case "Mul":
                MapProduct(node);
                break;
            case "Concat":
                MapConcat(node);
                break;
            case "QLinearConcat":
                MapQLinearConcat(node);
                break;
            case "Add":
                Set(node, network.Add(NameOf(node), Real(node, 0), Real(node, 1)));
                break;
            case "AveragePool" when !OnnxGeometry.IsGlobal(node, shapes[node.Input(0)]):
                MapAveragePool(node);
                break;
            case "GlobalAveragePool" or "AveragePool" or "ReduceMean":
                Set(node, network.Mean(NameOf(node), Images(node, Real(node, 0))));
                break;
            case "Softmax":
                MapSoftmax(node);
                break;
            case "QLinearConv":
                MapQLinearConv(node);
                break;
            case "QLinearMatMul" or "QGemm":
                MapQLinearProduct(node);
                break;
            case "QLinearAdd":
                MapQLinearArithmetic(node, LevelOperation.Add);
                break;
            case "QLinearMul":
                MapQLinearArithmetic(node, LevelOperation.Multiply);
                break;
            case "QLinearAveragePool":
                MapQLinearAveragePool(node);
                break;
            case "QLinearGlobalAveragePool":
                MapQLinearMean(node);
                break;
            case "Transpose" when shapes.MovesElements(node):
                throw node.Fault("moves channels of a quantized model; nearest supported form: a Transpose of the graph input from NHWC");
            case "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" or "Identity" or "Dropout" or "Cast" or "Transpose":
                values.Add(node.Output, Value(node, 0));
                break;
            default:
                throw node.Fault("is not supported in a quantized model; nearest supported form: the operator in a float model");
        }
    }

    private void MapQuantize(OnnxNode node)
    {
        node.RequireInt("block_size", 0, 0);
        QuantizationParameters output = quantization.PerTensor(node, 1, 2);
        if (graph.Constant(node.Input(0)) is not null)
        {
            throw node.Fault("quantizes a constant; nearest supported form: the constant stored as int8 levels");
        }

        switch (Value(node, 0))
        {
            case QuantizedValue.Pending pending:
                SetLevels(node, Emit(node, pending, Name(pending.Node, node.Output), output));
                break;
            case QuantizedValue.Made { Info.ElementType: ElementType.Float32 } real:
                SetLevels(node, network.Quantize(NameOf(node), real.Info, output));
                break;
            case QuantizedValue.Dequantized { Info: var same } when same.RequiredQuantization == output:
                SetLevels(node, same);
                break;
            default:
                throw node.Fault("requantizes a value that is quantized already; nearest supported form: one QuantizeLinear per operator");
        }
    }

    private TensorInfo Emit(OnnxNode node, QuantizedValue.Pending pending, CallName name, QuantizationParameters output)
    {
        TensorInfo made = pending.Emit(name, output);
        if (!IsClippedBySaturation(node, pending, output))
        {
            network.Clamp(LevelOf(pending.Clip.Smallest, output), LevelOf(pending.Clip.Largest, output));
        }

        return pending.IsRectified ? RectifyInPlace(name.Value, made, output) : made;
    }

    /// <summary>Real numbers of what nothing quantizes: an int8 call with levels that are chosen for it, and its dequantize call.</summary>
    private TensorInfo RealOf(QuantizedValue.Pending pending, string value)
    {
        if (!realsOfPending.TryGetValue(pending, out TensorInfo? real))
        {
            if (!graph.ValuesInFile.Contains(value))
            {
                throw pending.Node.Fault($"gives out '{value}' as real numbers, but nothing says which levels it has; nearest supported form: QuantizeLinear and DequantizeLinear behind it");
            }

            JudgeAll();

            // Where nodes are only judged, any levels do.
            QuantizationParameters levels = chosenLevels?.Of(pending.Node, value) ?? QuantizationParameters.FromScale(1, 0);
            TensorInfo made = Emit(pending.Node, chosenLevels is null ? pending with { Clip = QuantizedValue.Pending.NoClip } : pending, new CallName(Unique(pending.Node.Name, value), $"{value}.levels"), levels);
            realsOfPending.Add(pending, real = network.Dequantize(new CallName(Unique($"{value}.real", value), value), made));
        }

        return real;
    }

    /// <summary>Refuses what any node of the graph is refused for, before the file runs in ONNX Runtime to find levels.</summary>
    private void JudgeAll()
    {
        if (chosenLevels is not null && !isJudged)
        {
            isJudged = true;
            var judge = new OnnxQuantizedImporter(graph, shapes, chosenLevels: null);
            foreach (OnnxNode node in graph.Nodes.Where(node => !shapes.IsShapeComputation(node)))
            {
                judge.MapChecked(node);
            }
        }
    }

    /// <summary>A rectifier that keeps scale and zero point; with the zero point -128 saturation has done its work.</summary>
    private TensorInfo RectifyInPlace(string value, TensorInfo made, QuantizationParameters output)
    {
        if (output.ZeroPoint == sbyte.MinValue)
        {
            return made;
        }

        (int multiplier, int shift) = FixedPointMultiplier.FromFactor(1);
        return network.Relu(Derived(value, "relu"), made, multiplier, shift, output);
    }

    private void MapDequantize(OnnxNode node)
    {
        node.RequireInt("block_size", 0, 0);
        if (graph.Constant(node.Input(0)) is { } constant)
        {
            values.Add(node.Output, quantization.Dequantize(node, constant));
            return;
        }

        TensorInfo source = Levels(node, 0);
        RequireSame(node, source, StatedAt(node, source), "reads its input");
        if (IsReadAsReal(node.Output))
        {
            TensorInfo real = network.Dequantize(NameOf(node), source);
            realForms.TryAdd(source, real);
            values.Add(node.Output, IsReadAsLevels(node.Output) ? new QuantizedValue.Dequantized(source) : new QuantizedValue.Made(real));
        }
        else
        {
            values.Add(node.Output, new QuantizedValue.Dequantized(source));
        }
    }

    /// <summary>What a DequantizeLinear node states; a zero point left out is 0 of the input's type, which is -128 for uint8.</summary>
    private QuantizationParameters StatedAt(OnnxNode node, TensorInfo source)
    {
        return !node.HasInput(2) && signedValues.Contains(source) && quantization.Scales(node, 1) is [float scale]
            ? QuantizationParameters.FromScale(scale, 0)
            : quantization.PerTensor(node, 1, 2);
    }

    /// <summary>Whether a reader needs real numbers: every one but those that become int8 calls.</summary>
    private bool IsReadAsReal(string value)
    {
        var open = new Stack<string>([value]);
        while (open.TryPop(out string? next))
        {
            if (graph.Outputs.Contains(next))
            {
                return true;
            }

            foreach (OnnxNode reader in graph.ReadersOf(next))
            {
                if (OnnxNaming.IsShapeChange(reader))
                {
                    open.Push(reader.Output);
                }
                else if (!ReadsAsLevels(reader, next))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether an operator that becomes an int8 call reads the value, beside those that need real numbers: a residual branch shares its DequantizeLinear.</summary>
    private bool IsReadAsLevels(string value) => graph.ReadersOf(value).Any(reader =>
        ReadsAsLevels(reader, value) || (OnnxNaming.IsShapeChange(reader) && IsReadAsLevels(reader.Output)));

    private bool ReadsAsLevels(OnnxNode reader, string value) => reader.OperatorType switch
    {
        "Concat" => CopiesLevels(reader),
        "Mul" => MultipliesLevels(reader),
        "MaxPool" or "GlobalMaxPool" or "Pad" or "Slice" => reader.Inputs[0] == value && (KeepsLevels(reader, value) || (reader.OperatorType == "Pad" && LevelsOf(value) is { } levels && IsLevel(reader, levels))),
        "QuantizeLinear" => reader.Inputs[0] == value && LevelsOf(value) is { } stated && (quantization.PerTensor(reader, 1, 2), quantization.IsSigned(reader, 2)) == stated,
        _ => ReadsLevels(reader) && reader.Inputs[0] == value,
    };

    /// <summary>What the DequantizeLinear behind a value states, through changes of shape, maxima and paddings; null where there is none.</summary>
    private (QuantizationParameters Quantization, bool IsSigned)? LevelsOf(string value)
    {
        OnnxNode? maker = graph.MakerOf(value);
        while (maker is not null && (OnnxNaming.IsShapeChange(maker) || maker.OperatorType is "MaxPool" or "GlobalMaxPool" or "Pad" or "Slice"))
        {
            maker = graph.MakerOf(maker.Inputs[0]);
        }

        return maker is { OperatorType: "DequantizeLinear" } && maker.HasInput(2) && graph.Constant(maker.Input(0)) is null
            ? (quantization.PerTensor(maker, 1, 2), quantization.IsSigned(maker, 2))
            : null;
    }

    /// <summary>Whether what a maximum or a padding makes of levels is only quantized to the same levels again: then it is one of levels, and gives the same bytes.</summary>
    private bool KeepsLevels(OnnxNode node, string value) => LevelsOf(value) is { } levels && node.Proto.DocString != OnnxModelWriter.RealNumbers && !graph.Outputs.Contains(node.Output) && graph.ReadersOf(node.Output) is { Count: > 0 } behind
        && behind.All(reader => reader.OperatorType == "QuantizeLinear"
            ? (quantization.PerTensor(reader, 1, 2), quantization.IsSigned(reader, 2)) == levels
            : (OnnxNaming.IsShapeChange(reader) || reader.OperatorType is "MaxPool" or "GlobalMaxPool" or "Pad" or "Slice") && reader.Inputs[0] == node.Output && KeepsLevels(reader, node.Output));

    /// <summary>Whether a Pad adds a number that is one of the levels.</summary>
    private bool IsLevel(OnnxNode pad, (QuantizationParameters Quantization, bool IsSigned) levels)
    {
        float value = OnnxPad.Read(pad, graph, shapes[pad.Input(0)]).Value;
        return pad.Proto.DocString != OnnxModelWriter.RealNumbers && levels.Quantization.Scale * (LevelOf(value, levels.Quantization) - levels.Quantization.ZeroPoint) == value;
    }

    /// <summary>Whether a Mul lies between DequantizeLinear nodes and one QuantizeLinear.</summary>
    private bool MultipliesLevels(OnnxNode node) => graph.IsReadOnce(node.Output) && graph.ReadersOf(node.Output)[0] is { OperatorType: "QuantizeLinear" or "Relu" }
        && node.Inputs.Count == 2 && node.Inputs.All(input => graph.MakerOf(input) is { OperatorType: "DequantizeLinear" } maker && graph.Constant(maker.Input(0)) is null);

    /// <summary>Whether a Concat between DequantizeLinear and one QuantizeLinear states the same levels everywhere, so that bytes are copied.</summary>
    private bool CopiesLevels(OnnxNode concat)
    {
        if (!graph.IsReadOnce(concat.Output) || graph.ReadersOf(concat.Output)[0] is not { OperatorType: "QuantizeLinear" } quantize)
        {
            return false;
        }

        (QuantizationParameters, bool) wanted = (quantization.PerTensor(quantize, 1, 2), quantization.IsSigned(quantize, 2));
        return concat.Inputs.All(input => graph.MakerOf(input) is { OperatorType: "DequantizeLinear" } maker
            && graph.Constant(maker.Input(0)) is null && maker.HasInput(2) == quantize.HasInput(2)
            && (quantization.PerTensor(maker, 1, 2), quantization.IsSigned(maker, 2)) == wanted);
    }

    /// <summary>Whether an operator becomes an int8 call; an average of windows does as a convolution, that of whole planes is a mean of real numbers.</summary>
    private bool ReadsLevels(OnnxNode reader) =>
        reader.OperatorType is "Conv" or "Gemm" or "MatMul" or "Relu" || (reader.OperatorType == "AveragePool" && !OnnxGeometry.IsGlobal(reader, shapes[reader.Input(0)]));

    private QuantizedValue Value(OnnxNode node, int input) => values.TryGetValue(node.Input(input), out QuantizedValue? value)
        ? value
        : throw node.Fault($"reads the constant '{node.Input(input)}'; nearest supported form: a value that depends on the input");

    /// <summary>An int8 value.</summary>
    private TensorInfo Levels(OnnxNode node, int input) => Value(node, input) switch
    {
        QuantizedValue.Made { Info.ElementType: ElementType.Int8 } made => made.Info,
        QuantizedValue.Dequantized dequantized => dequantized.Info,
        _ => throw NotQuantized(node, node.Input(input)),
    };

    /// <summary>A float32 value; an int8 value is dequantized once.</summary>
    private TensorInfo Real(OnnxNode node, int input) => Real(node, node.Input(input));

    private TensorInfo Real(OnnxNode node, string input)
    {
        TensorInfo value = values.GetValueOrDefault(input) switch
        {
            QuantizedValue.Made made => made.Info,
            QuantizedValue.Dequantized dequantized => dequantized.Info,
            QuantizedValue.Pending pending => RealOf(pending, input),
            _ => throw NotQuantized(node, input),
        };
        return value.ElementType == ElementType.Float32 ? value : RealForm(value);
    }

    private TensorInfo RealForm(TensorInfo value)
    {
        if (!realForms.TryGetValue(value, out TensorInfo? real))
        {
            realForms.Add(value, real = network.Dequantize(Derived(value.Name, "float32"), value));
        }

        return real;
    }

    private static ModelFormatException NotQuantized(OnnxNode node, string input) => node.Fault(
        $"reads '{input}', which is not quantized; nearest supported form: QuantizeLinear after every Conv, Gemm, MatMul and Relu, and DequantizeLinear before it");

    private static void RequireSame(OnnxNode node, TensorInfo value, QuantizationParameters stated, string what)
    {
        if (value.RequiredQuantization != stated)
        {
            throw node.Fault($"{what} with {stated}, but it was made with {value.RequiredQuantization}");
        }
    }

    private TensorInfo Images(OnnxNode node, TensorInfo value)
    {
        TensorShape stated = shapes.ShapeOf(node, node.Input(0));
        return value.Shape == stated ? value : throw node.Fault($"reads a value of {value.Shape} reshaped to {stated}; nearest supported form: no reshape before it");
    }

    private void SetLevels(OnnxNode node, TensorInfo info)
    {
        Set(node, info);
        if (quantization.IsSigned(node, 2))
        {
            signedValues.Add(info);
        }
    }

    private void Set(OnnxNode node, TensorInfo info) => values.Add(node.Output, new QuantizedValue.Made(info));

    private CallName NameOf(OnnxNode node) => Name(node, node.Output);

    private CallName Name(OnnxNode node, string value) => new(Unique(node.Name, value), value);

    private CallName Derived(string value, string suffix) => new(Unique($"{value}.{suffix}", value), $"{value}.{suffix}");

    private string Unique(string wanted, string value)
    {
        string name = wanted;
        for (int attempt = 0; !callNames.Add(name); attempt++)
        {
            name = attempt == 0 ? value : string.Create(CultureInfo.InvariantCulture, $"{value}#{network.Count + attempt}");
        }

        return name;
    }
}
