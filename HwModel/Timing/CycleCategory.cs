namespace TileProof.HwModel.Timing;

/// <summary>What the core does, or waits for, in a span of the timeline.</summary>
public enum CycleCategory
{
    /// <summary>Call and tile control.</summary>
    Control,

    /// <summary>The scalar passes over weights and biases before a convolution.</summary>
    Prologue,

    /// <summary>Inner iterations of a kernel.</summary>
    Kernel,

    /// <summary>Requantization and store of accumulators.</summary>
    Epilogue,

    /// <summary>Filling a tile buffer before a load.</summary>
    Fill,

    /// <summary>Writing padding after a load.</summary>
    EdgeExtension,

    /// <summary>Cache write-back and invalidation.</summary>
    CacheMaintenance,

    /// <summary>Waiting for an input tile.</summary>
    WaitInput,

    /// <summary>Waiting for coefficients, biases or scales.</summary>
    WaitCoefficients,

    /// <summary>Waiting for an output store.</summary>
    WaitOutputStore,
}
