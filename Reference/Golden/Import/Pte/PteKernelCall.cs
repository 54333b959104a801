namespace TileProof.Golden.Import.Pte;

/// <summary>One kernel call: an operator such as <c>cadence::quantized_relu</c> with the overload <c>per_tensor_out</c>, and its value indices.</summary>
internal sealed record PteKernelCall(int Index, string Operator, string Overload, int[] Arguments)
{
    /// <summary>Whether a part of the program is handed to a back end; <see cref="Operator"/> is its name then.</summary>
    public bool IsDelegate { get; init; }

    /// <summary>Whether it is no call but a move or a jump; <see cref="Operator"/> says which.</summary>
    public bool IsControlFlow { get; init; }

    /// <summary>The name behind the namespace.</summary>
    public string BaseName => Operator[(Operator.LastIndexOf(':') + 1)..];

    /// <summary>The namespace; empty where the name has none.</summary>
    public string Namespace => Operator.Split("::", 2) is [string space, _] ? space : string.Empty;

    public string Place => this switch
    {
        { IsDelegate: true } => $"instruction {Index} (delegate '{Operator}')",
        { IsControlFlow: true } => $"instruction {Index} ({Operator})",
        _ => $"instruction {Index} ({Operator}.{Overload})",
    };
}
