using System.Globalization;
using TileProof.Golden.Onnx.Schema;
using TileProof.Operators;

namespace TileProof.Golden.Import.Onnx;

/// <summary>The dimensions of every value of a graph, and the integers that shape computations in it come to.</summary>
internal sealed partial class OnnxShapes
{
    private const int MaximumRank = 8;

    private readonly OnnxGraph graph;
    private readonly Dictionary<string, int[]> dimensions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> integers = new(StringComparer.Ordinal);

    /// <summary>Kinds of nodes that a search for obstacles asks ONNX Runtime about: each costs it a session.</summary>
    private const int MostTriedKinds = 64;

    private readonly HashSet<OnnxNode> fallbacks = [];
    private readonly Dictionary<string, (int[]? Dimensions, string? Problem)> triedKinds = new(StringComparer.Ordinal);

    private OnnxShapes(OnnxGraph graph, bool allowFallback, ImportFaults? faults)
    {
        this.graph = graph;
        AllowsFallback = allowFallback;
        Faults = faults;
    }

    /// <summary>Whether nodes without counterpart run in ONNX Runtime.</summary>
    public bool AllowsFallback { get; }

    /// <summary>Takes the fault of every node without counterpart, in place of an exception for the first; null for an import.</summary>
    public ImportFaults? Faults { get; }

    /// <summary>Infers all shapes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="batch">The first dimension of the input where the model leaves it open.</param>
    /// <param name="allowFallback">Whether nodes without counterpart run in ONNX Runtime.</param>
    /// <param name="faults">Takes the faults of nodes; null to throw the first.</param>
    /// <param name="openImage">Rows and columns of the input where the model leaves them open; null refuses such a model.</param>
    /// <exception cref="ModelFormatException">An operator is not supported, or shapes do not fit.</exception>
    public static OnnxShapes Infer(OnnxGraph graph, int batch, bool allowFallback, ImportFaults? faults = null, (int Height, int Width)? openImage = null)
    {
        var shapes = new OnnxShapes(graph, allowFallback, faults);
        shapes.dimensions.Add(graph.Input.Name, shapes.InputDimensions(batch, openImage));
        foreach (OnnxNode node in graph.Nodes)
        {
            if (faults is null)
            {
                shapes.dimensions.Add(node.Output, shapes.InferOrFallBack(node));
            }
            else
            {
                faults.Try(node, () => shapes.dimensions.Add(node.Output, shapes.InferOrFallBack(node)));
            }
        }

        return shapes;
    }

    /// <summary>The dimensions of a value or constant.</summary>
    public int[] this[string value] => graph.Constant(value)?.Dimensions
        ?? (dimensions.TryGetValue(value, out int[]? found)
            ? found
            : throw new ModelFormatException(graph.Path, $"value '{value}'", "is not the first output of its node; nearest supported form: operators with one output"));

    /// <summary>Whether a node has no counterpart and runs in ONNX Runtime.</summary>
    public bool IsFallback(OnnxNode node) => fallbacks.Contains(node);

    /// <summary>Whether a node only computes with shapes, and so is not part of the network.</summary>
    public bool IsShapeComputation(OnnxNode node) => integers.ContainsKey(node.Output);

    /// <summary>The dimensions as <c>[N, C, H, W]</c>; a matrix is <c>[N, C, 1, 1]</c>, rows <c>[N, C, W]</c> are <c>[N, C, 1, W]</c>.</summary>
    /// <exception cref="ModelFormatException">The value has another rank, or an extent below 1.</exception>
    public TensorShape ShapeOf(OnnxNode node, string value)
    {
        int[] found = this[value];
        try
        {
            return found switch
            {
                [int n, int c] => TensorShape.FromMatrix(n, c),
                [int n, int c, int w] => TensorShape.FromNchw(n, c, 1, w),
                [int n, int c, int h, int w] => TensorShape.FromNchw(n, c, h, w),
                _ => throw node.Fault(Text($"'{value}' is [{string.Join(", ", found)}]; nearest supported form: [N, C], [N, C, W] or [N, C, H, W]")),
            };
        }
        catch (ArgumentException exception)
        {
            throw node.Fault(exception.Message.Split(" (Parameter", StringSplitOptions.None)[0], exception);
        }
    }

    private int[] InferOrFallBack(OnnxNode node)
    {
        try
        {
            return Infer(node);
        }
        catch (ModelFormatException fault) when (AllowsFallback)
        {
            Faults?.Add(node, fault);
            fallbacks.Add(node);
            return Faults is null ? OnnxFallback.OutputDimensions(graph, node, this) : TriedDimensions(node, fault);
        }
    }

    /// <summary>In a search for obstacles one node of a kind answers for all, and those of kinds beyond the first are not tried.</summary>
    private int[] TriedDimensions(OnnxNode node, ModelFormatException fault)
    {
        string kind = OnnxFallback.KindOf(graph, node, this);
        if (!triedKinds.TryGetValue(kind, out (int[]? Dimensions, string? Problem) tried))
        {
            if (triedKinds.Count == MostTriedKinds)
            {
                Faults!.AddUntried(node);
                throw fault;
            }

            try
            {
                tried = (OnnxFallback.OutputDimensions(graph, node, this), null);
            }
            catch (ModelFormatException refusal)
            {
                tried = (null, refusal.Problem);
            }

            triedKinds.Add(kind, tried);
        }

        return tried.Dimensions is { } found ? [.. found] : throw node.Fault(tried.Problem!);
    }

    /// <summary>The integers of a constant or of a shape computation; null where the value is neither.</summary>
    private long[]? Integers(string value) => integers.GetValueOrDefault(value) ?? graph.Constant(value)?.Int64s();

    private int[] InputDimensions(int batch, (int Height, int Width)? openImage)
    {
        ValueInfoProto input = graph.Input;
        TensorShapeProto? shape = input.Type?.TensorType?.Shape;
        string place = $"input '{input.Name}'";
        if (input.Type?.TensorType?.ElemType is not (int)TensorProto.Types.DataType.Float)
        {
            throw new ModelFormatException(graph.Path, place, "is not float32; nearest supported form: a float32 input, quantized by a QuantizeLinear node");
        }

        if (shape is null || shape.Dim.Count is < 2 or > 4)
        {
            throw new ModelFormatException(graph.Path, place, "states no shape of 2 to 4 dimensions, expected [N, C, H, W]");
        }

        var found = new int[shape.Dim.Count];
        for (int axis = 0; axis < found.Length; axis++)
        {
            TensorShapeProto.Types.Dimension dimension = shape.Dim[axis];
            bool isOpen = dimension.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue;
            found[axis] = (axis, isOpen) switch
            {
                (0, true) => batch,
                (2, true) when openImage is { } image && found.Length == 4 => image.Height,
                (3, true) when openImage is { } image && found.Length == 4 => image.Width,
                (2, true) when openImage is { } image && found.Length == 3 => image.Width,
                (_, false) when dimension.DimValue is >= 1 and <= int.MaxValue => (int)dimension.DimValue,
                _ => throw new ModelFormatException(graph.Path, place, Text(
                    $"dimension {axis} is {(isOpen ? $"'{dimension.DimParam}'" : dimension.DimValue)}; nearest supported form: only the batch, rows and columns left open, all others 1 or more")),
            };
        }

        return found;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
