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
    /// <param name="otherInputs">Inputs beside the first, each with what it holds in every run; null for none.</param>
    /// <exception cref="ArgumentException">An index is out of order, a name is used twice, a call reads a value nobody wrote, no call writes an output, or an input does not match its data.</exception>
    public Network(
        string name, TensorInfo input, IReadOnlyList<OperatorCall> calls, IReadOnlyList<TensorInfo>? outputs = null, IReadOnlyList<NetworkInput>? otherInputs = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentOutOfRangeException.ThrowIfZero(calls.Count);
        OtherInputs = otherInputs ?? [];
        TensorInfo[] inputs = [input, .. OtherInputs.Select(static other => other.Value)];
        var known = new HashSet<TensorInfo>(inputs);
        if (inputs.DistinctBy(static value => value.Name).Count() < inputs.Length)
        {
            throw new ArgumentException($"Two inputs of '{name}' have one name.", nameof(otherInputs));
        }

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
        if (Outputs.Count == 0 || Outputs.Distinct().Count() < Outputs.Count || Outputs.Any(output => inputs.Contains(output) || !known.Contains(output)))
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

    /// <summary>Inputs beside <see cref="Input"/>, which hold the same in every run; of most networks none.</summary>
    public IReadOnlyList<NetworkInput> OtherInputs { get; }

    /// <summary>All inputs, <see cref="Input"/> first.</summary>
    public IEnumerable<TensorInfo> Inputs => OtherInputs.Select(static other => other.Value).Prepend(Input);

    /// <summary>What the inputs hold in a run.</summary>
    /// <param name="input">The elements of <see cref="Input"/>.</param>
    public Dictionary<TensorInfo, Tensor> InputValues(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var values = OtherInputs.ToDictionary(static other => other.Value, static other => other.Data);
        values.Add(Input, input);
        return values;
    }

    /// <summary>The same network under another name.</summary>
    public Network WithName(string name) => new(name, Input, Calls, Outputs, OtherInputs);

    /// <summary>The same network with other data of the inputs beside the first.</summary>
    public Network WithOtherInputs(IReadOnlyList<NetworkInput> otherInputs) => new(Name, Input, Calls, Outputs, otherInputs);

    /// <summary>The calls in execution order.</summary>
    public IReadOnlyList<OperatorCall> Calls { get; }

    /// <summary>The values that the caller gets, in its order.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>The last of them that a call writes: of most networks the only one.</summary>
    public TensorInfo Output => Calls.Last(call => Outputs.Contains(call.Output)).Output;

    /// <summary>The convolutions in execution order.</summary>
    public IEnumerable<Conv2dCall> Convolutions => Calls.OfType<Conv2dCall>();
}
