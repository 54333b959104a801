namespace TileProof.Verification.Tuning;

/// <summary>One row of <c>bank_sizes.csv</c>: all convolutions of a network at one size of both banks.</summary>
public sealed record BankSizeRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>Bytes of each bank.</summary>
    public required int BankBytes { get; init; }

    /// <summary><c>calibrated</c>, <c>calibrated by NAME</c> by logs of the user, or <c>extrapolated</c> on a machine that the costs were not fitted on.</summary>
    public required string Basis { get; init; }

    /// <summary>Predicted cycles with the published plans.</summary>
    public required long PublishedCycles { get; init; }

    /// <summary>Predicted cycles with the tuned plans.</summary>
    public required long TunedCycles { get; init; }

    /// <summary>Calls that the published planner sends to the cache path.</summary>
    public required int PublishedCacheCalls { get; init; }

    /// <summary>Calls whose tuned plan takes the cache path.</summary>
    public required int TunedCacheCalls { get; init; }

    /// <summary>Whether no smaller bank is at least as fast with published plans.</summary>
    public required bool PublishedOnFront { get; init; }

    /// <summary>Whether no smaller bank is at least as fast with tuned plans.</summary>
    public required bool TunedOnFront { get; init; }

    /// <summary>Whether the published plans are within 5 % of their best over all sizes.</summary>
    public required bool PublishedNearBest { get; init; }

    /// <summary>Whether the tuned plans are within 5 % of their best over all sizes.</summary>
    public required bool TunedNearBest { get; init; }
}
