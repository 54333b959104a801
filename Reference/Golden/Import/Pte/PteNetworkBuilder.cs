using System.Globalization;
using TileProof.Golden.Networks;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Import.Pte;

/// <summary>Maps the kernel calls of an execution plan onto a <see cref="Network"/> (operator contract, sections 10, 13 and 16).</summary>
/// <remarks>
/// The format states scales only where a kernel takes one. The output scale of a rectifier or a linear layer comes from the
/// dequantize call that reads it; without one, from the rescaling factor. Such a scale changes no result. Values with channels last
/// are those of the same network with channels first; levels of uint8 are moved by -128. The first input is the image; the others, and
/// float32 constants that calls read as operands, are inputs that hold the same in every run.
/// </remarks>
internal sealed partial class PteNetworkBuilder
{
    private const int UInt8Code = 0;
    private const int Int8Code = 1;
    private const int Float32Code = 6;
    private const int UnsignedShift = 128;

    /// <summary>Where the axes of a value with channels last are in [N, C, H, W].</summary>
    private static readonly int[] ChannelsLastAxes = [0, 2, 3, 1];

    private readonly string path;
    private readonly PtePlan plan;
    private readonly Dictionary<int, TensorInfo> values = [];
    private readonly HashSet<int> channelsLast = [];
    private readonly Dictionary<int, float> statedScales = [];
    private readonly List<NetworkInput> otherInputs = [];
    private readonly List<PteObstacle> inputObstacles = [];
    private readonly bool allowFallback;
    private readonly NetworkAssembler network;
    private PteArguments arguments;

    private PteNetworkBuilder(string path, PtePlan plan, bool allowFallback)
    {
        this.path = path;
        this.plan = plan;
        this.allowFallback = allowFallback;
        arguments = null!;
        CollectStatedScales();
        network = ReadInputs();
    }

    /// <summary>Maps a plan.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="allowFallback">Whether float32 calls without counterpart run in ONNX Runtime as part of the network.</param>
    /// <exception cref="ModelFormatException">A call has no counterpart, or its arguments do not fit.</exception>
    public static Network Build(string path, PtePlan plan, bool allowFallback = false)
    {
        var builder = new PteNetworkBuilder(path, plan, allowFallback);
        if (builder.inputObstacles is [var obstacle, ..])
        {
            throw obstacle.Fault;
        }

        foreach (PteKernelCall call in plan.Calls)
        {
            builder.MapChecked(call);
        }

        return builder.Finish();
    }

    /// <summary>Finds all that has no counterpart. What reads a value that such a call makes cannot be judged.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="tryFallback">Whether to let ONNX Runtime compute float32 calls without counterpart, so that what reads them is judged too.</param>
    /// <returns>Obstacles, and how many calls could not be judged.</returns>
    public static (IReadOnlyList<PteObstacle> Obstacles, int UnjudgedCount) Probe(string path, PtePlan plan, bool tryFallback = false)
    {
        var builder = new PteNetworkBuilder(path, plan, allowFallback: false);
        var obstacles = new List<PteObstacle>(builder.inputObstacles);
        var unknown = new HashSet<int>(plan.Inputs.Where(input => !builder.values.ContainsKey(input)));
        int unjudged = 0;
        foreach (PteKernelCall call in plan.Calls)
        {
            bool isAlwaysRefused = call.IsDelegate || call.IsControlFlow || PteOperatorNames.Refusal(call) is not null;
            if (!isAlwaysRefused && builder.TensorsOf(call).Any(unknown.Contains))
            {
                unjudged++;
                unknown.UnionWith(builder.TensorsOf(call));
                continue;
            }

            try
            {
                builder.MapChecked(call);
            }
            catch (ModelFormatException fault)
            {
                bool runs = tryFallback && builder.TryMapFallback(call);
                obstacles.Add(new PteObstacle(call.IsDelegate ? $"delegate {call.Operator}" : call.Operator, call.Place, fault, runs));
                if (!runs)
                {
                    unknown.UnionWith(builder.TensorsOf(call));
                }
            }
        }

        if (obstacles.Count == 0)
        {
            try
            {
                builder.Finish();
            }
            catch (ModelFormatException fault)
            {
                obstacles.Add(new PteObstacle(string.Empty, fault.Place, fault, RunsInOnnxRuntime: false));
            }
        }

        return (obstacles, unjudged);
    }

    /// <summary>The tensors of a call that no earlier call has made and that are no constants: its outputs, or what is unknown.</summary>
    private IEnumerable<int> TensorsOf(PteKernelCall call) => call.Arguments
        .SelectMany(index => (uint)index < (uint)plan.Values.Count && plan.Values[index] is PteValue.TensorList list ? list.ValueIndices : [index])
        .Where(index => (uint)index < (uint)plan.Values.Count && plan.Values[index] is PteValue.Tensor { Data: null } && !values.ContainsKey(index));

    private void MapChecked(PteKernelCall call)
    {
        arguments = new PteArguments(path, plan, call);
        try
        {
            Map(call);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw arguments.Fault(FirstLine(exception.Message), exception);
        }
    }

    private static string FirstLine(string message) => message.Split(" (Parameter", StringSplitOptions.None)[0];

    /// <summary>The first input is the image, the others hold the same in every run. What is wrong with one is kept, so that the calls are looked at, too.</summary>
    private NetworkAssembler ReadInputs()
    {
        NetworkAssembler? made = null;
        var others = new List<TensorInfo>();
        for (int position = 0; position < plan.Inputs.Length; position++)
        {
            try
            {
                int index = plan.Inputs[position];
                TensorInfo input = InputOf(position, index);
                if (made is null)
                {
                    made = new NetworkAssembler(input);
                }
                else
                {
                    others.Add(input);
                }

                bool isLast = IsReadWithChannelsLast(index);
                PteScalarType type = ((PteValue.Tensor)plan.Values[index]).ElementType;
                TensorInfo value = type == PteScalarType.Float32 ? input : made.Quantize(new CallName($"{input.Name}_levels", $"{input.Name}_levels.out"), input, LevelsOf(index, type == PteScalarType.UInt8));
                values.Add(index, value);
                MarkLayout(index, isLast);
            }
            catch (ModelFormatException fault)
            {
                inputObstacles.Add(new PteObstacle(string.Empty, fault.Place, fault, RunsInOnnxRuntime: false));
            }
        }

        if (made is null && inputObstacles.Count == 0)
        {
            inputObstacles.Add(new PteObstacle(string.Empty, "inputs", new ModelFormatException(path, "inputs", "the plan has no input, expected at least one float32, int8 or uint8 tensor"), RunsInOnnxRuntime: false));
        }

        otherInputs.AddRange(SeededInputs.CreateOthers(SeededImages.DefaultSeed, others));
        return made ?? new NetworkAssembler(new TensorInfo("input", TensorShape.FromMatrix(1, 1), ElementType.Float32, null));
    }

    private TensorInfo InputOf(int position, int index)
    {
        string place = Text($"input {position}");
        string name = position == 0 ? "input" : Text($"input_{position}");
        return (uint)index >= (uint)plan.Values.Count ? throw new ModelFormatException(path, place, Text($"names value {index} of {plan.Values.Count}"))
            : values.ContainsKey(index) ? throw new ModelFormatException(path, place, "is an input twice")
            : plan.Values[index] switch
            {
                PteValue.Tensor { Problem: { } problem } => throw new ModelFormatException(path, place, problem),
                PteValue.Tensor { Data: not null } => throw new ModelFormatException(path, place, "is a constant, expected a tensor without data"),
                PteValue.Tensor { ElementType: PteScalarType.Float32 or PteScalarType.Int8 or PteScalarType.UInt8 } large when BytesOf(large) > ModelImporter.LargestValueBytes =>
                    throw new ModelFormatException(path, place, Text($"[{string.Join(", ", large.Sizes)}] takes {BytesOf(large)} bytes in float32, expected at most {ModelImporter.LargestValueBytes}; give the model a smaller input")),
                PteValue.Tensor { ElementType: PteScalarType.Float32 or PteScalarType.Int8 or PteScalarType.UInt8 } tensor =>
                    new TensorInfo(name, ShapeOf(tensor, place, IsReadWithChannelsLast(index)), ElementType.Float32, null),
                PteValue.Tensor tensor => throw new ModelFormatException(path, place, Text($"is {NameOf(tensor.ElementType)}; nearest supported form: a float32 input, or int8 or uint8 levels")),
                _ => throw new ModelFormatException(path, place, "is no tensor; nearest supported form: a program exported with the value as a constant"),
            };
    }

    private static Int128 BytesOf(PteValue.Tensor tensor) => tensor.Sizes.Take(4).Aggregate((Int128)sizeof(float), static (product, extent) => product * Math.Max(extent, 1));

    /// <summary>Scale and zero point of levels that are an input: those that the first call states that reads them; the scale of others changes no result.</summary>
    private QuantizationParameters LevelsOf(int input, bool isUnsigned)
    {
        const float anyScale = 2f / 128;
        var same = new HashSet<int> { input };
        foreach (PteKernelCall call in plan.Calls.Where(call => !call.IsDelegate && call.Arguments.Any(same.Contains)))
        {
            string stem = PteOperatorNames.StemOf(call.BaseName);
            int at = Array.FindIndex(call.Arguments, same.Contains);
            (int scaleAt, int zeroPointAt) = stem switch
            {
                "dequantize_per_tensor" or "requantize" => (1, 2),
                "quantized_add" or "quantized_mul" => (at + 1, at + 2),
                "quantized_relu" => (-1, 1),
                "quantized_linear" or "quantized_fully_connected" => (-1, 3),
                _ when stem.StartsWith("quantized_conv", StringComparison.Ordinal) || stem.StartsWith("quantized_depthwise_conv", StringComparison.Ordinal) => (-1, 7),
                _ => (-1, -1),
            };
            if (zeroPointAt < 0)
            {
                same.Add(call.Arguments[^1]);
                continue;
            }

            var stated = new PteArguments(path, plan, call);
            stated.RequireCount(zeroPointAt + 1);
            int smallest = isUnsigned ? byte.MinValue : sbyte.MinValue;
            int zeroPoint = stated.Int32(zeroPointAt, smallest, smallest + byte.MaxValue) - (isUnsigned ? UnsignedShift : 0);
            return QuantizationParameters.FromScale(scaleAt < 0 ? anyScale : stated.Scale(scaleAt), zeroPoint);
        }

        return QuantizationParameters.FromScale(anyScale, 0);
    }

    private static string NameOf(PteScalarType type) => Enum.IsDefined(type) ? type.ToString() : Text($"of the element type {(int)type}");

    /// <summary>Whether the first operator that tells the order of axes apart, behind those that do not, takes channels last.</summary>
    private bool IsReadWithChannelsLast(int input)
    {
        var same = new HashSet<int> { input };
        foreach (PteKernelCall call in plan.Calls.Where(call => !call.IsDelegate && call.Arguments.Any(same.Contains)))
        {
            string name = PteOperatorNames.StemOf(call.BaseName);
            bool saysLast = name == "quantized_conv" && call.Arguments.Length > 14 && plan.Values.ElementAtOrDefault(call.Arguments[14]) is PteValue.Bool { Value: true };
            if (saysLast || name.Contains("nhwc", StringComparison.Ordinal) || name.Contains("nlc", StringComparison.Ordinal))
            {
                return true;
            }

            if (name is not ("quantize_per_tensor" or "dequantize_per_tensor" or "quantized_relu" or "requantize" or "quantized_add" or "quantized_mul" or "add" or "sub" or "slice_copy" or "clone" or "hardtanh")
                && PteFallback.OneOperand(name) is null)
            {
                return false;
            }

            same.Add(call.Arguments[^1]);
        }

        return false;
    }

    private void MarkLayout(int index, bool isLast)
    {
        if (isLast)
        {
            channelsLast.Add(index);
        }
    }

    private void CollectStatedScales()
    {
        foreach (PteKernelCall call in plan.Calls.Where(static call => !call.IsDelegate && PteOperatorNames.StemOf(call.BaseName) == "dequantize_per_tensor" && call.Arguments.Length > 1))
        {
            var dequantize = new PteArguments(path, plan, call);
            try
            {
                statedScales.TryAdd(dequantize.ValueIndex(0), dequantize.Scale(1));
            }
            catch (ModelFormatException)
            {
                // The call itself is refused when it is mapped.
            }
        }
    }

    private Network Finish()
    {
        if (network.Last is not { } last)
        {
            throw new ModelFormatException(path, "instructions", "the plan has no kernel call, expected at least one");
        }

        TensorInfo[] outputs = [.. plan.Outputs.Select(output => values.GetValueOrDefault(output)).OfType<TensorInfo>().Where(output => network.Makes(output))];
        return outputs.Length > 0 && outputs.Length == plan.Outputs.Length && outputs.Contains(last.Output)
            ? network.Build(plan.Name, outputs, otherInputs)
            : throw new ModelFormatException(path, "outputs", $"expected outputs that calls make, among them the result of the last call '{last.Name}'");
    }

    private void Map(PteKernelCall call)
    {
        if (call.IsDelegate)
        {
            throw arguments.Fault($"is computed by the back end '{call.Operator}'; nearest supported form: the program exported without that back end's partitioner");
        }

        if (call.IsControlFlow)
        {
            throw arguments.Fault("depends on what a run computes; nearest supported form: a program without control flow");
        }

        if (PteOperatorNames.Refusal(call) is { } refusal)
        {
            throw arguments.Fault(refusal);
        }

        switch (PteOperatorNames.StemOf(call.BaseName))
        {
            case "quantize_per_tensor":
                MapQuantize();
                break;
            case "dequantize_per_tensor":
                MapDequantize(call);
                break;
            case "quantized_conv2d_nchw" or "quantized_conv_nchw" or "quantized_conv1d_ncl" or "quantized_depthwise_conv1d_ncl":
                MapConv2d(isLast: false, 14);
                break;
            case "quantized_conv2d_nhwc" or "quantized_conv_nhwc" or "quantized_conv2d_depthwise_nhwc" or "quantized_conv1d_nlc" or "quantized_depthwise_conv1d_nlc":
                MapConv2d(isLast: true, arguments.OutputBehindOptional(14, "an offset"));
                break;
            case "quantized_conv":
                arguments.RequireCount(16);
                MapConv2d(arguments.Bool(14), 15);
                break;
            case "quantized_relu":
                MapRelu();
                break;
            case "quantized_linear" or "quantized_fully_connected":
                MapLinear();
                break;
            case "quantized_matmul":
                MapMatMul();
                break;
            case "requantize":
                MapRequantize();
                break;
            case "quantized_add":
                MapLevelArithmetic(LevelOperation.Add);
                break;
            case "quantized_mul":
                MapLevelArithmetic(LevelOperation.Multiply);
                break;
            case "quantized_max_pool2d" or "quantized_max_pool2d_nchw":
                MapMaxPool2d(ElementType.Int8, isLast: false);
                break;
            case "quantized_max_pool2d_nhwc":
                MapMaxPool2d(ElementType.Int8, isLast: true);
                break;
            case "avg_pool2d":
                MapAveragePool(call);
                break;
            case "add":
                MapAdd();
                break;
            case "sub":
                MapSubtract(call);
                break;
            case "cat":
                MapConcat();
                break;
            case "slice_copy":
                MapSlice();
                break;
            case "select_copy":
                MapSelect();
                break;
            case "split_with_sizes_copy":
                MapSplit(call);
                break;
            case "constant_pad_nd":
                MapPad();
                break;
            case "permute_copy":
                MapPermute();
                break;
            case "transpose_copy":
                MapTranspose();
                break;
            case "max_pool2d_with_indices":
                MapMaxPool2d(ElementType.Float32, isLast: false);
                break;
            case "mean":
                MapMean();
                break;
            case "_adaptive_avg_pool2d" or "adaptive_avg_pool2d":
                MapAdaptiveAverage();
                break;
            case "_softmax" or "softmax" or "_softmax_f32_f32":
                MapSoftmax();
                break;
            case "view_copy" or "et_view" or "clone" or "squeeze_copy" or "unsqueeze_copy" or "alias_copy" or "detach_copy" or "lift_fresh_copy" or "expand_copy" or "_to_copy"
                or "_to_dim_order_copy" or "_clone_dim_order":
                MapReshape(call);
                break;
            default:
                MapFallback(call);
                break;
        }
    }

    private TensorInfo Read(int position) => ReadValue(position, arguments.ValueIndex(position));

    private TensorInfo ReadValue(int position, int index)
    {
        return values.TryGetValue(index, out TensorInfo? value)
            ? value
            : throw arguments.Fault((uint)index < (uint)plan.Values.Count && plan.Values[index] is PteValue.Tensor { Data: not null }
                ? Text($"argument {position} is a constant; nearest supported form: a value that a call has made")
                : Text($"argument {position} is value {index}, which no earlier call has written"));
    }

    private TensorInfo Read(int position, ElementType elementType)
    {
        TensorInfo value = Read(position);
        return value.ElementType == elementType ? value : throw arguments.Fault(Text($"argument {position} is {value.ElementType}, expected {elementType}"));
    }

    /// <summary>Levels that are read with a zero point as the program states it: of uint8 levels, 128 above that of the network.</summary>
    private TensorInfo ReadInt8(int position, int zeroPointPosition)
    {
        TensorInfo value = Read(position, ElementType.Int8);
        int zeroPoint = ZeroPoint(zeroPointPosition, position);
        int made = value.RequiredQuantization.ZeroPoint;
        return made == zeroPoint ? value : throw arguments.Fault(Text($"reads its input with the zero point {arguments.Int(zeroPointPosition)}, but it was made with {made + (IsUnsigned(position) ? UnsignedShift : 0)}"));
    }

    /// <summary>The zero point of a tensor argument, moved by -128 where its levels are uint8.</summary>
    private int ZeroPoint(int position, int tensorPosition) => IsUnsigned(tensorPosition)
        ? arguments.Int32(position, byte.MinValue, byte.MaxValue) - UnsignedShift
        : arguments.Int32(position, sbyte.MinValue, sbyte.MaxValue);

    private bool IsUnsigned(int position) => arguments.Value(position) is PteValue.Tensor { ElementType: PteScalarType.UInt8 };

    private bool IsLast(int position) => channelsLast.Contains(arguments.ValueIndex(position));

    /// <summary>Requires the order of axes that an operator takes.</summary>
    private void RequireLayout(int position, bool isLast)
    {
        if (IsLast(position) != isLast)
        {
            throw arguments.Fault(Text($"argument {position} has its channels {(isLast ? "before rows and columns" : "last")}, expected them {(isLast ? "last" : "before")}; nearest supported form: a permute_copy between"));
        }
    }

    private void Write(int position, TensorInfo value, bool isLast)
    {
        PteValue.Tensor target = arguments.Tensor(position);
        bool isExpected = value.ElementType == ElementType.Int8 ? target.ElementType is PteScalarType.Int8 or PteScalarType.UInt8 : target.ElementType == PteScalarType.Float32;
        TensorShape shape = ShapeOf(target, arguments.Place, isLast);
        if (target.Data is not null || !isExpected || shape != value.Shape)
        {
            throw arguments.Fault(Text($"its output is declared as {target.ElementType} {shape}, expected {value.ElementType} {value.Shape} without data"));
        }

        if (!values.TryAdd(arguments.ValueIndex(position), value))
        {
            throw arguments.Fault(Text($"writes value {arguments.ValueIndex(position)} again"));
        }

        MarkLayout(arguments.ValueIndex(position), isLast);
    }

    private CallName Name(string kind) => new(Text($"{kind}_{network.Count}"), Text($"{kind}_{network.Count}.out"));

    /// <summary>Matrices are held as <c>[N, C, 1, 1]</c>, sequences as <c>[N, C, 1, L]</c>, and what has fewer dimensions as a matrix of one row.</summary>
    private TensorShape ShapeOf(PteValue.Tensor tensor, string place, bool isLast)
    {
        try
        {
            return tensor.Sizes switch
            {
                [] => TensorShape.FromMatrix(1, 1),
                [int c] => TensorShape.FromMatrix(1, c),
                [int n, int c] => TensorShape.FromMatrix(n, c),
                [int n, int w, int c] when isLast => TensorShape.FromNchw(n, c, 1, w),
                [int n, int h, int w, int c] when isLast => TensorShape.FromNchw(n, c, h, w),
                [int n, int c, int w] => TensorShape.FromNchw(n, c, 1, w),
                [int n, int c, int h, int w] => TensorShape.FromNchw(n, c, h, w),
                _ => throw new ModelFormatException(path, place, Text($"a tensor has {tensor.Sizes.Length} dimensions, expected 0 to 4")),
            };
        }
        catch (ArgumentException exception)
        {
            throw new ModelFormatException(path, place, FirstLine(exception.Message), exception);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
