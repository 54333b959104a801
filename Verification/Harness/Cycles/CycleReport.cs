using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Verification.Cycles;

/// <summary>Predicts a network call by call.</summary>
public sealed class CycleReport
{
    private readonly CostCoefficients coefficients;
    private readonly Dictionary<(string Network, int CallIndex), CycleObservation> published;

    /// <summary>Makes a report.</summary>
    /// <param name="coefficients">The costs.</param>
    /// <param name="published">Published calls to compare with; those of the print-free runs count.</param>
    public CycleReport(CostCoefficients coefficients, IEnumerable<CycleObservation> published)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(published);
        this.coefficients = coefficients;
        this.published = published.Where(static o => o.Mode == MachineMode.Release).ToDictionary(static o => (o.Network, o.CallIndex));
    }

    /// <summary>The rows of a network at one bank setting in one machine mode; calls that the model does not cover have none.</summary>
    public IEnumerable<CycleRow> RowsOf(Network network, BankSetting bank, MachineMode mode)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(bank);
        var setting = new CallSetting(
            bank.CacheOnly ? null : DspConfiguration.FromBankBytes(bank.Dram0Bytes, bank.Dram1Bytes), mode, TimingAssumptions.None);
        foreach (OperatorCall call in network.Calls)
        {
            if (CyclePredictor.Predict(call, setting, coefficients) is { } timeline)
            {
                yield return RowOf(network.Name, call, bank, setting, timeline);
            }
        }
    }

    private CycleRow RowOf(string network, OperatorCall call, BankSetting bank, CallSetting setting, EventTimeline timeline)
    {
        Conv2dTilePlan? plan = call is Conv2dCall convolution ? CyclePredictor.PlanOf(convolution.Shape, setting) : null;
        double total = timeline.NowCycles;
        double dmaBusyCycles = Math.Max(timeline.BusyCycles(0), timeline.BusyCycles(1));
        CycleObservation? known = PublishedOf(network, call, bank, setting.Mode);
        long Part(CycleCategory category) => CycleCount.FromModelled(timeline.Split[category]).Cycles;
        return new CycleRow
        {
            Network = network,
            CallIndex = call.Index,
            Call = call.Name,
            Operator = call.Kind.ToString(),
            ConfigKey = call.LayerKey,
            Bank = bank.Label,
            Plan = plan?.ToString() ?? "",
            MachineMode = setting.Mode.ToString(),
            PredictedCycles = CycleCount.FromModelled(total).Cycles,
            ControlCycles = Part(CycleCategory.Control),
            PrologueCycles = Part(CycleCategory.Prologue),
            KernelCycles = Part(CycleCategory.Kernel),
            EpilogueCycles = Part(CycleCategory.Epilogue),
            FillCycles = Part(CycleCategory.Fill),
            EdgeCycles = Part(CycleCategory.EdgeExtension),
            CacheCycles = Part(CycleCategory.CacheMaintenance),
            WaitInputCycles = Part(CycleCategory.WaitInput),
            WaitCoefficientCycles = Part(CycleCategory.WaitCoefficients),
            WaitOutputCycles = Part(CycleCategory.WaitOutputStore),
            MacsPerCycle = call.MultiplyAccumulates / total,
            MultiplyUtilization = call.MultiplyAccumulates / (total * KernelStructure.MultiplyAccumulatesPerSlot),
            DmaBytes = timeline.DmaBytes,
            DmaBusy = dmaBusyCycles / total,
            ArithmeticIntensity = call.MultiplyAccumulates > 0 && timeline.DmaBytes > 0 ? (double)call.MultiplyAccumulates / timeline.DmaBytes : null,
            Bound = BoundOf(plan, call.Input.Shape.Batch, timeline, dmaBusyCycles).ToString(),
            PublishedCycles = known?.Cycles,
            RelativeError = known is null ? null : (total / known.Cycles) - 1,
        };
    }

    /// <summary>The published call of the same geometry at the same place, if the setting is that of the print-free runs.</summary>
    private CycleObservation? PublishedOf(string network, OperatorCall call, BankSetting bank, MachineMode mode) =>
        mode == MachineMode.Release
        && bank is { CacheOnly: false, Dram0Bytes: PublishedCycles.FinalBankBytes, Dram1Bytes: PublishedCycles.FinalBankBytes }
        && published.TryGetValue((network, call.Index), out CycleObservation? observation)
        && observation.Kind == call.Kind
        && (observation.Plan is { } plan ? call is Conv2dCall convolution && plan.Shape == convolution.Shape && call.Input.Shape.Batch == 1 : IsSameSize(observation, call))
            ? observation
            : null;

    private static bool IsSameSize(CycleObservation observation, OperatorCall call) =>
        observation.ElementCount == (call.Kind == OperatorKind.MaxPool2d ? call.Input : call.Output).Shape.ElementCount;

    private static CycleBound BoundOf(Conv2dTilePlan? plan, int imageCount, EventTimeline timeline, double dmaBusyCycles)
    {
        ConvolutionTotals totals = plan is not null && ConvolutionKernel.Supports(plan.Shape) ? ConvolutionTotals.Of(plan) : default;
        double multiplyCycles = (double)imageCount * totals.MultiplySlots;
        double loadCycles = imageCount * totals.VectorLoads / 2.0;
        double prologueCycles = timeline.Split[CycleCategory.Prologue];
        (CycleBound Bound, double Cycles)[] resources =
        [
            (CycleBound.Multiply, multiplyCycles),
            (CycleBound.Load, loadCycles),
            (CycleBound.Dma, dmaBusyCycles),
            (CycleBound.Prologue, prologueCycles),
            (CycleBound.Overhead, timeline.NowCycles - timeline.Split.WaitCycles - prologueCycles - Math.Max(multiplyCycles, loadCycles)),
        ];
        return resources.MaxBy(static resource => resource.Cycles).Bound;
    }
}
