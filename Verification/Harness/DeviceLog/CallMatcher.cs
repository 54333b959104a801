using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.DeviceLog;

/// <summary>Finds the calls that lines of a log stand for: each the next one in call order with its operator and size.</summary>
internal sealed class CallMatcher(Network network, Func<OperatorCall, int> countOf)
{
    private readonly int[] positions = new int[Enum.GetValues<OperatorKind>().Length];

    /// <param name="operatorName">As the device names it.</param>
    /// <param name="count">The elements that the line counts.</param>
    /// <param name="layerKey">The layer that the call says it runs; null where it does not.</param>
    public OperatorCall? Next(string operatorName, long count, string? layerKey = null)
    {
        if (DeviceOperator.KindOf(operatorName) is not { } kind)
        {
            return null;
        }

        for (int position = positions[(int)kind]; position < network.Calls.Count; position++)
        {
            OperatorCall call = network.Calls[position];
            if (call.Kind == kind && countOf(call) == count && (layerKey is null || call.LayerKey == layerKey))
            {
                positions[(int)kind] = position + 1;
                return call;
            }
        }

        return null;
    }
}
