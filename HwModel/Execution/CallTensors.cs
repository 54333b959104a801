using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Execution;

/// <summary>The check of tensors that enter the simulated DSP.</summary>
internal static class CallTensors
{
    /// <summary>Checks count, shapes and types of the inputs of a call.</summary>
    /// <exception cref="ArgumentException">A tensor does not match the value that the call reads.</exception>
    public static void Require(OperatorCall call, IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != call.Inputs.Count)
        {
            throw new ArgumentException($"Call '{call.Name}' reads {call.Inputs.Count} value(s), not {inputs.Count}.", nameof(inputs));
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            Require(call.Inputs[i], inputs[i]);
        }
    }

    /// <summary>Checks the shape and the type of one value.</summary>
    /// <exception cref="ArgumentException">The tensor does not match.</exception>
    public static void Require(TensorInfo value, Tensor tensor)
    {
        if (tensor.Shape != value.Shape || tensor.ElementType != value.ElementType)
        {
            throw new ArgumentException(
                $"'{value.Name}' is {value.ElementType} {value.Shape}, not {tensor.ElementType} {tensor.Shape}.", nameof(tensor));
        }
    }
}
