using System.Runtime.InteropServices;
using TileProof.Golden.Scalar;
using TileProof.Golden.Words;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.HwModel.Proof;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Hazards;

namespace TileProof.Verification.Mutation;

/// <summary>One layer of the self-test: what a right program gives, and what a program with a defect gives.</summary>
internal sealed class MutationLayer
{
    private const int RandomSeed = 20;
    private const string MachineFault = "machine-fault";
    private const sbyte ConstantValue = 37;

    private readonly ConvolutionRun right;
    private readonly byte[] golden;
    private readonly TrafficCounts rightTraffic;
    private readonly ulong rightProvenance;
    private readonly ulong[] goldenWords;
    private readonly ConvolutionRun constant;
    private readonly byte[] goldenOfConstant;

    public MutationLayer(ConvolutionCase layer, DspConfiguration configuration)
    {
        right = new ConvolutionRun { Case = layer, Configuration = configuration with { OutOfBounds = OutOfBoundsBehavior.Continue } };
        golden = GoldenOf(layer);
        constant = right with { Case = layer with { Input = [.. Enumerable.Repeat(ConstantValue, layer.Input.Length)] } };
        goldenOfConstant = GoldenOf(constant.Case);
        Requantization requantization = layer.Requantization;
        goldenWords = GoldenConvolutionWords.Compute(
            layer.Shape, layer.Batch, (sbyte)requantization.InputZeroPoint, requantization.IsPerChannel, requantization.HasPostCorrection);
        var traffic = new TrafficTotals();
        var provenance = new OutputProvenance();
        byte[] bytes = right.Execute(traffic, provenance);
        if (!bytes.AsSpan().SequenceEqual(golden))
        {
            throw new InvalidOperationException($"{layer.Shape.ConfigKey} differs from its golden without any defect.");
        }

        rightTraffic = traffic.Counts;
        rightProvenance = provenance.Digest;
    }

    private ConvolutionCase Layer => right.Case;

    public MutationRow Judge(Fault fault)
    {
        FaultInjector injector = fault.CreateInjector();
        var monitor = new HazardMonitor(right.Configuration);
        var traffic = new TrafficTotals();
        var provenance = new OutputProvenance();
        (int differing, string landing) = Compare(right with { Interceptor = injector }, golden, monitor, traffic, provenance);
        bool stopped = differing < 0;
        bool applies = injector.ChangeCount > 0;
        if (differing == 0 && applies)
        {
            (differing, landing) = CompareOtherLandings(right, golden, fault);
        }

        string[] rules =
        [
            .. monitor.Hazards.Where(static hazard => hazard.Rule.Severity == HazardSeverity.Violation).Select(static hazard => hazard.Rule.Name).Distinct(),
            .. stopped ? [MachineFault] : Array.Empty<string>(),
        ];
        bool snapshotDiffers = !stopped && traffic.Counts != rightTraffic;
        bool movesBytes = MovesBytes(fault);
        (ProverVerdict prover, string finding) = applies && movesBytes ? ProveWords(fault) : (ProverVerdict.NotApplicable, "");
        (MutationVerdict verdict, string proof) = !applies
            ? (MutationVerdict.NotApplicable, "")
            : differing > 0 ? (MutationVerdict.Numerics, "")
            : rules.Length > 0 ? (MutationVerdict.HazardRule, "")
            : Prove(fault, provenance.Digest, snapshotDiffers);
        if (verdict == MutationVerdict.Missed && prover == ProverVerdict.Caught)
        {
            verdict = MutationVerdict.Prover;
        }

        return new MutationRow
        {
            Defect = fault.Name,
            Class = fault.Class.ToString(),
            Description = fault.Description,
            ConfigKey = Layer.Shape.ConfigKey,
            Dram0Bytes = right.Configuration.Banks[0],
            Dram1Bytes = right.Configuration.Banks.ElementAtOrDefault(1),
            Plan = ConvolutionPlans.Published.PlanOf(Layer.Shape, right.Configuration).ToString(),
            Verdict = verdict,
            DifferingBytes = Math.Max(differing, 0),
            Landing = landing,
            MovesBytes = movesBytes,
            DifferingBytesOfConstantImage = applies ? CompareConstantImage(fault) : 0,
            Prover = prover,
            ProverFinding = finding,
            HazardRules = string.Join(' ', rules),
            SnapshotDiffers = snapshotDiffers,
            Proof = proof,
        };
    }

    private static byte[] GoldenOf(ConvolutionCase layer) => MemoryMarshal.AsBytes<sbyte>(
        ScalarConv2d.Compute(layer.Shape, layer.Batch, layer.Input, layer.Weights, layer.Requantization).Output).ToArray();

    private static (int Differing, string Landing) CompareOtherLandings(ConvolutionRun right, byte[] golden, Fault fault)
    {
        foreach (LandingPolicy policy in new LandingPolicy[] { new LandAtIssue(), new LandAtRandom(RandomSeed) })
        {
            (int differing, string landing) = Compare(right with { Interceptor = fault.CreateInjector(), Landing = policy }, golden);
            if (differing > 0)
            {
                return (differing, landing);
            }
        }

        return (0, "");
    }

    /// <summary>Differing bytes, -1 where the machine stopped.</summary>
    private static (int Differing, string Landing) Compare(ConvolutionRun run, byte[] golden, params MachineObserver[] observers)
    {
        try
        {
            byte[] bytes = run.Execute(observers);
            int differing = 0;
            for (int i = 0; i < bytes.Length; i++)
            {
                differing += bytes[i] == golden[i] ? 0 : 1;
            }

            return (differing, differing == 0 ? "" : (run.Landing ?? new LandAtWait()).Name);
        }
        catch (HardwareFaultException)
        {
            return (-1, "");
        }
    }

    private int CompareConstantImage(Fault fault)
    {
        int differing = Compare(constant with { Interceptor = fault.CreateInjector() }, goldenOfConstant).Differing;
        return Math.Max(differing == 0 ? CompareOtherLandings(constant, goldenOfConstant, fault).Differing : differing, 0);
    }

    /// <summary>The program that defects are put into.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="requantization">Its integers, or those that a defect makes of them.</param>
    /// <param name="machine">The machine.</param>
    /// <exception cref="HardwareFaultException">The machine cannot run the layer.</exception>
    internal static TileProgram ProgramOf(ConvolutionCase layer, Requantization requantization, DspConfiguration machine) => ProgramLibrary.Corrected.Write(
        new ConvolutionRequest(ConvolutionPlans.Published.PlanOf(layer.Shape, machine), layer.Batch, requantization, machine)
        {
            CorrectsResiduals = layer.Requantization.HasPostCorrection,
        });

    /// <summary>Whether the defect changes which bytes are used: not in the arithmetic, the values of biases or the memory itself.</summary>
    private bool MovesBytes(Fault fault)
    {
        Requantization changed = fault.CreateInjector().Requantizing(Layer.Requantization);
        var hardware = PackBehavior.Hardware(right.Configuration.AccumulatorOverflow);
        return fault.Class != FaultClass.MemoryCorruption
            && fault.CreateInjector().Packing(hardware) == hardware
            && changed with { InputZeroPoint = Layer.Requantization.InputZeroPoint } == Layer.Requantization;
    }

    private (ProverVerdict Verdict, string Finding) ProveWords(Fault fault)
    {
        Requantization changed = fault.CreateInjector().Requantizing(Layer.Requantization);
        try
        {
            TileProgram program = ProgramOf(Layer, changed, right.Configuration);
            ProgramProof proof = new ProgramProver(right.Configuration) { Interceptors = fault.CreateInjector }
                .Prove(program, (sbyte)Layer.Requantization.InputZeroPoint, goldenWords);
            return proof.IsProven ? (ProverVerdict.Right, "") : (ProverVerdict.Caught, proof.Fault ?? $"{proof.First!.Index} {proof.First.Explanation}");
        }
        catch (HardwareFaultException broken)
        {
            return (ProverVerdict.Caught, broken.Message);
        }
    }

    private (MutationVerdict Verdict, string Proof) Prove(Fault fault, ulong provenance, bool snapshotDiffers)
    {
        Requantization changed = fault.CreateInjector().Requantizing(Layer.Requantization);
        var hardware = PackBehavior.Hardware(right.Configuration.AccumulatorOverflow);
        PackBehavior behavior = fault.CreateInjector().Packing(hardware);
        bool sameArithmetic = changed with { InputZeroPoint = Layer.Requantization.InputZeroPoint } == Layer.Requantization && behavior == hardware;
        if (fault.Class != FaultClass.MemoryCorruption && sameArithmetic && provenance == rightProvenance)
        {
            return (MutationVerdict.Equivalent, "every output byte is made from the same bytes, and no ordering rule is broken");
        }

        if (fault.Class == FaultClass.MemoryCorruption)
        {
            return (MutationVerdict.NotExercised, "the changed byte does not reach a rounded output");
        }

        bool onlyArithmetic = !sameArithmetic
            && ReferenceEquals(changed.KernelBias, Layer.Requantization.KernelBias)
            && changed.InputZeroPoint == Layer.Requantization.InputZeroPoint;
        if (onlyArithmetic)
        {
            return ArithmeticEquivalence.FindDifference(Layer.Shape, Layer.Weights, Layer.Requantization, hardware, changed, behavior) is { } sum
                ? (MutationVerdict.NotExercised, $"differs first at the sum {sum}")
                : (MutationVerdict.Equivalent, "the outputs are equal for every sum that the weights can reach");
        }

        return (snapshotDiffers ? MutationVerdict.Snapshot : MutationVerdict.Missed, "");
    }

    /// <summary>The provenance of the result that the operator call hands back.</summary>
    private sealed class OutputProvenance : MachineObserver
    {
        private readonly ByteProvenance bytes = new();

        public ulong Digest { get; private set; }

        public override void TransferIssued(DmaTransfer transfer) => bytes.TransferIssued(transfer);

        public override void Filling(in FillStep step) => bytes.Filling(step);

        public override void Computing(ComputeStep step) => bytes.Computing(step);

        public override void HandedBack(MemoryBuffer output) => Digest = bytes.Digest(output);
    }
}
