namespace TileProof.HwModel.Device;

/// <summary>What a command that was run to its end left.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it complained about.</param>
internal sealed record CommandResult(int ExitCode, string Output, string Errors);
