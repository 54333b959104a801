namespace TileProof.Kernels.Bodies;

/// <summary>Where rows of elements lie in a larger value.</summary>
/// <param name="FirstElement">The place of the first element.</param>
/// <param name="RowElements">Consecutive elements.</param>
/// <param name="Rows">Rows of a plane.</param>
/// <param name="RowPitchElements">From one row to the next.</param>
/// <param name="PlanePitchElements">From one plane to the next.</param>
public readonly record struct CopyPlace(int FirstElement, int RowElements, int Rows, int RowPitchElements, int PlanePitchElements);
