namespace TileProof.Golden.Import.Pte;

/// <summary>One kernel call: an operator such as <c>cadence::quantized_relu</c> with the overload <c>per_tensor_out</c>, and its value indices.</summary>
internal sealed record PteKernelCall(int Index, string Operator, string Overload, int[] Arguments)
{
    /// <summary>Whether a part of the program is handed to a back end; <see cref="Operator"/> is its name then.</summary>
    public bool IsDelegate { get; init; }

    public string Place => IsDelegate ? $"instruction {Index} (delegate '{Operator}')" : $"instruction {Index} ({Operator}.{Overload})";
}
