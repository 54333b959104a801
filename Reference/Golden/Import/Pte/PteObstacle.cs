namespace TileProof.Golden.Import.Pte;

/// <summary>What stops the import of a program at one place.</summary>
/// <param name="OperatorType">The operator or delegate; empty for what is wrong with an input or an output.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="RunsInOnnxRuntime">Whether ONNX Runtime computes it where fallback is allowed.</param>
internal sealed record PteObstacle(string OperatorType, string Place, ModelFormatException Fault, bool RunsInOnnxRuntime);
