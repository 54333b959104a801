namespace TileProof.Verification.Cycles;

/// <summary>One row of <c>cycles.csv</c>: one call at one bank setting in one machine mode. Cycles are those of the core.</summary>
public sealed record CycleRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The position of the call in the network, from 0.</summary>
    public required int CallIndex { get; init; }

    /// <summary>The name of the call.</summary>
    public required string Call { get; init; }

    /// <summary>The operator.</summary>
    public required string Operator { get; init; }

    /// <summary>The layer key; the published one where there is one.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>The bank setting.</summary>
    public required string Bank { get; init; }

    /// <summary>The tile plan of a convolution; empty for other operators.</summary>
    public required string Plan { get; init; }

    /// <summary>The machine mode.</summary>
    public required string MachineMode { get; init; }

    /// <summary><c>calibrated</c>, <c>calibrated by NAME</c> by logs of the user, or <c>extrapolated</c> on a machine that the costs were not fitted on, and for kernels of this project.</summary>
    public required string Basis { get; init; }

    /// <summary>Predicted cycles.</summary>
    public required long PredictedCycles { get; init; }

    /// <summary>
    /// The lower end of the 95 % interval of <see cref="PredictedCycles"/>: what the published figures leave open. Of extrapolated cycles it is
    /// the part that the fit knows.
    /// </summary>
    public required long LowCycles { get; init; }

    /// <summary>The upper end of the 95 % interval.</summary>
    public required long HighCycles { get; init; }

    /// <summary>Call and tile control.</summary>
    public required long ControlCycles { get; init; }

    /// <summary>Scalar passes over the weights.</summary>
    public required long PrologueCycles { get; init; }

    /// <summary>Inner iterations.</summary>
    public required long KernelCycles { get; init; }

    /// <summary>Requantization and store.</summary>
    public required long EpilogueCycles { get; init; }

    /// <summary>Fill before loads.</summary>
    public required long FillCycles { get; init; }

    /// <summary>Padding after loads.</summary>
    public required long EdgeCycles { get; init; }

    /// <summary>Cache write-back and invalidation.</summary>
    public required long CacheCycles { get; init; }

    /// <summary>Waiting for input tiles.</summary>
    public required long WaitInputCycles { get; init; }

    /// <summary>Waiting for coefficients.</summary>
    public required long WaitCoefficientCycles { get; init; }

    /// <summary>Waiting for output stores.</summary>
    public required long WaitOutputCycles { get; init; }

    /// <summary>Multiply-accumulates per cycle.</summary>
    public required double MacsPerCycle { get; init; }

    /// <summary>Useful multiply-accumulates of all that the multiply unit could do in the time, 0 to 1.</summary>
    public required double MultiplyUtilization { get; init; }

    /// <summary>Bytes that DMA moves.</summary>
    public required long DmaBytes { get; init; }

    /// <summary>Bytes that the call needs of all that DMA moves, each once, 0 to 1: the rest is halo and input read again; empty without DMA.</summary>
    public required double? DmaEfficiency { get; init; }

    /// <summary>The part of the time in which the busier DMA channel moves data, 0 to 1.</summary>
    public required double DmaBusy { get; init; }

    /// <summary>Multiply-accumulates per byte that DMA moves; empty without either.</summary>
    public required double? ArithmeticIntensity { get; init; }

    /// <summary>What limits the call.</summary>
    public required string Bound { get; init; }

    /// <summary>Published cycles of the call at these banks in this mode, without prints in the timed region; empty where none are published.</summary>
    public required long? PublishedCycles { get; init; }

    /// <summary>(predicted - published) / published; empty where none are published.</summary>
    public required double? RelativeError { get; init; }

    /// <summary>Published cycles of the vendor's generic kernel for the call; empty where none are published.</summary>
    public required long? GenericCycles { get; init; }

    /// <summary>Generic over predicted cycles; empty where no generic ones are published.</summary>
    public required double? SpeedupOverGeneric { get; init; }

    /// <summary>The lower end of the 95 % interval of <see cref="SpeedupOverGeneric"/>.</summary>
    public required double? LowSpeedup { get; init; }

    /// <summary>The upper end of the 95 % interval.</summary>
    public required double? HighSpeedup { get; init; }
}
