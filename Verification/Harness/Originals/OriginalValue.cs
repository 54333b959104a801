namespace TileProof.Verification.Originals;

/// <summary>A value that an imported network and its file both have.</summary>
/// <param name="Network">The network.</param>
/// <param name="Call">The call, or the node of a float network, that makes it.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Name">Its name in the file.</param>
/// <param name="IsOutput">Whether it is the output of the network.</param>
public sealed record OriginalValue(string Network, string Call, string Operator, string Name, bool IsOutput);
