using TileProof.HwModel.Planning;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>The plans of one bank setting.</summary>
/// <param name="Bank">The bank setting.</param>
/// <param name="Plans">Plans of different geometries, in the order of the networks.</param>
/// <param name="HasOutputScales">Whether the plans leave room for one scale per output channel; networks with one scale per tensor need none.</param>
public sealed record BankPlans(BankSetting Bank, IReadOnlyList<Conv2dTilePlan> Plans, bool HasOutputScales);
