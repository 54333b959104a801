namespace TileProof.HwModel.Hazards;

/// <summary>The kinds of operations that hazards and their timelines name.</summary>
internal enum OperationKind
{
    Other,
    Transfer,
    Compute,
    Fill,
    EdgeFill,
    Wait,
    Allocation,
    WriteBack,
    Invalidate,
}
