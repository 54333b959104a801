using System.Globalization;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Import.Pte;

/// <summary>Maps the kernel calls of an execution plan onto a <see cref="Network"/> (operator contract, sections 10 and 13).</summary>
/// <remarks>
/// The format states scales only where a kernel takes one. The output scale of a rectifier or a linear layer comes from the
/// dequantize call that reads it; without one, from the rescaling factor. Such a scale changes no result.
/// </remarks>
internal sealed partial class PteNetworkBuilder
{
    private const int Int8Code = 1;

    private readonly string path;
    private readonly PtePlan plan;
    private readonly Dictionary<int, TensorInfo> values = [];
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
            builder.arguments = new PteArguments(path, plan, call);
            try
            {
                builder.Map(call);
            }
            catch (Exception exception) when (exception is ArgumentException or OverflowException)
            {
                throw builder.arguments.Fault(FirstLine(exception.Message), exception);
            }
        }

        return builder.Finish();
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

        var info = new TensorInfo("input", ShapeOf(tensor, "inputs"), ElementType.Float32, null);
        values.Add(index, info);
        return info;
    }

    private void CollectStatedScales()
    {
        foreach (PteKernelCall call in plan.Calls.Where(static call => BaseName(call) == "dequantize_per_tensor" && call.Arguments.Length > 1))
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

        return plan.Outputs is [int output] && values.TryGetValue(output, out TensorInfo? value) && value == last.Output
            ? network.Build(plan.Name)
            : throw new ModelFormatException(path, "outputs", $"expected one output, the result of the last call '{last.Name}'");
    }

    private static string BaseName(PteKernelCall call) => call.Operator[(call.Operator.LastIndexOf(':') + 1)..];

    private void Map(PteKernelCall call)
    {
        switch (BaseName(call))
        {
            case "quantize_per_tensor":
                MapQuantize();
                break;
            case "dequantize_per_tensor":
                MapDequantize();
                break;
            case "quantized_conv2d_nchw" or "quantized_conv_nchw":
                MapConv2d();
                break;
            case "quantized_relu":
                MapRelu();
                break;
            case "quantized_linear":
                MapLinear();
                break;
            case "add":
                MapAdd();
                break;
            case "max_pool2d_with_indices":
                MapMaxPool2d();
                break;
            case "mean":
                MapMean();
                break;
            case "_softmax" or "softmax":
                MapSoftmax();
                break;
            case "view_copy" or "et_view" or "clone" or "squeeze_copy" or "unsqueeze_copy":
                MapReshape(call);
                break;
            default:
                throw arguments.Fault(
                    "has no counterpart; supported: cadence quantize_per_tensor, dequantize_per_tensor, quantized_conv2d_nchw, quantized_relu, quantized_linear, "
                    + $"aten add, max_pool2d_with_indices, mean, _softmax, view_copy{NearestForm(BaseName(call))}");
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

    private TensorInfo Read(int position)
    {
        int index = arguments.ValueIndex(position);
        return values.TryGetValue(index, out TensorInfo? value)
            ? value
            : throw arguments.Fault(Text($"argument {position} is value {index}, which no earlier call has written"));
    }

    private TensorInfo Read(int position, ElementType elementType)
    {
        TensorInfo value = Read(position);
        return value.ElementType == elementType ? value : throw arguments.Fault(Text($"argument {position} is {value.ElementType}, expected {elementType}"));
    }

    private TensorInfo ReadInt8(int position, int zeroPoint)
    {
        TensorInfo value = Read(position, ElementType.Int8);
        int made = value.RequiredQuantization.ZeroPoint;
        return made == zeroPoint ? value : throw arguments.Fault(Text($"reads its input with the zero point {zeroPoint}, but it was made with {made}"));
    }

    private void Write(int position, TensorInfo value)
    {
        PteValue.Tensor target = arguments.Tensor(position);
        PteScalarType expected = value.ElementType == ElementType.Int8 ? PteScalarType.Int8 : PteScalarType.Float32;
        TensorShape shape = ShapeOf(target, arguments.Place);
        if (target.Data is not null || target.ElementType != expected || shape != value.Shape)
        {
            throw arguments.Fault(Text($"its output is declared as {target.ElementType} {shape}, expected {expected} {value.Shape} without data"));
        }

        if (!values.TryAdd(arguments.ValueIndex(position), value))
        {
            throw arguments.Fault(Text($"writes value {arguments.ValueIndex(position)} again"));
        }
    }

    private CallName Name(string kind) => new(Text($"{kind}_{network.Count}"), Text($"{kind}_{network.Count}.out"));

    /// <summary>Matrices are held as <c>[N, C, 1, 1]</c>, sequences as <c>[N, C, 1, L]</c>.</summary>
    private TensorShape ShapeOf(PteValue.Tensor tensor, string place)
    {
        try
        {
            return tensor.Sizes switch
            {
                [int n, int c] => TensorShape.FromMatrix(n, c),
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
