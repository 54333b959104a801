using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.DeviceLog;

/// <summary>Finds the calls that lines of a log stand for: each the next one in call order with its operator and size.</summary>
internal sealed class CallMatcher(Network network, Func<OperatorCall, int> countOf)
{
    private readonly int[] positions = new int[Enum.GetValues<OperatorKind>().Length];

    public OperatorCall? Next(string operatorName, long count)
    {
        if (DeviceOperator.KindOf(operatorName) is not { } kind)
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
}
