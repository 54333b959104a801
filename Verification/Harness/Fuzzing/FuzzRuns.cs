using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;

namespace TileProof.Verification.Fuzzing;

/// <summary>What the runs of one call gave.</summary>
/// <param name="Wrong">The first byte that is not the golden's; null where none is.</param>
/// <param name="WrongMachine">The machine of that run.</param>
/// <param name="IsRightAtIssueOnly">Whether it is right where every transfer lands at once, and wrong on the same machine at another landing.</param>
/// <param name="Fault">Why the machine stopped a run; null where it stopped none.</param>
/// <param name="Hazards">The rules that the program broke.</param>
/// <param name="Counts">What the machine was told to do.</param>
/// <param name="Timeline">The cycles of what was executed; null where the model has no costs for it.</param>
internal sealed record FuzzRuns(string? Wrong, DspConfiguration WrongMachine, bool IsRightAtIssueOnly, string? Fault, IReadOnlyList<Hazard> Hazards, ExecutionCounts Counts, EventTimeline? Timeline);
