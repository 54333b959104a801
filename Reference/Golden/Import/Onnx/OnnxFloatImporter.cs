using System.Globalization;
using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Maps a float32 graph onto a <see cref="FloatNetwork"/>; batch normalization is folded.</summary>
/// <remarks>
/// Nodes that only change the shape of a value make no node of their own. A matrix product whose only reader is such a node takes
/// that node's name, so that a linear layer reshaped to <c>[N, M, 1, 1]</c> is called as in the model.
/// </remarks>
internal sealed class OnnxFloatImporter
{
    private readonly OnnxGraph graph;
    private readonly OnnxShapes shapes;
    private readonly OnnxParameters parameters;
    private readonly List<FloatNode> nodes = [];

    /// <summary>The node, or the input, that each value of the model comes from.</summary>
    private readonly Dictionary<string, string> sources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorShape> sourceShapes = new(StringComparer.Ordinal);

    /// <summary>The images that a value has with channels last.</summary>
    private readonly Dictionary<string, TensorShape> channelsLast = new(StringComparer.Ordinal);

    private OnnxFloatImporter(OnnxGraph graph, OnnxShapes shapes)
    {
        this.graph = graph;
        this.shapes = shapes;
        parameters = new OnnxParameters(graph);
    }

    /// <exception cref="ModelFormatException">A node has no counterpart.</exception>
    public static FloatNetwork Import(OnnxGraph graph, OnnxShapes shapes)
    {
        OnnxFloatImporter importer = Start(graph, shapes);
        foreach (OnnxNode node in graph.Nodes.Where(node => !shapes.IsShapeComputation(node)))
        {
            importer.MapOrFallBack(node);
        }

        return importer.nodes.Count > 0
            ? new FloatNetwork(graph.Name, graph.Input.Name, importer.sourceShapes[graph.Input.Name], importer.nodes, importer.OutputsOf()).FoldBatchNorm()
            : throw new ModelFormatException(graph.Path, "graph", "computes nothing, expected at least one operator");
    }

    private string[] OutputsOf() => [.. graph.Outputs.Select(output => !sources.TryGetValue(output, out string? source)
        ? throw new ModelFormatException(graph.Path, "graph outputs", $"'{output}' is not the first output of its node; nearest supported form: operators with one output")
        : source != graph.Input.Name
            ? source
            : throw new ModelFormatException(graph.Path, "graph outputs", $"'{output}' is the input unchanged")).Distinct(StringComparer.Ordinal)];

    /// <summary>Finds all nodes without counterpart.</summary>
    public static void Probe(OnnxGraph graph, OnnxShapes shapes, ImportFaults faults)
    {
        OnnxFloatImporter importer = Start(graph, shapes);
        foreach (OnnxNode node in graph.Nodes.Where(node => !shapes.IsShapeComputation(node)))
        {
            faults.Try(node, () => importer.MapOrFallBack(node));
        }
    }

    private static OnnxFloatImporter Start(OnnxGraph graph, OnnxShapes shapes)
    {
        var importer = new OnnxFloatImporter(graph, shapes);
        TensorShape inputShape = shapes.ShapeOf(graph.Nodes[0], graph.Input.Name);
        importer.sources.Add(graph.Input.Name, graph.Input.Name);
        importer.sourceShapes.Add(graph.Input.Name, inputShape);
        return importer;
    }

    // A mapping that fails has added nothing.
    private void MapOrFallBack(OnnxNode node)
    {
        if (shapes.IsFallback(node))
        {
            MapFallback(node);
            return;
        }

        try
        {
            Map(node);
        }
        catch (ModelFormatException fault) when (shapes.AllowsFallback)
        {
            shapes.Faults?.Add(node, fault);
            MapFallback(node);
        }
    }

    private void MapFallback(OnnxNode node)
    {
        string[] inputs = OnnxFallback.ComputedInputs(graph, node);
        foreach (string input in inputs)
        {
            if (!sources.TryGetValue(input, out string? source) || sourceShapes[source] != shapes.ShapeOf(node, input))
            {
                throw node.Fault($"reads '{input}' in another shape than it was made; nearest supported form: no reshape before it");
            }
        }

        Add(node, new FloatOnnxNode
        {
            Name = node.Output,
            Inputs = [.. inputs.Select(input => sources[input])],
            OutputShape = shapes.ShapeOf(node, node.Output),
            OperatorType = node.OperatorType,
            Model = OnnxFallback.Cut(graph, node, shapes),
        });
    }

    private void Map(OnnxNode node)
    {
        switch (node.OperatorType)
        {
            case "Conv":
                MapConvolution(node);
                break;
            case "BatchNormalization":
                MapBatchNormalization(node);
                break;
            case "Relu":
                Add(node, new FloatRelu { Name = node.Output, Inputs = [Source(node, 0)], OutputShape = sourceShapes[Source(node, 0)] });
                break;
            case "Clip":
                MapClip(node);
                break;
            case "MaxPool" or "GlobalMaxPool":
                MapMaxPool(node);
                break;
            case "Pad":
                MapPad(node);
                break;
            case "Add":
                MapAdd(node);
                break;
            case "Mul" or "Sub" or "Div":
                MapScaling(node);
                break;
            case "Slice":
                MapSlice(node);
                break;
            case "Concat":
                MapConcat(node);
                break;
            case "AveragePool" when !OnnxGeometry.IsGlobal(node, shapes[node.Input(0)]):
                MapAveragePool(node);
                break;
            case "GlobalAveragePool" or "AveragePool" or "ReduceMean":
                TensorShape images = Images(node);
                Add(node, new FloatMean { Name = node.Output, Inputs = [Source(node, 0)], OutputShape = TensorShape.FromMatrix(images.Batch, images.Channels) });
                break;
            case "Gemm" or "MatMul":
                MapLinear(node);
                break;
            case "Softmax":
                MapSoftmax(node);
                break;
            case "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" or "Identity" or "Dropout" or "Cast" or "Transpose":
                MapView(node);
                break;
            default:
                throw node.Fault("is not supported in a float model; nearest supported form: a model that is quantized throughout");
        }
    }

    /// <summary>The same elements under another shape; a Transpose before a matrix product is noted, to move the weights instead.</summary>
    private void MapView(OnnxNode node)
    {
        string source = Source(node, 0);
        if (node.OperatorType == "Transpose" && shapes.MovesElements(node))
        {
            channelsLast.Add(node.Output, Images(node));
        }
        else if (channelsLast.TryGetValue(node.Input(0), out TensorShape images))
        {
            channelsLast.Add(node.Output, shapes[node.Output] is [_, int elements] && elements == images.ImageElementCount
                ? images
                : throw node.Fault("cuts images with channels last; nearest supported form: one row an image"));
        }

        sources.Add(node.Output, source);
    }

    /// <summary>Weights <c>[M, K]</c> over elements <c>[H, W, C]</c>, in the order of <c>[C, H, W]</c>.</summary>
    private static float[] OverChannelsFirst(float[] weights, TensorShape images)
    {
        var moved = new float[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            (int row, int element) = Math.DivRem(i, images.ImageElementCount);
            (int position, int channel) = Math.DivRem(element, images.Channels);
            moved[(row * images.ImageElementCount) + (channel * images.PlaneElementCount) + position] = weights[i];
        }

        return moved;
    }

    private void MapConvolution(OnnxNode node)
    {
        TensorShape source = Images(node);
        Conv2dShape shape = OnnxGeometry.Convolution(node, shapes[node.Input(0)], shapes[node.Input(1)]);
        Add(node, new FloatConv2d
        {
            Name = node.Output,
            Inputs = [Source(node, 0)],
            OutputShape = shape.OutputShape(source.Batch),
            Shape = shape,
            Weights = parameters.Floats(node, 1, shape.WeightCount, "the weight"),
            Bias = node.HasInput(2) ? parameters.Floats(node, 2, shape.OutChannels, "the bias") : parameters.Allocate<float>(node, shape.OutChannels),
        });
    }

    /// <summary>Folded into the Conv before it, where nothing else reads that; elsewhere a scale and an offset a channel.</summary>
    private void MapBatchNormalization(OnnxNode node)
    {
        node.RequireInt("training_mode", 0, 0);
        node.RequireInt("spatial", 1, 1);
        TensorShape source = sourceShapes[Source(node, 0)];
        int position = OnlyReadHere(node, 0);
        int channels = source.Channels;
        float epsilon = node.Single("epsilon", 1e-5f);
        var batchNorm = new BatchNorm
        {
            Gamma = parameters.Floats(node, 1, channels, "the scale"),
            Beta = parameters.Floats(node, 2, channels, "the offset"),
            Mean = parameters.Floats(node, 3, channels, "the mean"),
            Variance = parameters.Floats(node, 4, channels, "the variance"),
            Epsilon = epsilon,
        };
        if (!float.IsFinite(epsilon) || Array.Exists(batchNorm.Variance, variance => !(variance + epsilon > 0)))
        {
            throw node.Fault("has a variance that is not above 0 with epsilon added");
        }

        if (position >= 0 && nodes[position] is FloatConv2d { BatchNorm: null, Clip: null } conv)
        {
            Replace(node, position, conv with { Name = node.Output, BatchNorm = batchNorm });
            return;
        }

        float[] factors = [.. batchNorm.Gamma.Zip(batchNorm.Variance, (gamma, variance) => (float)(gamma / Math.Sqrt((double)variance + epsilon)))];
        MapAffine(node, 0, factors, [.. batchNorm.Beta.Select((beta, c) => (float)(beta - ((double)batchNorm.Mean[c] * factors[c])))]);
    }

    /// <summary>A product, difference or quotient of a value and one constant, or one a channel.</summary>
    private void MapScaling(OnnxNode node)
    {
        int constant = graph.Constant(node.Input(0)) is not null ? 0 : 1;
        float[] numbers = PerChannel(node, constant, sourceShapes[Source(node, 1 - constant)]);
        bool isBehind = constant == 1;
        (float[] factors, float[] offsets) = node.OperatorType switch
        {
            "Mul" => (numbers, new float[numbers.Length]),
            "Sub" => (Array.ConvertAll(numbers, _ => isBehind ? 1f : -1f), Array.ConvertAll(numbers, number => isBehind ? -number : number)),
            _ when isBehind && !numbers.Contains(0) => (Array.ConvertAll(numbers, static number => 1 / number), new float[numbers.Length]),
            _ => throw node.Fault("divides by a value, or by 0; nearest supported form: Div by a constant"),
        };
        MapAffine(node, 1 - constant, factors, offsets);
    }

    /// <summary>A factor and an offset a channel: part of the Conv, Gemm or MatMul before it, where nothing else reads that; elsewhere a depthwise 1x1 convolution.</summary>
    private void MapAffine(OnnxNode node, int input, float[] factors, float[] offsets)
    {
        int position = OnlyReadHere(node, input);
        if (position >= 0 && nodes[position] is FloatConv2d { Clip: null } made)
        {
            FloatConv2d conv = made.FoldBatchNorm();
            Replace(node, position, conv with { Name = node.Output, Weights = Scaled(conv.Weights, factors), Bias = Affine(conv.Bias, factors, offsets) });
            return;
        }

        if (position >= 0 && nodes[position] is FloatLinear linear)
        {
            Replace(node, position, linear with { Name = OnnxNaming.FinalName(graph, node.Output), Weights = Scaled(linear.Weights, factors), Bias = Affine(linear.Bias, factors, offsets) });
            return;
        }

        string source = Source(node, input);
        TensorShape images = sourceShapes[source];
        Add(node, new FloatConv2d
        {
            Name = node.Output,
            Inputs = [source],
            OutputShape = images,
            Shape = Conv2dShape.Create(images.Channels, images.Height, images.Width, images.Channels, new Conv2dWindow
            {
                KernelHeight = 1, KernelWidth = 1, StrideHeight = 1, StrideWidth = 1, PadTop = 0, PadLeft = 0, PadBottom = 0, PadRight = 0, DilationHeight = 1, DilationWidth = 1,
            }, images.Channels),
            Weights = factors,
            Bias = offsets,
        });
    }

    private static float[] Scaled(float[] weights, float[] factors)
    {
        int perChannel = weights.Length / factors.Length;
        return [.. weights.Select((weight, i) => weight * factors[i / perChannel])];
    }

    private static float[] Affine(float[] values, float[] factors, float[] offsets) => [.. values.Select((value, c) => (value * factors[c]) + offsets[c])];

    /// <summary>A constant as one number a channel of a value <c>[N, C, H, W]</c> or <c>[N, C]</c>.</summary>
    private float[] PerChannel(OnnxNode node, int constantInput, TensorShape shape)
    {
        OnnxConstant constant = parameters.Constant(node, constantInput, "the constant");
        int rank = shapes[node.Input(1 - constantInput)].Length;
        int channelAxis = constant.Dimensions.Length - rank + 1;
        bool isPerChannel = channelAxis >= 0 && constant.Dimensions[channelAxis] == shape.Channels && constant.Count == shape.Channels;
        return constant.Count == 1 || isPerChannel
            ? constant.Count == 1 ? [.. Enumerable.Repeat(constant.Floats()[0], shape.Channels)] : constant.Floats()
            : throw node.Fault(string.Create(CultureInfo.InvariantCulture, $"reads a constant [{string.Join(", ", constant.Dimensions)}]; nearest supported form: one number, or one a channel"));
    }

    /// <summary>A Clip directly behind a Conv, such as ReLU6: saturation does it, since the levels of the output span no more than what it lets through.</summary>
    private void MapClip(OnnxNode node)
    {
        (float smallest, float largest) = parameters.ClipLimits(node);
        if (smallest == 0 && float.IsPositiveInfinity(largest))
        {
            Add(node, new FloatRelu { Name = node.Output, Inputs = [Source(node, 0)], OutputShape = sourceShapes[Source(node, 0)] });
            return;
        }

        int position = OnlyReadHere(node, 0);
        if (position < 0 || nodes[position] is not FloatConv2d { Clip: null } conv)
        {
            throw node.Fault("does not follow a Conv that nothing else reads; nearest supported form: Clip directly after Conv, or Relu");
        }

        if (!(smallest <= 0 && largest >= 0))
        {
            throw node.Fault(string.Create(CultureInfo.InvariantCulture, $"clips to {smallest} to {largest}; nearest supported form: limits with 0 between them"));
        }

        Replace(node, position, conv with { Name = node.Output, Clip = new ClipRange(smallest, largest) });
    }

    private void MapMaxPool(OnnxNode node)
    {
        TensorShape source = Images(node);
        MaxPool2dShape shape = OnnxGeometry.MaxPool(node, shapes[node.Input(0)]);
        Add(node, new FloatMaxPool2d { Name = node.Output, Inputs = [Source(node, 0)], OutputShape = shape.OutputShape(source.Batch), Shape = shape });
    }

    /// <summary>The mean of windows: a depthwise convolution with equal weights where all count their padding or have none.</summary>
    private void MapAveragePool(OnnxNode node)
    {
        TensorShape source = Images(node);
        (MaxPool2dShape windows, bool countsAll) = OnnxGeometry.AveragePool(node, shapes[node.Input(0)]);
        if (!countsAll)
        {
            Add(node, new FloatAveragePool2d { Name = node.Output, Inputs = [Source(node, 0)], OutputShape = windows.OutputShape(source.Batch), Shape = windows });
            return;
        }

        Conv2dShape shape = OnnxGeometry.AsConvolution(node, windows);
        float[] weights = parameters.Allocate<float>(node, shape.WeightCount);
        Array.Fill(weights, 1f / (shape.KernelHeight * shape.KernelWidth));
        Add(node, new FloatConv2d
        {
            Name = node.Output,
            Inputs = [Source(node, 0)],
            OutputShape = shape.OutputShape(source.Batch),
            Shape = shape,
            Weights = weights,
            Bias = parameters.Allocate<float>(node, shape.OutChannels),
        });
    }

    /// <summary>Zeros around images that no Conv takes as its padding.</summary>
    private void MapPad(OnnxNode node)
    {
        TensorShape source = Images(node);
        OnnxPad pad = OnnxPad.Read(node, graph, shapes[node.Input(0)]);
        if (pad.Value != 0)
        {
            throw node.Fault(string.Create(CultureInfo.InvariantCulture, $"pads with {pad.Value:R}; nearest supported form: zeros, or any level in a quantized model"));
        }

        Add(node, new FloatPad
        {
            Name = node.Output, Inputs = [Source(node, 0)], OutputShape = shapes.ShapeOf(node, node.Output), PadTop = pad.Top, PadLeft = pad.Left, PadBottom = pad.Bottom, PadRight = pad.Right,
        });
    }

    private void MapAdd(OnnxNode node)
    {
        int constantInput = graph.Constant(node.Input(0)) is not null ? 0 : 1;
        if (graph.Constant(node.Input(constantInput)) is null)
        {
            TensorShape shape = sourceShapes[Source(node, 0)];
            if (sourceShapes[Source(node, 1)] != shape)
            {
                throw node.Fault($"adds {shape} and {sourceShapes[Source(node, 1)]} under one shape; nearest supported form: no reshape before Add");
            }

            Add(node, new FloatAdd { Name = node.Output, Inputs = [Source(node, 0), Source(node, 1)], OutputShape = shape });
            return;
        }

        // MatMul has no bias of its own; exporters add it as a constant.
        int position = OnlyReadHere(node, 1 - constantInput);
        if (position < 0 || nodes[position] is not FloatLinear linear)
        {
            float[] offsets = PerChannel(node, constantInput, sourceShapes[Source(node, 1 - constantInput)]);
            MapAffine(node, 1 - constantInput, [.. Enumerable.Repeat(1f, offsets.Length)], offsets);
            return;
        }

        float[] bias = PerChannel(node, constantInput, linear.OutputShape);
        Replace(node, position, linear with { Name = OnnxNaming.FinalName(graph, node.Output), Bias = [.. linear.Bias.Zip(bias, static (left, right) => left + right)] });
    }

    private void MapConcat(OnnxNode node)
    {
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (sourceShapes[Source(node, i)] != shapes.ShapeOf(node, node.Input(i)))
            {
                throw node.Fault($"reads '{node.Input(i)}' in another shape than it was made; nearest supported form: no reshape before it");
            }
        }

        Add(node, new FloatConcat
        {
            Name = node.Output,
            Inputs = [.. node.Inputs.Select((_, i) => Source(node, i))],
            OutputShape = shapes.ShapeOf(node, node.Output),
            Axis = OnnxShapes.AxisOfImages(node, shapes[node.Input(0)].Length),
        });
    }

    private void MapSlice(OnnxNode node)
    {
        string source = Source(node, 0);
        int[] input = shapes[node.Input(0)];
        if (sourceShapes[source] != shapes.ShapeOf(node, node.Input(0)))
        {
            throw node.Fault($"reads '{node.Input(0)}' in another shape than it was made; nearest supported form: no reshape before it");
        }

        var slice = OnnxSlice.Read(node, graph, input);
        if (slice.Axis == 0)
        {
            throw node.Fault("takes some images of a batch; nearest supported form: channels, rows or columns of each");
        }

        Add(node, new FloatSlice
        {
            Name = node.Output, Inputs = [source], OutputShape = shapes.ShapeOf(node, node.Output), Axis = OnnxShapes.AxisOfImages(slice.Axis, input.Length), First = slice.First,
        });
    }

    private void MapLinear(OnnxNode node)
    {
        string source = Source(node, 0);
        int[] dimensions = shapes[node.Input(1)];
        bool isTransposed = node.Int("transB", 0) != 0;
        (int inputs, int outputs) = isTransposed ? (dimensions[1], dimensions[0]) : (dimensions[0], dimensions[1]);
        (float alpha, float beta) = node.OperatorType == "Gemm" ? (node.Single("alpha", 1), node.Single("beta", 1)) : (1, 1);
        float[] weights = parameters.Floats(node, 1, dimensions[0] * dimensions[1], "the weight");
        weights = alpha == 1 ? weights : Array.ConvertAll(weights, weight => alpha * weight);
        float[] rows = isTransposed ? weights : parameters.Transposed(node, alpha == 1 ? node.Input(1) : $"{node.Input(1)} x {alpha:R}", weights, inputs, outputs);
        Add(node, new FloatLinear
        {
            Name = OnnxNaming.FinalName(graph, node.Output),
            Inputs = [source],
            OutputShape = TensorShape.FromMatrix(sourceShapes[source].Batch, outputs),
            Weights = channelsLast.TryGetValue(node.Input(0), out TensorShape images) ? OverChannelsFirst(rows, images) : rows,
            Bias = node.HasInput(2) ? Array.ConvertAll(LinearBias(node, outputs), element => beta * element) : parameters.Allocate<float>(node, outputs),
        });
    }

    /// <summary>The third input of a Gemm: one number an output, or one for all.</summary>
    private float[] LinearBias(OnnxNode node, int outputs) => parameters.Constant(node, 2, "the bias") is { Count: 1 } one
        ? [.. Enumerable.Repeat(one.Floats()[0], outputs)]
        : parameters.Floats(node, 2, outputs, "the bias");

    private void MapSoftmax(OnnxNode node)
    {
        TensorShape shape = sourceShapes[Source(node, 0)];
        int rank = shapes[node.Input(0)].Length;
        long axis = node.Int("axis", graph.OperatorSet < 13 ? 1 : -1);
        if (shape.ImageElementCount != shape.Channels || (axis < 0 ? axis + rank : axis) != 1)
        {
            throw node.Fault(string.Create(CultureInfo.InvariantCulture, $"runs over axis {axis} of {shape}; nearest supported form: axis 1 of [N, C]"));
        }

        Add(node, new FloatSoftmax { Name = node.Output, Inputs = [Source(node, 0)], OutputShape = shape });
    }

    private TensorShape Images(OnnxNode node)
    {
        TensorShape shape = sourceShapes[Source(node, 0)];
        return shape == shapes.ShapeOf(node, node.Input(0))
            ? shape
            : throw node.Fault($"reads a value of {shape} reshaped to {shapes.ShapeOf(node, node.Input(0))}; nearest supported form: no reshape before it");
    }

    /// <summary>The position of the node that made an input, if nothing else reads what it made; else -1.</summary>
    /// <remarks>A node is called after the input only when every shape change between them has one reader.</remarks>
    private int OnlyReadHere(OnnxNode node, int input) =>
        graph.IsReadOnce(node.Input(input)) ? nodes.FindIndex(candidate => candidate.Name == node.Input(input)) : -1;

    private string Source(OnnxNode node, int input) => sources.TryGetValue(node.Input(input), out string? source)
        ? source
        : throw node.Fault($"reads '{node.Input(input)}', which is a constant; nearest supported form: a value that depends on the input");

    private void Add(OnnxNode node, FloatNode made)
    {
        nodes.Add(made);
        sources.Add(node.Output, made.Name);
        sourceShapes.Add(made.Name, made.OutputShape);
    }

    private void Replace(OnnxNode node, int position, FloatNode made)
    {
        nodes[position] = made;
        sources.Add(node.Output, made.Name);
        sourceShapes[made.Name] = made.OutputShape;
    }
}
