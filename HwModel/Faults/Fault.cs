namespace TileProof.HwModel.Faults;

/// <summary>A deliberate defect in a convolution program.</summary>
/// <param name="Name">A short stable name for reports.</param>
/// <param name="Class">What kind of mistake it stands for.</param>
/// <param name="Description">The defect in words.</param>
/// <param name="CreateInjector">Makes the interceptor of one run; it keeps counts, so a run needs its own.</param>
public sealed record Fault(string Name, FaultClass Class, string Description, Func<FaultInjector> CreateInjector)
{
    /// <summary>Whether it changes where or whether output tiles are stored: only then can a byte of the output be stored twice, or never.</summary>
    public bool MovesStores { get; init; }

    /// <summary>Whether what memory held before the program can show in its output: a defect of arithmetic alone reads and writes the right bytes.</summary>
    public bool ExposesOldMemory => Class is not (FaultClass.Rounding or FaultClass.ShiftAndScale or FaultClass.Saturation or FaultClass.AccumulatorOverflow or FaultClass.ZeroPoint or FaultClass.PadValue);
}
