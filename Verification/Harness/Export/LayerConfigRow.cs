namespace TileProof.Verification.Export;

/// <summary>One entry of a table of layer configurations: the C fields after <c>layer_id</c>, in struct order.</summary>
/// <param name="TextFields">The string fields, which come first.</param>
/// <param name="NumberFields">The integer fields.</param>
internal sealed record LayerConfigRow(
    IReadOnlyList<KeyValuePair<string, string>> TextFields, IReadOnlyList<KeyValuePair<string, int>> NumberFields);
