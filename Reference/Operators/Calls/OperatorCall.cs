namespace TileProof.Operators.Calls;

/// <summary>One operator call of a network: what is computed, from which values, into which value.</summary>
public abstract record OperatorCall
{
    /// <summary>The position in the network, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>A readable name, unique in the network, such as <c>layer1.0.conv1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The values read, in operator order.</summary>
    public required IReadOnlyList<TensorInfo> Inputs { get; init; }

    /// <summary>The value written.</summary>
    public required TensorInfo Output { get; init; }

    /// <summary>Which operator.</summary>
    public abstract OperatorKind Kind { get; }

    /// <summary>The first input; most operators have one.</summary>
    public TensorInfo Input => Inputs[0];

    /// <summary>A key that two calls with the same geometry share; the published config key where there is one.</summary>
    public abstract string LayerKey { get; }

    /// <summary>Multiply-accumulates of the call over the whole batch; 0 for operators without any.</summary>
    public virtual long MultiplyAccumulates => 0;
}
