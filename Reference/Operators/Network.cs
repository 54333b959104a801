using TileProof.Operators.Calls;

namespace TileProof.Operators;

/// <summary>A quantized network: operator calls in execution order; each reads values that are inputs or were written before.</summary>
public sealed class Network
{
    /// <summary>Makes a network and checks that it is well formed.</summary>
    /// <param name="name">The name.</param>
    /// <param name="input">The value that the caller supplies.</param>
    /// <param name="calls">The calls in execution order.</param>
    /// <param name="outputs">The values that the caller gets; null for the one that the last call writes.</param>
    /// <exception cref="ArgumentException">An index is out of order, a name is used twice, a call reads a value nobody wrote, or no call writes an output.</exception>
    public Network(string name, TensorInfo input, IReadOnlyList<OperatorCall> calls, IReadOnlyList<TensorInfo>? outputs = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentOutOfRangeException.ThrowIfZero(calls.Count);
        var known = new HashSet<TensorInfo> { input };
        var callNames = new HashSet<string>(StringComparer.Ordinal);
        for (int index = 0; index < calls.Count; index++)
        {
            OperatorCall call = calls[index];
            if (call.Index != index)
            {
                throw new ArgumentException($"Call '{call.Name}' has index {call.Index} at position {index}.", nameof(calls));
            }

            if (!callNames.Add(call.Name))
            {
                throw new ArgumentException($"Two calls are named '{call.Name}'.", nameof(calls));
            }

            foreach (TensorInfo value in call.Inputs)
            {
                if (!known.Contains(value))
                {
                    throw new ArgumentException($"Call '{call.Name}' reads '{value.Name}' before it is written.", nameof(calls));
                }
            }

            if (!known.Add(call.Output))
            {
                throw new ArgumentException($"Call '{call.Name}' writes '{call.Output.Name}' again.", nameof(calls));
            }
        }

        Outputs = outputs ?? [calls[^1].Output];
        if (Outputs.Count == 0 || Outputs.Distinct().Count() < Outputs.Count || Outputs.FirstOrDefault(output => output == input || !known.Contains(output)) is not null)
        {
            throw new ArgumentException($"The outputs of '{name}' are not different values that its calls write.", nameof(outputs));
        }

        Name = name;
        Input = input;
        Calls = calls;
    }

    /// <summary>The name, such as <c>resnet18</c>.</summary>
    public string Name { get; }

    /// <summary>The value that the caller supplies.</summary>
    public TensorInfo Input { get; }

    /// <summary>The same network under another name.</summary>
    public Network WithName(string name) => new(name, Input, Calls, Outputs);

    /// <summary>The calls in execution order.</summary>
    public IReadOnlyList<OperatorCall> Calls { get; }

    /// <summary>The values that the caller gets, in its order.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>The last of them that a call writes: of most networks the only one.</summary>
    public TensorInfo Output => Calls.Last(call => Outputs.Contains(call.Output)).Output;

    /// <summary>The convolutions in execution order.</summary>
    public IEnumerable<Conv2dCall> Convolutions => Calls.OfType<Conv2dCall>();
}
