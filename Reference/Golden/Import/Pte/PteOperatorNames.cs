using System.Collections.Frozen;

namespace TileProof.Golden.Import.Pte;

/// <summary>What the names of operators say: whose they are, which form of which operator, and why some are not taken (operator contract, section 16).</summary>
internal static class PteOperatorNames
{
    private const string Supported =
        "; supported: cadence quantize_per_tensor, dequantize_per_tensor, quantized_conv2d_nchw and _nhwc, quantized_conv1d_ncl and _nlc, quantized_relu, "
        + "quantized_linear, quantized_fully_connected, quantized_matmul by a constant, requantize, quantized_add, quantized_mul, quantized_max_pool2d, avg_pool2d, each also in its typed forms of 8 bits, "
        + "aten add, sub, cat, slice_copy, select_copy, split_with_sizes_copy, constant_pad_nd, permute_copy, transpose_copy, max_pool2d_with_indices, mean, _softmax, view_copy and other views";

    /// <summary>Operators of the modelled back end, which was called otherwise once.</summary>
    private static readonly FrozenSet<string> OfBackEnd = FrozenSet.ToFrozenSet(["cadence", "xtensa", ""]);

    /// <summary>Portable operators.</summary>
    private static readonly FrozenSet<string> Portable = FrozenSet.ToFrozenSet(["aten", "dim_order_ops", "executorch_prim", ""]);

    private static readonly FrozenSet<string> BackEndStems = FrozenSet.ToFrozenSet([
        "quantize_per_tensor", "dequantize_per_tensor", "requantize", "quantized_conv", "quantized_conv_nchw", "quantized_conv_nhwc", "quantized_conv2d_nchw", "quantized_conv2d_nhwc",
        "quantized_conv2d_depthwise_nhwc", "quantized_conv1d_ncl", "quantized_conv1d_nlc", "quantized_depthwise_conv1d_ncl", "quantized_depthwise_conv1d_nlc", "quantized_relu",
        "quantized_linear", "quantized_fully_connected", "quantized_matmul", "quantized_add", "quantized_mul", "quantized_max_pool2d", "quantized_max_pool2d_nchw",
        "quantized_max_pool2d_nhwc", "avg_pool2d", "_softmax_f32_f32"]);

    private static readonly FrozenSet<string> PortableStems = FrozenSet.ToFrozenSet([
        "add", "sub", "cat", "slice_copy", "select_copy", "split_with_sizes_copy", "constant_pad_nd", "permute_copy", "transpose_copy", "max_pool2d_with_indices", "mean", "_adaptive_avg_pool2d", "adaptive_avg_pool2d", "_softmax", "softmax",
        "view_copy", "et_view", "clone", "squeeze_copy", "unsqueeze_copy", "alias_copy", "detach_copy", "lift_fresh_copy", "expand_copy", "_to_copy", "_to_dim_order_copy", "_clone_dim_order"]);

    /// <summary>Names that are refused whatever their arguments, with the reason and the nearest supported form.</summary>
    private static readonly FrozenDictionary<string, string> Refused = new Dictionary<string, string>
    {
        ["quantized_layer_norm"] = "normalizes by what a run computes, for which there is no DSP program; nearest supported form: batch normalization, which quantization folds into the convolution before it",
        ["im2row"] = "copies windows into rows; nearest supported form: the convolution itself, exported without the pass that turns it into rows and a product",
        ["transposed_im2row"] = "copies windows into rows; nearest supported form: an upsampling outside the program",
        ["quantized_transposed_conv"] = "is a transposed convolution; nearest supported form: an upsampling outside the program, and a convolution",
        ["transposed_convolution"] = "is a transposed convolution; nearest supported form: an upsampling outside the program, and a quantized convolution",
        ["quantized_add_Scalar"] = "adds a number to levels; nearest supported form: another zero point",
        ["quantized_mul_Scalar"] = "multiplies levels by a number; nearest supported form: cadence::requantize",
        ["quantized_softmax"] = "is a softmax of levels; nearest supported form: aten::_softmax between dequantize and quantize",
        ["quantized_w8a32_conv"] = "multiplies float32 values by int8 weights; nearest supported form: int8 activations",
        ["quantized_w8a32_linear"] = "multiplies float32 values by int8 weights; nearest supported form: int8 activations",
        ["convolution"] = "is a float32 convolution; nearest supported form: the program quantized before export",
        ["conv1d"] = "is a float32 convolution; nearest supported form: the program quantized before export",
        ["conv2d"] = "is a float32 convolution; nearest supported form: the program quantized before export",
        ["linear"] = "is a float32 product; nearest supported form: the program quantized before export",
        ["addmm"] = "is a float32 product; nearest supported form: the program quantized before export",
        ["mm"] = "is a float32 product; nearest supported form: the program quantized before export",
        ["bmm"] = "is a float32 product; nearest supported form: one constant operand, quantized before export",
        ["quantize_per_channel"] = "quantizes each channel by itself; nearest supported form: activations with one scale",
        ["dequantize_per_channel"] = "dequantizes each channel by itself; nearest supported form: weights folded into cadence::quantized_conv2d_nchw",
    }.ToFrozenDictionary();

    /// <summary>The name without what it says of types and of the kernel that is chosen: <c>_asym8sxsym8s_asym8s</c>, <c>_dilated</c>, <c>_depthwise</c>.</summary>
    public static string StemOf(string baseName)
    {
        int types = baseName.IndexOf("_asym", StringComparison.Ordinal);
        string stem = types > 0 ? baseName[..types] : baseName;
        foreach (string choice in (string[])["_dilated", "_depthwise"])
        {
            stem = stem.EndsWith(choice, StringComparison.Ordinal) ? stem[..^choice.Length] : stem;
        }

        return stem;
    }

    /// <summary>Why an operator is not taken, whatever its arguments; null where they decide.</summary>
    public static string? Refusal(PteKernelCall call)
    {
        if (call.IsDelegate || call.IsControlFlow)
        {
            return null;
        }

        string stem = StemOf(call.BaseName);
        bool isKnown = (OfBackEnd.Contains(call.Namespace) && BackEndStems.Contains(stem))
            || (Portable.Contains(call.Namespace) && (PortableStems.Contains(stem) || PteFallback.Knows(stem)))
            || (call.Namespace == "quantized_decomposed" && stem is "quantize_per_tensor" or "dequantize_per_tensor");
        return isKnown
            ? null
            : !OfBackEnd.Contains(call.Namespace) && !Portable.Contains(call.Namespace) && call.Namespace != "quantized_decomposed"
                ? $"belongs to another back end, whose operators begin with '{call.Namespace}'; nearest supported form: the program exported for the Cadence back end"
                : Refused.TryGetValue(stem, out string? reason) ? reason : $"has no counterpart{NearestForm(call) ?? Supported}";
    }

    private static string? NearestForm(PteKernelCall call) => StemOf(call.BaseName) switch
    {
        _ when !OfBackEnd.Contains(call.Namespace) => null,
        ['q', ..] name when name.StartsWith("quantized_conv", StringComparison.Ordinal) => "; nearest supported form: cadence::quantized_conv2d_nchw.per_tensor_out on int8 NCHW tensors",
        ['q', ..] name when name.StartsWith("quantized_relu", StringComparison.Ordinal) => "; nearest supported form: cadence::quantized_relu.per_tensor_out",
        ['q', ..] name when name.StartsWith("quantized_", StringComparison.Ordinal) => "; nearest supported form: cadence::quantized_linear.per_tensor_out",
        _ => null,
    };
}
