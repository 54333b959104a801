using TileProof.HwModel.Timing;

namespace TileProof.Verification.TimingCalibration;

/// <summary>One fit: what is free, what stays fixed, and which observations count.</summary>
/// <param name="Observations">The observations.</param>
/// <param name="Parameters">The free coefficients.</param>
/// <param name="Fixed">The values of all others.</param>
public sealed record CalibrationStage(
    IReadOnlyList<CycleObservation> Observations, IReadOnlyList<Parameter> Parameters, CostCoefficients Fixed)
{
    private static readonly CoreTerm[] CachePathTerms = [CoreTerm.WideIteration, CoreTerm.CopyRow];
    private static readonly MachineMode[] MemoryModelModes = [MachineMode.MemoryModel, MachineMode.MemoryModelZeroLatency];

    /// <summary>The core, and the memory system of the print-free runs: fitted to those runs and to the bank-size sweep without memory model.</summary>
    /// <remarks>
    /// Left out: calls of the sweep that print once per tile. The print-free runs take no separate cost for cache misses: two networks
    /// cannot tell it from the fixed cost of a call.
    /// </remarks>
    public static CalibrationStage OfCore(IReadOnlyList<CycleObservation> observations)
    {
        CycleObservation[] used =
        [
            .. observations.Where(static o => o.Mode == MachineMode.Release || (o.Mode == MachineMode.Turbo && o.BankBytes > 0 && o.TilePrintCount == 0)),
        ];
        MemoryTerm[] memoryTerms = [MemoryTerm.DmaLatency, MemoryTerm.DmaByte, MemoryTerm.CacheLine, MemoryTerm.CoefficientLoad];
        return new CalibrationStage(
            used,
            [
                .. Enum.GetValues<CoreTerm>().Except(CachePathTerms).Select(static term => new Parameter(term.ToString(), Core: term)),
                .. memoryTerms.Select(static term => Memory(term, MachineMode.Release)),
                .. Instruments(used),
            ],
            CostCoefficients.Zero);
    }

    /// <summary>The memory model and the cache path, with the core as fitted before.</summary>
    /// <remarks>Latency shows in transfers and misses only; the two memory modes share all other terms.</remarks>
    public static CalibrationStage OfMemoryModel(IReadOnlyList<CycleObservation> observations, CostCoefficients core)
    {
        CycleObservation[] used = [.. observations.Where(static o => o.Mode is MachineMode.MemoryModel or MachineMode.MemoryModelZeroLatency || o.BankBytes == 0)];
        MemoryTerm[] latencyTerms = [MemoryTerm.DmaLatency, MemoryTerm.LineMiss, MemoryTerm.PrologueMiss];
        MemoryTerm[] sharedTerms = [MemoryTerm.DmaByte, MemoryTerm.CacheLine, MemoryTerm.CoefficientLoad];
        return new CalibrationStage(
            used,
            [
                .. CachePathTerms.Select(static term => new Parameter(term.ToString(), Core: term)),
                .. latencyTerms.SelectMany(static term => MemoryModelModes.Select(mode => Memory(term, mode))),
                .. sharedTerms.Select(static term => Memory(term, MemoryModelModes)),
                .. Instruments(used),
            ],
            core);
    }

    private static Parameter Memory(MemoryTerm term, params MachineMode[] modes) =>
        new($"{string.Join('+', modes)}.{term}", Modes: modes, Memory: term);

    private static IEnumerable<Parameter> Instruments(IEnumerable<CycleObservation> observations) => observations
        .Where(static o => o.Prints != PrintKind.None && o.Plan is not null)
        .GroupBy(Calibrator.InstrumentGroup, StringComparer.Ordinal)
        .OrderBy(static group => group.Key, StringComparer.Ordinal)
        .SelectMany(static group =>
        {
            var call = new Parameter($"{group.Key}.{InstrumentTerm.Call}", Run: group.Key, Instrument: InstrumentTerm.Call);
            return group.Any(static o => o.TilePrintCount > 0)
                ? [call, new Parameter($"{group.Key}.{InstrumentTerm.TileLine}", Run: group.Key, Instrument: InstrumentTerm.TileLine)]
                : new[] { call };
        });
}
