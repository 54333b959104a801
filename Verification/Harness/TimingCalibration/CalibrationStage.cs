using TileProof.HwModel.Timing;

namespace TileProof.Verification.TimingCalibration;

/// <summary>One fit: what is free, what stays fixed, and which observations count.</summary>
/// <param name="Observations">The observations.</param>
/// <param name="Parameters">The free coefficients.</param>
/// <param name="Fixed">The values of all others.</param>
/// <param name="Carried">Coefficients of an earlier stage that these observations take too.</param>
/// <param name="CarriedValues">Their values.</param>
public sealed record CalibrationStage(
    IReadOnlyList<CycleObservation> Observations,
    IReadOnlyList<Parameter> Parameters,
    CostCoefficients Fixed,
    IReadOnlyList<Parameter> Carried,
    IReadOnlyList<double> CarriedValues)
{
    /// <summary>Whether errors are relative to the cycles of the machine, without the prints, which are most of the cycles of small layers.</summary>
    public bool WeighsMachineAlone { get; init; }

    private static readonly CoreTerm[] CachePathTerms = [CoreTerm.WideIteration, CoreTerm.WideStride2Iteration, CoreTerm.WidePointwiseIteration, CoreTerm.CopyRow];
    private static readonly MemoryTerm[] MaintenanceTerms = [MemoryTerm.WriteBackLine, MemoryTerm.InvalidateLine, MemoryTerm.InputLine];
    private static readonly MachineMode[] MemoryModelModes = [MachineMode.MemoryModel, MachineMode.MemoryModelZeroLatency];

    /// <summary>The core, and the memory system of the print-free runs: fitted to those runs and to the bank-size sweep without memory model.</summary>
    /// <remarks>
    /// Left out: calls of the sweep that print once per tile. Misses of kernels on system memory have no cost in the print-free runs: two calls
    /// cannot tell it from the fixed cost of a call.
    /// </remarks>
    public static CalibrationStage OfCore(IReadOnlyList<CycleObservation> observations)
    {
        CycleObservation[] used =
        [
            .. observations.Where(static o => o.Mode == MachineMode.Release || (o.Mode == MachineMode.Turbo && o.BankBytes > 0 && o.TilePrintCount == 0)),
        ];
        MemoryTerm[] memoryTerms = [MemoryTerm.DmaLatency, MemoryTerm.DmaByte, MemoryTerm.DmaStoreByte, MemoryTerm.WriteBackLine, MemoryTerm.InvalidateLine, MemoryTerm.InputLine, MemoryTerm.PrologueMiss, MemoryTerm.VectorLoad];
        return new CalibrationStage(
            used,
            [
                .. Enum.GetValues<CoreTerm>().Except(CachePathTerms).Select(static term => new Parameter(term.ToString(), Core: term)),
                .. memoryTerms.Select(static term => Memory(term, MachineMode.Release)),
                .. Instruments(used),
            ],
            CostCoefficients.Zero,
            [],
            []);
    }

    /// <summary>The memory model and the cache path, with the core as fitted before.</summary>
    /// <remarks>Latency shows in transfers and misses only; the two memory modes share all other terms, and cache maintenance with the print-free runs.</remarks>
    public static CalibrationStage OfMemoryModel(IReadOnlyList<CycleObservation> observations, CalibrationFit core)
    {
        ArgumentNullException.ThrowIfNull(core);
        CycleObservation[] used = [.. observations.Where(static o => o.Mode is MachineMode.MemoryModel or MachineMode.MemoryModelZeroLatency || o.BankBytes == 0)];
        MemoryTerm[] latencyTerms = [MemoryTerm.DmaLatency, MemoryTerm.LineMiss, MemoryTerm.PrologueMiss];
        MemoryTerm[] sharedTerms = [MemoryTerm.DmaByte, MemoryTerm.DmaStoreByte, MemoryTerm.InnerIteration];
        return new CalibrationStage(
            used,
            [
                .. CachePathTerms.Select(static term => new Parameter(term.ToString(), Core: term)),
                .. latencyTerms.SelectMany(static term => MemoryModelModes.Select(mode => Memory(term, mode))),
                .. sharedTerms.Select(static term => Memory(term, MemoryModelModes)),
                .. Instruments(used),
            ],
            WithSharedTerms(core.Coefficients),
            [.. core.Parameters.Where(static parameter => parameter.Core is not null), .. MaintenanceTerms.Select(static term => Memory(term, MemoryModelModes))],
            CarriedValuesOf(core.Parameters, core.Coefficients)) { WeighsMachineAlone = true };
    }

    /// <summary>The values of the coefficients that the second stage carries: those of the core, and the one of cache maintenance.</summary>
    /// <param name="parameters">The parameters of the first stage.</param>
    /// <param name="core">Its coefficients.</param>
    public static IReadOnlyList<double> CarriedValuesOf(IReadOnlyList<Parameter> parameters, CostCoefficients core)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(core);
        return [.. parameters.Where(static parameter => parameter.Core is not null).Select(parameter => parameter.ValueIn(core)), .. MaintenanceTerms.Select(term => core[MachineMode.Release, term])];
    }

    /// <summary>Instructions that maintain the cache are the same hardware in every mode with a memory system: they have the cost of the print-free runs.</summary>
    public static CostCoefficients WithSharedTerms(CostCoefficients core)
    {
        ArgumentNullException.ThrowIfNull(core);
        return MemoryModelModes.Aggregate(core, (costs, mode) => MaintenanceTerms.Aggregate(costs, (one, term) => one.With(mode, term, core[MachineMode.Release, term])));
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
