namespace TileProof.Golden.Import.Pte;

/// <summary>The parts of an execution plan that the import needs.</summary>
internal sealed record PtePlan(string Name, IReadOnlyList<PteValue> Values, int[] Inputs, int[] Outputs, IReadOnlyList<PteKernelCall> Calls);
