namespace TileProof.Golden.Import;

/// <summary>The name of a call and of the value that it writes.</summary>
internal readonly record struct CallName(string Call, string Value);
