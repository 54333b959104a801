namespace TileProof.Verification.Fuzzing;

/// <summary>One thing that a fuzz campaign should reach.</summary>
/// <param name="Group">What kind of thing it is, such as <c>hazard rule</c>.</param>
/// <param name="Name">Its name.</param>
public readonly record struct FuzzPoint(string Group, string Name);
