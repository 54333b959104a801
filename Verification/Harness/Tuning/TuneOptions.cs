using TileProof.HwModel.Dma;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>What a tuning run does.</summary>
public sealed record TuneOptions
{
    /// <summary>Networks, banks, input, seed, derivation, device and output folder.</summary>
    public VerifyOptions Settings { get; init; } = new();

    /// <summary>How much of the memory system counts.</summary>
    public MachineMode Mode { get; init; } = MachineMode.MemoryModel;

    /// <summary>Whether cycles of plans with the published loop structure are those of the corrected programs; else of the published ones.</summary>
    public bool CountsCorrectedPrograms { get; init; }

    /// <summary>The programs that are priced.</summary>
    public ProgramAssumptions Programs => CountsCorrectedPrograms ? ProgramAssumptions.Corrected : ProgramAssumptions.Measured;

    /// <summary>Whether plans may differ from the published programs in more than tiles and banks.</summary>
    public bool IsFree { get; init; }

    /// <summary>How many candidates are played.</summary>
    public SearchDepth Depth { get; init; } = SearchDepth.Pruned;

    /// <summary>Whether bank sizes from 2 KiB to 256 KiB are compared.</summary>
    public bool ComparesBanks { get; init; } = true;

    /// <summary>Whether to print JSON instead of lines for people.</summary>
    public bool PrintsJson { get; init; }

    /// <summary>When transfers land while the plans are proven. The hazard rules do not depend on it.</summary>
    public IReadOnlyList<LandingKind> Landings { get; init; } = [LandingKind.AtWait];
}
