namespace TileProof.Golden.Import;

/// <summary>Nodes of a model that stop its import for the same reason.</summary>
/// <param name="OperatorType">Their operator; empty for what is wrong with the file as a whole.</param>
/// <param name="Reason">What is wrong with the first of them.</param>
/// <param name="NearestForm">The supported form that comes nearest; null where there is none.</param>
/// <param name="Places">Where each of them is, in the order of the graph.</param>
/// <param name="RunInOnnxRuntime">How many of them run in ONNX Runtime where fallback is allowed.</param>
public sealed record ImportObstacle(string OperatorType, string Reason, string? NearestForm, IReadOnlyList<string> Places, int RunInOnnxRuntime)
{
    /// <summary>How many of them ONNX Runtime was not asked about, since a file has many unlike ones.</summary>
    public int UntriedCount { get; init; }
}
