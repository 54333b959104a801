using TileProof.Operators.Calls;

namespace TileProof.Verification.DeviceLog;

/// <summary>The operators that names in device logs stand for, those of the optimized and of the generic libraries.</summary>
internal static class DeviceOperator
{
    /// <summary>The operator of a name such as <c>conv2d</c>, <c>quantized_conv2d_nchw</c> or <c>add_float</c>; null for an unknown one.</summary>
    public static OperatorKind? KindOf(string name) => name.ToUpperInvariant() switch
    {
        var upper when upper.Contains("CONV", StringComparison.Ordinal) => OperatorKind.Conv2d,
        var upper when upper.Contains("DEQUANTIZE", StringComparison.Ordinal) => OperatorKind.DequantizePerTensor,
        var upper when upper.Contains("RELU", StringComparison.Ordinal) => OperatorKind.QuantizedRelu,
        var upper when upper.Contains("LINEAR", StringComparison.Ordinal) => OperatorKind.QuantizedLinear,
        var upper when upper.Contains("QUANTIZE", StringComparison.Ordinal) && !upper.Contains("QUANTIZED", StringComparison.Ordinal) => OperatorKind.QuantizePerTensor,
        var upper when upper.Contains("POOL", StringComparison.Ordinal) => OperatorKind.MaxPool2d,
        var upper when upper.Contains("MEAN", StringComparison.Ordinal) => OperatorKind.Mean,
        var upper when upper.Contains("SOFTMAX", StringComparison.Ordinal) => OperatorKind.Softmax,
        var upper when upper.StartsWith("ADD", StringComparison.Ordinal) => OperatorKind.Add,
        _ => null,
    };

    /// <summary>Whether a line stands for a convolution.</summary>
    public static bool IsConvolution(PerformanceLine line) => KindOf(line.Operator) == OperatorKind.Conv2d;
}
