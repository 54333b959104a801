namespace TileProof.Verification.Device;

/// <summary>One row of <c>device_cycles.csv</c>: what a recorded schedule costs by the cycle model. Cycles are those of the core.</summary>
public sealed record DeviceCycleRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The name of the call.</summary>
    public required string Call { get; init; }

    /// <summary>The operator.</summary>
    public required string Operator { get; init; }

    /// <summary>The layer key.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>The bank setting.</summary>
    public required string Bank { get; init; }

    /// <summary>The machine mode.</summary>
    public required string MachineMode { get; init; }

    /// <summary><c>calibrated</c>, <c>calibrated by NAME</c> by logs of the user, or <c>extrapolated</c> on a machine that the costs were not fitted on.</summary>
    public required string Basis { get; init; }

    /// <summary>Predicted cycles of the recorded schedule; empty where kernels of it have no cost in the model.</summary>
    public required long? PredictedCycles { get; init; }

    /// <summary>
    /// The same where the unpriced work of the core takes a cycle for every byte that it touches, as one scalar access after the other; empty
    /// where kernels have no cost. The true figure of such work lies between both.
    /// </summary>
    public required long? PredictedCyclesAtMost { get; init; }

    /// <summary>Predicted cycles of the built-in corrected program of the call; empty where the model does not cover it.</summary>
    public required long? BuiltInCycles { get; init; }

    /// <summary>Built-in over predicted cycles: above 1 the recorded schedule is faster.</summary>
    public required double? SpeedupOverBuiltIn { get; init; }

    /// <summary>Cycles in kernels and their epilogues.</summary>
    public required long KernelCycles { get; init; }

    /// <summary>Cycles in fills and edges.</summary>
    public required long FillCycles { get; init; }

    /// <summary>Cycles in which the core waits for transfers.</summary>
    public required long WaitCycles { get; init; }

    /// <summary>Bytes that DMA moves.</summary>
    public required long DmaBytes { get; init; }

    /// <summary>The part of the time in which the busier DMA channel moves data, 0 to 1.</summary>
    public required double DmaBusy { get; init; }

    /// <summary>Steps of the core between machine instructions, which have no cost in the model.</summary>
    public required int UnpricedSteps { get; init; }

    /// <summary>Bytes that they read and write.</summary>
    public required long UnpricedBytes { get; init; }
}
