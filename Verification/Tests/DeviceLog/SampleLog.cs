using System.Globalization;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Tests.DeviceLog;

/// <summary>What a device prints that computed given values.</summary>
internal static class SampleLog
{
    /// <summary>A LAYER_DUMP and a PERF_LOG line for every call, and the output.</summary>
    public static string Of(Network network, IReadOnlyList<Tensor> values)
    {
        string output = string.Join(", ", values[^1].Float32.ToArray().Select(static real => real.ToString("R", CultureInfo.InvariantCulture)));
        return string.Concat(network.Calls.Select(call => DumpOf(call, values[call.Index]) + CyclesOf(call))) + OutputOf(output);
    }

    public static string OutputOf(string elements) => $"Output 0: tensor(sizes=[1, {elements.Split(',').Length}], [{elements}])\n";

    public static string CyclesOf(OperatorCall call, long? cycles = null)
    {
        int count = call is Conv2dCall ? call.Input.Shape.ElementCount : call.Output.Shape.ElementCount;
        return string.Create(CultureInfo.InvariantCulture, $"PERF_LOG : {NameOf(call)} : {count} : elements : {cycles ?? 1000 + call.Index} : cycles : 1.00 : elements/cycle : 1.00 : cycles/elements\n");
    }

    public static string DumpOf(OperatorCall call, Tensor value)
    {
        bool isInt8 = value.ElementType == ElementType.Int8;
        double[] elements = isInt8 ? [.. value.Int8.ToArray().Select(static level => (double)level)] : [.. value.Float32.ToArray().Select(static real => (double)real)];
        string element = isInt8 ? "F0" : "F6";
        string first = string.Join(",", elements.Take(16).Select(number => number.ToString(element, CultureInfo.InvariantCulture)));
        string sum = elements.Sum().ToString(isInt8 ? "F0" : "F4", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"LAYER_DUMP : {NameOf(call)} : {elements.Length} : dtype={(isInt8 ? 1 : 6)} : first=[{first}] : sum={sum} : min={elements.Min().ToString(element, CultureInfo.InvariantCulture)} : max={elements.Max().ToString(element, CultureInfo.InvariantCulture)}\n");
    }

    private static string NameOf(OperatorCall call) => call.Kind switch
    {
        OperatorKind.QuantizePerTensor => "quantize_asym8s",
        OperatorKind.DequantizePerTensor => "dequantize_asym8s",
        OperatorKind.Conv2d => "conv2d",
        OperatorKind.QuantizedRelu => "quantized_relu",
        OperatorKind.MaxPool2d => "maxpool",
        OperatorKind.Mean => "mean_simd_optimized",
        OperatorKind.QuantizedLinear => "quantized_linear",
        OperatorKind.Add => "add_float",
        _ => "softmax",
    };
}
