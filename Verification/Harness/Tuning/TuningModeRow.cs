namespace TileProof.Verification.Tuning;

/// <summary>One row of <c>tuning_modes.csv</c>: all convolutions of a network at a bank setting, priced in one machine mode.</summary>
public sealed record TuningModeRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The bank setting.</summary>
    public required string Bank { get; init; }

    /// <summary>The machine mode that all cycles of the row are counted in.</summary>
    public required string Mode { get; init; }

    /// <summary><c>calibrated</c>, <c>calibrated by NAME</c> by logs of the user, or <c>extrapolated</c> on a machine that the costs were not fitted on.</summary>
    public required string Basis { get; init; }

    /// <summary>Predicted cycles with the published plans.</summary>
    public required long PublishedCycles { get; init; }

    /// <summary>The machine mode that the reported plans are tuned for.</summary>
    public required string TunedFor { get; init; }

    /// <summary>Predicted cycles with the reported plans.</summary>
    public required long TunedCycles { get; init; }

    /// <summary>Their saving in percent; below 0 where they cost more in this mode than the published plans.</summary>
    public required double SavedPercent { get; init; }

    /// <summary>Layers that are slower with the reported plan than with the published one.</summary>
    public required int SlowerLayers { get; init; }

    /// <summary>Predicted cycles with plans tuned for this very mode.</summary>
    public required long OwnCycles { get; init; }

    /// <summary>Their saving in percent.</summary>
    public required double OwnSavedPercent { get; init; }

    /// <summary>Half the 95 % interval of that saving, in percent.</summary>
    public required double OwnSavedErrorPercent { get; init; }

    /// <summary>Layers whose plan tuned for this very mode is the cache path.</summary>
    public required int OwnCacheLayers { get; init; }

    /// <summary>Differing elements over all runs of both sets of plans.</summary>
    public required long Mismatches { get; init; }

    /// <summary>Kinds of broken hardware rules in the same runs, faults among them.</summary>
    public required int Hazards { get; init; }
}
