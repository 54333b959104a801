
namespace TileProof.Verification.Mutation;

/// <summary>One row of <c>mutation.csv</c>: one defect on one layer.</summary>
public sealed record MutationRow
{
    /// <summary>The defect's short name.</summary>
    public required string Defect { get; init; }

    /// <summary>Its class.</summary>
    public required string Class { get; init; }

    /// <summary>The defect in words.</summary>
    public required string Description { get; init; }

    /// <summary>The published layer key.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>Bytes of bank DRAM0.</summary>
    public required int Dram0Bytes { get; init; }

    /// <summary>Bytes of bank DRAM1.</summary>
    public required int Dram1Bytes { get; init; }

    /// <summary>Tiles and placement.</summary>
    public required string Plan { get; init; }

    /// <summary>What became of it.</summary>
    public required MutationVerdict Verdict { get; init; }

    /// <summary>Output bytes that differ, at the worst landing policy tried.</summary>
    public required int DifferingBytes { get; init; }

    /// <summary>The landing policy under which they differ; empty for none.</summary>
    public required string Landing { get; init; }

    /// <summary>Whether it changes which bytes are used, and not only what is computed from them.</summary>
    public required bool MovesBytes { get; init; }

    /// <summary>Output bytes that differ where every element of the image is the same, at the worst landing policy tried.</summary>
    public required int DifferingBytesOfConstantImage { get; init; }

    /// <summary>What the prover says of it, on its own.</summary>
    public required ProverVerdict Prover { get; init; }

    /// <summary>What the prover found.</summary>
    public required string ProverFinding { get; init; }

    /// <summary>The hazard rules that it breaks, separated by spaces; <c>machine-fault</c> where the machine stopped.</summary>
    public required string HazardRules { get; init; }

    /// <summary>Whether the totals that plans and cycles rest on differ.</summary>
    public required bool SnapshotDiffers { get; init; }

    /// <summary>For an equivalent defect, why it is one.</summary>
    public required string Proof { get; init; }
}
