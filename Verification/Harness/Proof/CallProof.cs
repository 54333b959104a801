using TileProof.Golden.Scalar;
using TileProof.HwModel.Proof;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Verification.Proof;

/// <summary>What is proven of one call at one bank setting for every input.</summary>
/// <param name="Golden">The call.</param>
/// <param name="Bank">The bank setting.</param>
public sealed record CallProof(GoldenCall Golden, BankSetting Bank)
{
    /// <summary>The program; null where the prover does not cover the operator.</summary>
    public ProofSubject? Subject { get; init; }

    /// <summary>What the run on words says of it; null where there was none.</summary>
    public ProgramProof? Movement { get; init; }

    /// <summary>Whether an earlier run proved it.</summary>
    public bool IsKept { get; init; }

    /// <summary>The largest and smallest accumulators that any int8 input can give; null for operators without.</summary>
    public AccumulatorBounds? Bounds { get; init; }

    /// <summary>The same for the codes that the input has in its network, whatever image that gets.</summary>
    public AccumulatorBounds? ReachableBounds { get; init; }

    /// <summary>What is shown of its arithmetic over all values that an element can have; null for operators whose arithmetic is tested on examples.</summary>
    public ArithmeticProof? Arithmetic { get; init; }

    /// <summary>Whether the program is shown to be wrong.</summary>
    public bool IsWrong => Movement is { IsProven: false };
}
