using TileProof.Operators.Calls;

namespace TileProof.Operators;

/// <summary>An input of a network beside its first, with what it holds in every run.</summary>
public sealed record NetworkInput
{
    /// <summary>Makes the input.</summary>
    /// <param name="value">float32.</param>
    /// <param name="data">Its elements, of the same shape and type.</param>
    /// <exception cref="ArgumentException">The data do not match.</exception>
    public NetworkInput(TensorInfo value, Tensor data)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(data);
        if (value.Shape != data.Shape || value.ElementType != data.ElementType)
        {
            throw new ArgumentException($"The input '{value.Name}' is {value.ElementType} {value.Shape}, and its data are {data.ElementType} {data.Shape}.", nameof(data));
        }

        Value = value;
        Data = data;
    }

    /// <summary>Whether the model itself states the elements, so that nothing else takes their place.</summary>
    public bool IsConstant { get; init; }

    /// <summary>The input.</summary>
    public TensorInfo Value { get; }

    /// <summary>Its elements.</summary>
    public Tensor Data { get; }
}
