using TileProof.Golden.Import.Pte;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Export.Pte;

/// <summary>Writes each operator call as a kernel call, its arguments in the order of the operator's public schema.</summary>
internal static class PteCallWriter
{
    private const string PerTensor = "per_tensor_out";
    private const string Plain = "out";
    private const int Int8Code = 1;

    /// <exception cref="NotSupportedException">The call has no kernel call.</exception>
    public static void Append(PtePlanBuilder plan, OperatorCall call)
    {
        int[] inputs = [.. call.Inputs.Select(plan.IndexOf)];
        int output = plan.AddTensor(call.Output);
        switch (call)
        {
            case QuantizePerTensorCall:
                AppendConversion(plan, "cadence::quantize_per_tensor", inputs[0], call.Output.RequiredQuantization, output);
                break;
            case DequantizePerTensorCall:
                AppendConversion(plan, "cadence::dequantize_per_tensor", inputs[0], call.Input.RequiredQuantization, output);
                break;
            case Conv2dCall conv:
                AppendConv2d(plan, conv, inputs[0], output);
                break;
            case QuantizedReluCall relu:
                plan.AddCall("cadence::quantized_relu", PerTensor, inputs[0], ZeroPoint(plan, relu.Input), ZeroPoint(plan, relu.Output),
                    plan.AddInt(relu.OutputMultiplier), plan.AddInt(relu.OutputShift), output);
                break;
            case QuantizedLinearCall linear:
                AppendLinear(plan, linear, inputs[0], output);
                break;
            case AddCall:
                plan.AddCall("aten::add", Plain, inputs[0], inputs[1], plan.AddInt(1), output);
                break;
            case MaxPool2dCall { Output.ElementType: ElementType.Float32 } pool when pool.Shape.PadTop == pool.Shape.Window.PadBottom && pool.Shape.PadLeft == pool.Shape.Window.PadRight:
                AppendMaxPool2d(plan, pool, inputs[0], output);
                break;
            case MaxPool2dCall { Output.ElementType: ElementType.Int8 } pool when pool.Shape.PadTop == pool.Shape.Window.PadBottom && pool.Shape.PadLeft == pool.Shape.Window.PadRight:
                plan.AddCall("cadence::quantized_max_pool2d", Plain, inputs[0], plan.AddInts(pool.Shape.KernelHeight, pool.Shape.KernelWidth),
                    plan.AddInts(pool.Shape.StrideHeight, pool.Shape.StrideWidth), plan.AddInts(pool.Shape.PadTop, pool.Shape.PadLeft), plan.AddInts(1, 1), plan.AddBool(false), output);
                break;
            case LevelArithmeticCall { Operation: LevelOperation.None }:
                plan.AddCall("cadence::requantize", PerTensor, inputs[0], Scale(plan, call.Input), ZeroPoint(plan, call.Input), Scale(plan, call.Output), ZeroPoint(plan, call.Output),
                    plan.AddInt(Int8Code), output);
                break;
            case LevelArithmeticCall arithmetic:
                plan.AddCall(arithmetic.Operation == LevelOperation.Add ? "cadence::quantized_add" : "cadence::quantized_mul", PerTensor,
                    inputs[0], Scale(plan, call.Inputs[0]), ZeroPoint(plan, call.Inputs[0]), inputs[1], Scale(plan, call.Inputs[1]), ZeroPoint(plan, call.Inputs[1]),
                    Scale(plan, call.Output), ZeroPoint(plan, call.Output), output);
                break;
            case ConcatCall concat:
                plan.AddCall("aten::cat", Plain, plan.AddTensorList(inputs), plan.AddInt(concat.Axis), output);
                break;
            case PadCall pad:
                plan.AddCall("aten::constant_pad_nd", Plain, inputs[0], plan.AddInts(pad.PadLeft, pad.PadRight, pad.PadTop, pad.PadBottom), plan.AddInt(pad.Level), output);
                break;
            case SliceCall slice:
                TensorShape cut = call.Output.Shape;
                int count = slice.Axis switch { 0 => cut.Batch, 1 => cut.Channels, 2 => cut.Height, _ => cut.Width };
                plan.AddCall("aten::slice_copy", "Tensor_out", inputs[0], plan.AddInt(slice.Axis), plan.AddInt(slice.First), plan.AddInt(slice.First + count), plan.AddInt(1), output);
                break;
            case MeanCall:
                plan.AddCall("aten::mean", Plain, inputs[0], plan.AddInts(-1, -2), plan.AddBool(true), plan.AddNone(), output);
                break;
            case SoftmaxCall:
                plan.AddCall("aten::_softmax", Plain, inputs[0], plan.AddInt(1), plan.AddBool(false), output);
                break;
            default:
                throw new NotSupportedException($"'{call.Name}' ({call.Kind}) has no kernel call in the program format.");
        }
    }

    private static int Scale(PtePlanBuilder plan, TensorInfo value) => plan.AddDouble(value.RequiredQuantization.Scale);

    private static int ZeroPoint(PtePlanBuilder plan, TensorInfo value) => plan.AddInt(value.RequiredQuantization.ZeroPoint);

    private static void AppendConversion(PtePlanBuilder plan, string name, int input, QuantizationParameters quantization, int output) => plan.AddCall(
        name, Plain, input, plan.AddDouble(quantization.Scale), plan.AddInt(quantization.ZeroPoint), plan.AddInt(sbyte.MinValue), plan.AddInt(sbyte.MaxValue),
        plan.AddInt(Int8Code), output);

    // One bias scale goes into the per-tensor overload; several need the overload that takes tensors.
    private static void AppendConv2d(PtePlanBuilder plan, Conv2dCall conv, int input, int output)
    {
        Conv2dShape shape = conv.Shape;
        if (shape.PadTop != shape.PadBottom || shape.PadLeft != shape.PadRight)
        {
            throw new NotSupportedException(
                $"'{conv.Name}' is padded by {shape.PadTop}, {shape.PadLeft}, {shape.PadBottom} and {shape.PadRight} (top, left, bottom, right); the operator of a .pte pads both ends of a direction alike.");
        }

        if (conv.IsClamped)
        {
            throw new NotSupportedException($"'{conv.Name}' limits its levels to {conv.ClampMinimum} to {conv.ClampMaximum}, for which the operator of a .pte has no argument.");
        }

        float[] biasScales = conv.BiasScales;
        bool isPerTensor = biasScales.Length == 1;
        plan.AddCall(
            "cadence::quantized_conv2d_nchw",
            isPerTensor ? PerTensor : Plain,
            input,
            plan.AddConstant<sbyte>(PteScalarType.Int8, conv.Weights, shape.OutChannels, shape.InChannels / shape.Groups, shape.KernelHeight, shape.KernelWidth),
            plan.AddConstant<int>(PteScalarType.Int32, conv.Bias, conv.Bias.Length),
            plan.AddInts(shape.StrideHeight, shape.StrideWidth),
            plan.AddInts(shape.IsUniform ? shape.Padding : shape.PadTop, shape.PadLeft),
            plan.AddInts(shape.DilationHeight, shape.DilationWidth),
            plan.AddInt(shape.Groups),
            ZeroPoint(plan, conv.Input),
            isPerTensor ? plan.AddInt(0) : plan.AddConstant<int>(PteScalarType.Int32, [0], 1),
            isPerTensor ? plan.AddDouble(biasScales[0]) : plan.AddConstant<float>(PteScalarType.Float32, biasScales, biasScales.Length),
            plan.AddDouble(conv.Output.RequiredQuantization.Scale),
            ZeroPoint(plan, conv.Output),
            plan.AddInt(0),
            plan.AddInt(0),
            output);
    }

    private static void AppendLinear(PtePlanBuilder plan, QuantizedLinearCall linear, int input, int output) => plan.AddCall(
        "cadence::quantized_linear",
        PerTensor,
        input,
        plan.AddConstant<sbyte>(PteScalarType.Int8, linear.Weights, linear.OutputFeatures, linear.InputFeatures),
        plan.AddConstant<int>(PteScalarType.Int32, linear.Bias, linear.Bias.Length),
        ZeroPoint(plan, linear.Input),
        plan.AddInt(linear.WeightZeroPoint),
        plan.AddInt(linear.OutputMultiplier),
        plan.AddInt(linear.OutputShift),
        ZeroPoint(plan, linear.Output),
        plan.AddNone(),
        output);

    private static void AppendMaxPool2d(PtePlanBuilder plan, MaxPool2dCall pool, int input, int output) => plan.AddCall(
        "aten::max_pool2d_with_indices",
        Plain,
        input,
        plan.AddInts(pool.Shape.KernelHeight, pool.Shape.KernelWidth),
        plan.AddInts(pool.Shape.StrideHeight, pool.Shape.StrideWidth),
        plan.AddInts(pool.Shape.PadTop, pool.Shape.PadLeft),
        plan.AddInts(1, 1),
        plan.AddBool(false),
        output,
        plan.AddScratch(PteScalarType.Int64, pool.Output.Shape));
}
