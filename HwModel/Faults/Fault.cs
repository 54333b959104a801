namespace TileProof.HwModel.Faults;

/// <summary>A deliberate defect in a convolution program.</summary>
/// <param name="Name">A short stable name for reports.</param>
/// <param name="Class">What kind of mistake it stands for.</param>
/// <param name="Description">The defect in words.</param>
/// <param name="CreateInjector">Makes the interceptor of one run; it keeps counts, so a run needs its own.</param>
public sealed record Fault(string Name, FaultClass Class, string Description, Func<FaultInjector> CreateInjector);
