namespace TileProof.Golden.Import.Pte;

/// <summary>One kernel call: an operator such as <c>cadence::quantized_relu</c> with the overload <c>per_tensor_out</c>, and its value indices.</summary>
internal sealed record PteKernelCall(int Index, string Operator, string Overload, int[] Arguments)
{
    public string Place => $"instruction {Index} ({Operator}.{Overload})";
}
