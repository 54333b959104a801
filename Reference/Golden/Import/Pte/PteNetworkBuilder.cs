using System.Globalization;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Import.Pte;

/// <summary>Maps the kernel calls of an execution plan onto a <see cref="Network"/> (operator contract, sections 10 and 13).</summary>
/// <remarks>
/// The format states scales only where a kernel takes one. The output scale of a rectifier or a linear layer comes from the
/// dequantize call that reads it; without one, from the rescaling factor. Such a scale changes no result. Values with channels last
/// are those of the same network with channels first; levels of uint8 are moved by -128.
/// </remarks>
internal sealed partial class PteNetworkBuilder
{
    private const int UInt8Code = 0;
    private const int Int8Code = 1;
    private const int UnsignedShift = 128;

    /// <summary>Where the axes of a value with channels last are in [N, C, H, W].</summary>
    private static readonly int[] ChannelsLastAxes = [0, 2, 3, 1];

    private readonly string path;
    private readonly PtePlan plan;
    private readonly Dictionary<int, TensorInfo> values = [];
    private readonly HashSet<int> channelsLast = [];
    private readonly Dictionary<int, float> statedScales = [];
    private readonly NetworkAssembler network;
    private PteArguments arguments;

    private PteNetworkBuilder(string path, PtePlan plan)
    {
        this.path = path;
        this.plan = plan;
        arguments = null!;
        network = new NetworkAssembler(ReadInput());
    }

    /// <exception cref="ModelFormatException">A call has no counterpart, or its arguments do not fit.</exception>
    public static Network Build(string path, PtePlan plan)
    {
        var builder = new PteNetworkBuilder(path, plan);
        builder.CollectStatedScales();
        foreach (PteKernelCall call in plan.Calls)
        {
            builder.MapChecked(call);
        }

        return builder.Finish();
    }

    /// <summary>Finds all calls without counterpart. What reads a value that such a call makes cannot be judged.</summary>
    /// <returns>Calls and what is wrong with them, and how many others could not be judged.</returns>
    /// <exception cref="ModelFormatException">The plan as a whole cannot be read.</exception>
    public static (IReadOnlyList<(PteKernelCall Call, ModelFormatException Fault)> Faults, int UnjudgedCount) Probe(string path, PtePlan plan)
    {
        var builder = new PteNetworkBuilder(path, plan);
        var faults = new List<(PteKernelCall, ModelFormatException)>();
        var unknown = new HashSet<int>();
        int unjudged = 0;
        builder.CollectStatedScales();
        foreach (PteKernelCall call in plan.Calls)
        {
            if (builder.TensorsOf(call).Any(unknown.Contains))
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
                faults.Add((call, fault));
                unknown.UnionWith(builder.TensorsOf(call));
            }
        }

        return (faults, unjudged);
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

    private TensorInfo ReadInput()
    {
        if (plan.Inputs is not [int index] || (uint)index >= (uint)plan.Values.Count || plan.Values[index] is not PteValue.Tensor { Data: null } tensor)
        {
            throw new ModelFormatException(path, "inputs", Text($"the plan has {plan.Inputs.Length} inputs, expected one tensor without data"));
        }

        if (tensor.ElementType != PteScalarType.Float32)
        {
            throw new ModelFormatException(path, "inputs", Text($"the input is {tensor.ElementType}; nearest supported form: a float32 input with a quantize call"));
        }

        bool isLast = IsReadWithChannelsLast(index);
        var info = new TensorInfo("input", ShapeOf(tensor, "inputs", isLast), ElementType.Float32, null);
        values.Add(index, info);
        MarkLayout(index, isLast);
        return info;
    }

    /// <summary>Whether the first operator that tells the order of axes apart, behind those that do not, takes channels last.</summary>
    private bool IsReadWithChannelsLast(int input)
    {
        var same = new HashSet<int> { input };
        foreach (PteKernelCall call in plan.Calls.Where(call => !call.IsDelegate && call.Arguments.Any(same.Contains)))
        {
            string name = StemOf(BaseName(call));
            bool saysLast = name == "quantized_conv" && call.Arguments.Length > 14 && plan.Values.ElementAtOrDefault(call.Arguments[14]) is PteValue.Bool { Value: true };
            if (saysLast || name.Contains("nhwc", StringComparison.Ordinal) || name.Contains("nlc", StringComparison.Ordinal))
            {
                return true;
            }

            if (name is not ("quantize_per_tensor" or "dequantize_per_tensor" or "quantized_relu" or "requantize" or "quantized_add" or "quantized_mul" or "add"))
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
        foreach (PteKernelCall call in plan.Calls.Where(static call => !call.IsDelegate && StemOf(BaseName(call)) == "dequantize_per_tensor" && call.Arguments.Length > 1))
        {
            var dequantize = new PteArguments(path, plan, call);
            statedScales.TryAdd(dequantize.ValueIndex(0), dequantize.Scale(1));
        }
    }

    private Network Finish()
    {
        if (network.Last is not { } last)
        {
            throw new ModelFormatException(path, "instructions", "the plan has no kernel call, expected at least one");
        }

        TensorInfo[] outputs = [.. plan.Outputs.Select(output => values.GetValueOrDefault(output)).OfType<TensorInfo>().Where(output => output != network.Input)];
        return outputs.Length > 0 && outputs.Length == plan.Outputs.Length && outputs.Contains(last.Output)
            ? network.Build(plan.Name, outputs)
            : throw new ModelFormatException(path, "outputs", $"expected outputs that calls make, among them the result of the last call '{last.Name}'");
    }

    private static string BaseName(PteKernelCall call) => call.Operator[(call.Operator.LastIndexOf(':') + 1)..];

    /// <summary>The name without what it says of types and of the kernel that is chosen: <c>_asym8sxsym8s_asym8s</c>, <c>_dilated</c>, <c>_depthwise</c>.</summary>
    private static string StemOf(string name)
    {
        int types = name.IndexOf("_asym", StringComparison.Ordinal);
        string stem = types > 0 ? name[..types] : name;
        foreach (string choice in (string[])["_dilated", "_depthwise"])
        {
            stem = stem.EndsWith(choice, StringComparison.Ordinal) ? stem[..^choice.Length] : stem;
        }

        return stem;
    }

    private void Map(PteKernelCall call)
    {
        if (call.IsDelegate)
        {
            throw arguments.Fault($"is computed by the back end '{call.Operator}'; nearest supported form: the program exported without that back end's partitioner");
        }

        switch (StemOf(BaseName(call)))
        {
            case "quantize_per_tensor":
                MapQuantize();
                break;
            case "dequantize_per_tensor":
                MapDequantize();
                break;
            case "quantized_conv2d_nchw" or "quantized_conv_nchw" or "quantized_conv1d_ncl" or "quantized_depthwise_conv1d_ncl":
                MapConv2d(isLast: false, 14);
                break;
            case "quantized_conv2d_nhwc" or "quantized_conv_nhwc" or "quantized_conv2d_depthwise_nhwc" or "quantized_conv1d_nlc" or "quantized_depthwise_conv1d_nlc":
                MapConv2d(isLast: true, 14);
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
            case "add":
                MapAdd();
                break;
            case "cat":
                MapConcat();
                break;
            case "constant_pad_nd":
                MapPad();
                break;
            case "permute_copy":
                MapPermute();
                break;
            case "max_pool2d_with_indices":
                MapMaxPool2d(ElementType.Float32, isLast: false);
                break;
            case "mean":
                MapMean();
                break;
            case "_softmax" or "softmax":
                MapSoftmax();
                break;
            case "view_copy" or "et_view" or "clone" or "squeeze_copy" or "unsqueeze_copy" or "_to_dim_order_copy" or "_clone_dim_order":
                MapReshape(call);
                break;
            default:
                throw arguments.Fault(
                    "has no counterpart; supported: cadence quantize_per_tensor, dequantize_per_tensor, quantized_conv2d_nchw and _nhwc, quantized_conv1d_ncl and _nlc, quantized_relu, "
                    + "quantized_linear, quantized_fully_connected, requantize, quantized_add, quantized_mul, quantized_max_pool2d, each also in its typed forms of 8 bits, "
                    + $"aten add, cat, constant_pad_nd, permute_copy, max_pool2d_with_indices, mean, _softmax, view_copy{NearestForm(BaseName(call))}");
        }
    }

    private static string NearestForm(string name) => name switch
    {
        _ when name.StartsWith("quantized_conv", StringComparison.Ordinal) => "; nearest supported form: cadence::quantized_conv2d_nchw.per_tensor_out on int8 NCHW tensors",
        _ when name.StartsWith("quantized_relu", StringComparison.Ordinal) => "; nearest supported form: cadence::quantized_relu.per_tensor_out",
        _ when name.StartsWith("quantized_", StringComparison.Ordinal) => "; nearest supported form: cadence::quantized_linear.per_tensor_out",
        "relu" or "convolution" or "addmm" or "linear" => "; nearest supported form: the program quantized before export",
        _ => string.Empty,
    };

    private TensorInfo Read(int position) => ReadValue(position, arguments.ValueIndex(position));

    private TensorInfo ReadValue(int position, int index)
    {
        return values.TryGetValue(index, out TensorInfo? value)
            ? value
            : throw arguments.Fault(Text($"argument {position} is value {index}, which no earlier call has written"));
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

    /// <summary>Matrices are held as <c>[N, C, 1, 1]</c>, sequences as <c>[N, C, 1, L]</c>.</summary>
    private TensorShape ShapeOf(PteValue.Tensor tensor, string place, bool isLast)
    {
        try
        {
            return tensor.Sizes switch
            {
                [int n, int c] => TensorShape.FromMatrix(n, c),
                [int n, int w, int c] when isLast => TensorShape.FromNchw(n, c, 1, w),
                [int n, int h, int w, int c] when isLast => TensorShape.FromNchw(n, c, h, w),
                [int n, int c, int w] => TensorShape.FromNchw(n, c, 1, w),
                [int n, int c, int h, int w] => TensorShape.FromNchw(n, c, h, w),
                _ => throw new ModelFormatException(path, place, Text($"a tensor has {tensor.Sizes.Length} dimensions, expected 2 to 4")),
            };
        }
        catch (ArgumentException exception)
        {
            throw new ModelFormatException(path, place, FirstLine(exception.Message), exception);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
