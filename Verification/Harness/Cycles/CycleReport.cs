using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Verification.Cycles;

/// <summary>Predicts a network call by call.</summary>
public sealed class CycleReport
{
    private const string GenericNetwork = "resnet18";
    private readonly Dictionary<(string Network, int CallIndex), CycleObservation> finalCalls;
    private readonly Dictionary<(string Network, MachineMode Mode, int BankBytes, OperatorKind Kind, int Ordinal), CycleObservation> printFree = [];

    /// <summary>Makes a report.</summary>
    /// <param name="coefficients">The costs.</param>
    /// <param name="published">Published calls to compare with; those without prints in the timed region count.</param>
    public CycleReport(CostCoefficients coefficients, IEnumerable<CycleObservation> published)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(published);
        Coefficients = coefficients;
        CycleObservation[] all = [.. published];
        finalCalls = all.Where(static o => o.Mode == MachineMode.Release).ToDictionary(static o => (o.Network, o.CallIndex));
        foreach (IGrouping<(string Run, OperatorKind Kind), CycleObservation> calls in all.GroupBy(static o => (o.Run, o.Kind)))
        {
            foreach ((int ordinal, CycleObservation call) in calls.OrderBy(static o => o.CallIndex).Index())
            {
                if (call.Plan is null || call.Prints == PrintKind.None)
                {
                    printFree.TryAdd((call.Network, call.Mode, call.BankBytes, call.Kind, ordinal), call);
                }
            }
        }
    }

    /// <summary>The costs.</summary>
    public CostCoefficients Coefficients { get; }

    /// <summary>What the costs leave open.</summary>
    public CycleUncertainty Uncertainty { get; init; } = CycleUncertainty.Calibrated;

    /// <summary>The plans of convolutions at a bank setting.</summary>
    public Func<BankSetting, ConvolutionPlans> PlansFor { get; init; } = static _ => ConvolutionPlans.Published;

    /// <summary>The version of the programs.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;

    /// <summary>The rows of a network at one bank setting in one machine mode; calls that the model does not cover have none.</summary>
    /// <param name="network">The network.</param>
    /// <param name="bank">The bank setting.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="totals">Receives the calls of all rows; null where nobody adds them up.</param>
    public IEnumerable<CycleRow> RowsOf(Network network, BankSetting bank, MachineMode mode, CycleErrorBar? totals = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(bank);
        var setting = new CallSetting(bank.Configuration, mode) { UsesBanks = !bank.CacheOnly, Plans = PlansFor(bank) };
        var pricer = new CallPricer(setting, bank.Machine.CoefficientsFrom(Coefficients), countTerms: true);
        var ordinals = new Dictionary<OperatorKind, int>();
        foreach (OperatorCall call in network.Calls)
        {
            int ordinal = ordinals.GetValueOrDefault(call.Kind);
            ordinals[call.Kind] = ordinal + 1;
            if (Programs.HasKernelOf(call) && pricer.Price(call) is { } price)
            {
                totals?.Add(call.Kind, price.UsesDma, call.LayerKey, price.Timeline);
                yield return RowOf(network.Name, call, ordinal, bank, setting, price);
            }
        }
    }

    private CycleRow RowOf(string network, OperatorCall call, int ordinal, BankSetting bank, CallSetting setting, ProgramPricer price)
    {
        EventTimeline timeline = price.Timeline;
        Conv2dTilePlan? plan = call is Conv2dCall convolution ? setting.PlanOf(convolution.Shape) : null;
        double total = timeline.NowCycles;
        var errorBar = new CycleErrorBar(bank.Machine.UncertaintyFrom(Uncertainty), setting.Mode);
        errorBar.Add(call.Kind, price.UsesDma, call.LayerKey, timeline);
        (CycleCount low, CycleCount high) = errorBar.Around(total);
        double dmaBusyCycles = Math.Max(timeline.BusyCycles(0), timeline.BusyCycles(1));
        CycleObservation? sameCall = SameCall(network, call);
        bool isPublishedPlan = plan is null || plan == (setting with { Plans = ConvolutionPlans.Published }).PlanOf(plan.Shape);
        CycleObservation? known = bank.Machine.IsCalibrated && sameCall is not null && isPublishedPlan && (bank.CacheOnly || bank.Dram0Bytes == bank.Dram1Bytes)
            ? printFree.GetValueOrDefault((network, setting.Mode, bank.Dram0Bytes, call.Kind, ordinal))
            : null;
        long? generic = sameCall?.Network == GenericNetwork ? GenericCycles.OfThisBuild.Of(setting.Mode, call.Kind, ordinal) : null;
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
            MachineMode = ChoiceList.NameOf(setting.Mode),
            Basis = ProgramLibrary.IsPublishedOperator(call) ? bank.Machine.CycleBasisIn(setting.Mode) : DescribedMachine.ExtrapolatedBasis,
            PredictedCycles = CycleCount.FromModelled(total).Cycles,
            LowCycles = low.Cycles,
            HighCycles = high.Cycles,
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
            MultiplyUtilization = call.MultiplyAccumulates / (total * KernelStructure.MultiplyAccumulatesPerSlot * bank.Machine.Configuration.VectorBytes / KernelStructure.PublishedVectorBytes),
            DmaBytes = timeline.DmaBytes,
            DmaEfficiency = timeline.DmaBytes > 0 ? Math.Min(1, (double)NeededBytes(call) / timeline.DmaBytes) : null,
            DmaBusy = dmaBusyCycles / total,
            ArithmeticIntensity = call.MultiplyAccumulates > 0 && timeline.DmaBytes > 0 ? (double)call.MultiplyAccumulates / timeline.DmaBytes : null,
            Bound = BoundOf(price, dmaBusyCycles).ToString(),
            PublishedCycles = known?.Cycles,
            RelativeError = known is null ? null : (total / known.Cycles) - 1,
            GenericCycles = generic,
            SpeedupOverGeneric = generic / total,
            LowSpeedup = (double?)generic / high.Cycles,
            HighSpeedup = low.Cycles > 0 ? (double?)generic / low.Cycles : null,
        };
    }

    /// <summary>The published call of the same geometry at the same place of the print-free runs.</summary>
    private CycleObservation? SameCall(string network, OperatorCall call) =>
        finalCalls.TryGetValue((network, call.Index), out CycleObservation? observation)
        && observation.Kind == call.Kind
        && (observation.Plan is { } plan ? call is Conv2dCall convolution && plan.Shape == convolution.Shape && call.Input.Shape.Batch == 1 : IsSameSize(observation, call))
            ? observation
            : null;

    /// <summary>Tensors that DMA moves, each byte once; a fully connected layer writes its output through the cache.</summary>
    private static long NeededBytes(OperatorCall call) => call switch
    {
        Conv2dCall convolution => call.Input.LengthBytes + convolution.Weights.Length + (convolution.Bias.Length * sizeof(int)) + call.Output.LengthBytes,
        QuantizedLinearCall linear => call.Input.LengthBytes + linear.Weights.Length,
        _ => call.Inputs.Sum(static input => (long)input.LengthBytes) + call.Output.LengthBytes,
    };

    private static bool IsSameSize(CycleObservation observation, OperatorCall call) =>
        observation.ElementCount == (call.Kind == OperatorKind.MaxPool2d ? call.Input : call.Output).Shape.ElementCount;

    private static CycleBound BoundOf(ProgramPricer price, double dmaBusyCycles)
    {
        EventTimeline timeline = price.Timeline;
        double multiplyCycles = price.MultiplySlots;
        double loadCycles = price.VectorLoads / 2.0;
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
