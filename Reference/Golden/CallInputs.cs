using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden;

/// <summary>The check that every golden engine makes before it computes a call.</summary>
internal static class CallInputs
{
    /// <summary>Checks count, shapes and element types.</summary>
    /// <exception cref="ArgumentException">A tensor does not match the value that the call reads.</exception>
    public static void Require(OperatorCall call, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != call.Inputs.Count)
        {
            throw new ArgumentException($"Call '{call.Name}' reads {call.Inputs.Count} value(s), not {inputs.Count}.", nameof(inputs));
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            TensorInfo expected = call.Inputs[i];
            if (inputs[i].Shape != expected.Shape || inputs[i].ElementType != expected.ElementType)
            {
                throw new ArgumentException(
                    $"Call '{call.Name}' reads '{expected.Name}' as {expected.ElementType} {expected.Shape}, not {inputs[i].ElementType} {inputs[i].Shape}.",
                    nameof(inputs));
            }
        }
    }
}
