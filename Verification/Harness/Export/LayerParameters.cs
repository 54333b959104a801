using System.Text.Json;
using System.Text.Json.Nodes;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.Export;

/// <summary>The numbers of a call as the JSON of <c>params.json</c>.</summary>
internal static class LayerParameters
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The fields that <see cref="LayerVectorReader"/> reads, for one weight scale.</summary>
    public static string ForVectors(Conv2dCall conv, Requantization requantization)
    {
        Conv2dShape shape = conv.Shape;
        return Text(new JsonObject
        {
            ["index"] = conv.Index,
            ["name"] = conv.Name,
            ["ic"] = shape.InChannels,
            ["ih"] = shape.InHeight,
            ["iw"] = shape.InWidth,
            ["oc"] = shape.OutChannels,
            ["kh"] = shape.KernelHeight,
            ["kw"] = shape.KernelWidth,
            ["oh"] = shape.OutHeight,
            ["ow"] = shape.OutWidth,
            ["stride"] = shape.Stride,
            ["pad"] = shape.Padding,
            ["dilation"] = shape.Dilation,
            ["in_zp"] = conv.Input.RequiredQuantization.ZeroPoint,
            ["out_zp"] = conv.Output.RequiredQuantization.ZeroPoint,
            ["out_scale"] = conv.Output.RequiredQuantization.Scale,
            ["bias_scale"] = conv.BiasScales[0],
            ["in_scale"] = conv.Input.RequiredQuantization.Scale,
            ["accum_shift"] = requantization.AccumulatorShift,
            ["u16_output_scale"] = requantization.OutputScales[0],
            ["output_shift"] = requantization.OutputShift,
        });
    }

    /// <summary>Every number that the call's operator takes.</summary>
    public static string Of(OperatorCall call, ParameterDerivation derivation)
    {
        var fields = new JsonObject
        {
            ["index"] = call.Index, ["name"] = call.Name, ["operator"] = ChoiceList.NameOf(call.Kind), ["key"] = call.LayerKey,
        };
        AddQuantization(fields, "in", call.Input);
        AddQuantization(fields, "out", call.Output);
        switch (call)
        {
            case Conv2dCall conv:
                AddConvolution(fields, conv, conv.Requantize(derivation), derivation);
                break;
            case QuantizedReluCall relu:
                fields["out_multiplier"] = relu.OutputMultiplier;
                fields["out_shift"] = relu.OutputShift;
                break;
            case QuantizedLinearCall linear:
                fields["weight_zp"] = linear.WeightZeroPoint;
                fields["out_multiplier"] = linear.OutputMultiplier;
                fields["out_shift"] = linear.OutputShift;
                break;
            case MaxPool2dCall { Shape: var pool }:
                fields["kernel"] = new JsonArray(pool.KernelHeight, pool.KernelWidth);
                fields["stride"] = pool.IsUniform ? pool.Stride : new JsonArray(pool.StrideHeight, pool.StrideWidth);
                fields["pad"] = pool.IsUniform ? pool.Padding : new JsonArray(pool.PadTop, pool.PadLeft, pool.Window.PadBottom, pool.Window.PadRight);
                break;
            case AveragePool2dCall { Shape: var average }:
                fields["kernel"] = new JsonArray(average.KernelHeight, average.KernelWidth);
                fields["stride"] = new JsonArray(average.StrideHeight, average.StrideWidth);
                fields["pad"] = new JsonArray(average.PadTop, average.PadLeft, average.Window.PadBottom, average.Window.PadRight);
                break;
            case ConcatCall concat:
                fields["axis"] = concat.Axis;
                break;
            case SliceCall slice:
                fields["axis"] = slice.Axis;
                fields["first"] = slice.First;
                break;
            case PadCall pad:
                fields["pad"] = new JsonArray(pad.PadTop, pad.PadLeft, pad.PadBottom, pad.PadRight);
                fields["level"] = pad.Level;
                break;
        }

        return Text(fields);
    }

    private static void AddConvolution(JsonObject fields, Conv2dCall conv, Requantization requantization, ParameterDerivation derivation)
    {
        Conv2dShape shape = conv.Shape;
        bool isUniform = shape.IsUniform;
        fields["stride"] = isUniform ? shape.Stride : new JsonArray(shape.StrideHeight, shape.StrideWidth);
        fields["pad"] = isUniform ? shape.Padding : new JsonArray(shape.PadTop, shape.PadLeft, shape.PadBottom, shape.PadRight);
        fields["dilation"] = isUniform ? shape.Dilation : new JsonArray(shape.DilationHeight, shape.DilationWidth);
        fields["groups"] = conv.Shape.Groups;
        if (conv.IsClamped)
        {
            fields["clamp"] = new JsonArray(requantization.ClampMinimum, requantization.ClampMaximum);
        }

        fields["derivation"] = ChoiceList.NameOf(derivation);
        fields["bias_scale"] = new JsonArray([.. conv.BiasScales.Select(static scale => JsonValue.Create(scale))]);
        fields["accum_shift"] = requantization.AccumulatorShift;
        fields["u16_output_scale"] = new JsonArray([.. requantization.OutputScales.Select(static scale => JsonValue.Create((int)scale))]);
        fields["output_shift"] = requantization.OutputShift;
        fields["kernel_bias"] = new JsonArray([.. requantization.KernelBias.Select(static bias => JsonValue.Create(bias))]);
        fields["post_correction"] = new JsonArray([.. requantization.PostCorrection.Select(static correction => JsonValue.Create(correction))]);
    }

    private static void AddQuantization(JsonObject fields, string prefix, TensorInfo value)
    {
        if (value.Quantization is { } quantization)
        {
            fields[$"{prefix}_scale"] = quantization.Scale;
            fields[$"{prefix}_zp"] = quantization.ZeroPoint;
        }
    }

    private static string Text(JsonObject fields) => fields.ToJsonString(Indented) + "\n";
}
