using TileProof.Operators.Calls;

namespace TileProof.Verification.DeviceLog;

/// <summary>The operators that names in device logs stand for, those of the optimized and of the generic libraries.</summary>
internal static class DeviceOperator
{
    private static readonly char[] Separators = ['_', ':', '.', '-', ' '];

    /// <summary>
    /// The operator of a name such as <c>conv2d</c>, <c>quantized_conv2d_nchw</c>, <c>add_float</c> or <c>cadence::quantized_fully_connected.out</c>;
    /// null for an unknown one.
    /// </summary>
    public static OperatorKind? KindOf(string name)
    {
        string upper = name.ToUpperInvariant();
        string[] words = upper.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        return true switch
        {
            _ when upper.Contains("CONV", StringComparison.Ordinal) => OperatorKind.Conv2d,
            _ when upper.Contains("DEQUANTIZE", StringComparison.Ordinal) => OperatorKind.DequantizePerTensor,
            _ when words.Contains("RELU") => OperatorKind.QuantizedRelu,
            _ when words.Contains("LINEAR") || upper.Contains("FULLY_CONNECTED", StringComparison.Ordinal) => OperatorKind.QuantizedLinear,
            _ when words.Contains("SOFTMAX") => OperatorKind.Softmax,
            _ when words.Contains("MEAN") => OperatorKind.Mean,
            _ when words.Contains("ADD") => OperatorKind.Add,
            _ when upper.Contains("POOL", StringComparison.Ordinal) && !upper.Contains("AVG", StringComparison.Ordinal) && !upper.Contains("AVERAGE", StringComparison.Ordinal) => OperatorKind.MaxPool2d,
            _ when words.Contains("QUANTIZE") => OperatorKind.QuantizePerTensor,
            _ => null,
        };
    }

    /// <summary>Whether a line stands for a convolution.</summary>
    public static bool IsConvolution(PerformanceLine line) => KindOf(line.Operator) == OperatorKind.Conv2d;
}
