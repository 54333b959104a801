using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>Finds the calls that lines of a log stand for: each the next one in call order with its operator and size.</summary>
internal sealed class CallMatcher(Network network, Func<OperatorCall, int> countOf)
{
    private readonly int[] positions = new int[Enum.GetValues<OperatorKind>().Length];

    public OperatorCall? Next(string operatorName, long count)
    {
        if (KindOf(operatorName) is not { } kind)
        {
            return null;
        }

        for (int position = positions[(int)kind]; position < network.Calls.Count; position++)
        {
            OperatorCall call = network.Calls[position];
            if (call.Kind == kind && countOf(call) == count)
            {
                positions[(int)kind] = position + 1;
                return call;
            }
        }

        return null;
    }

    private static OperatorKind? KindOf(string operatorName) => operatorName.ToUpperInvariant() switch
    {
        var name when name.Contains("CONV", StringComparison.Ordinal) => OperatorKind.Conv2d,
        var name when name.Contains("DEQUANTIZE", StringComparison.Ordinal) => OperatorKind.DequantizePerTensor,
        var name when name.Contains("RELU", StringComparison.Ordinal) => OperatorKind.QuantizedRelu,
        var name when name.Contains("LINEAR", StringComparison.Ordinal) => OperatorKind.QuantizedLinear,
        var name when name.Contains("QUANTIZE", StringComparison.Ordinal) => OperatorKind.QuantizePerTensor,
        var name when name.Contains("POOL", StringComparison.Ordinal) => OperatorKind.MaxPool2d,
        var name when name.Contains("MEAN", StringComparison.Ordinal) => OperatorKind.Mean,
        var name when name.Contains("SOFTMAX", StringComparison.Ordinal) => OperatorKind.Softmax,
        var name when name.StartsWith("ADD", StringComparison.Ordinal) => OperatorKind.Add,
        _ => null,
    };
}
