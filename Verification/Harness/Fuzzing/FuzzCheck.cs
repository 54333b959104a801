using TileProof.Golden.Words;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Proof;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Options;

namespace TileProof.Verification.Fuzzing;

/// <summary>Judges fuzz cases: by the bytes of independent goldens, the hazard rules, the prover, and the prediction of what runs.</summary>
/// <remarks>
/// Corrected programs have to be right in every respect. Published ones are wrong at many places; of them the judges have to agree: where bytes are
/// wrong or the machine stops, the prover has to say so, and where that depends on order or on the cache, a rule has to.
/// </remarks>
/// <param name="oracles">The goldens; one thread at a time.</param>
internal sealed class FuzzCheck(FuzzOracles oracles)
{
    private static readonly LandingKind[] Landings = Enum.GetValues<LandingKind>();

    /// <summary>A defect that is put into the programs of a case; null for none. For the test of the campaign itself.</summary>
    public Func<FuzzCase, Func<MachineInterceptor>?> Defects { get; init; } = static _ => null;

    /// <summary>Judges a case.</summary>
    public FuzzOutcome Judge(FuzzCase one, FuzzDepth depth)
    {
        var reached = new FuzzReach();
        try
        {
            return new FuzzOutcome(Find(one, depth, reached), reached.Points);
        }
#pragma warning disable CA1031 // Whatever is thrown is what the campaign looks for.
        catch (Exception exception) when (exception is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            string place = exception.StackTrace?.Split('\n').FirstOrDefault(static line => line.Contains("TileProof", StringComparison.Ordinal))?.Trim() ?? "";
            return new FuzzOutcome(new FuzzFinding(FuzzFindingKind.InternalFault, $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")} {place}"), reached.Points);
        }
    }

    private FuzzFinding? Find(FuzzCase one, FuzzDepth depth, FuzzReach reached)
    {
        FuzzModel model = FuzzModel.Of(one);
        FuzzFeatures.OfCase(one, reached);
        var prepared = new PreparedPrograms(one.Programs.MachineFor(one.Machine.Configuration), one.Derivation, one.Routing, one.Programs, model.Plans);
        if (model.Network is null)
        {
            Tensor[] inputs = model.InputsOf(model.Calls[0]);
            return JudgeCall(one, model, prepared, 0, inputs, depth, reached, runs: true) ?? JudgeDefect(one, model, inputs, reached);
        }

        // Each call is judged on what it has to be given; a network of published programs is no sequence of right values.
        var values = new Dictionary<TensorInfo, Tensor> { [model.Input] = model.InputTensor() };
        for (int i = 0; i < model.Calls.Count; i++)
        {
            OperatorCall call = model.Calls[i];
            Tensor[] given = [.. call.Inputs.Select(value => values[value])];
            if (JudgeCall(one, model, prepared, i, given, depth, reached, runs: one.Programs.IsPublished) is { } finding)
            {
                return finding with { Detail = $"{call.Name}: {finding.Detail}" };
            }

            values.Add(call.Output, FuzzOracles.GoldenOf(call, given, one.Derivation, one.Programs.HasKernelOf(call)));
        }

        return one.Programs.IsPublished
            ? JudgePublishedNetwork(one, model.Network, prepared, values[model.Input], reached)
            : JudgeNetwork(one, model.Network, prepared, values, reached);
    }

    private FuzzFinding? JudgeCall(
        FuzzCase one, FuzzModel model, PreparedPrograms prepared, int index, Tensor[] inputs, FuzzDepth depth, FuzzReach reached, bool runs)
    {
        OperatorCall call = model.Calls[index];
        bool isTiled = one.Programs.HasKernelOf(call);
        Tensor golden = FuzzOracles.GoldenOf(call, inputs, one.Derivation, isTiled);
        if (oracles.Disagreement(call, inputs, golden, one.Derivation, isTiled, depth, reached) is { } disagreement)
        {
            return new FuzzFinding(FuzzFindingKind.GoldensDiffer, disagreement);
        }

        reached.Add(FuzzCoverage.Numbers, "output saturates", golden.ElementType == ElementType.Int8 && golden.Int8.ContainsAny(sbyte.MinValue, sbyte.MaxValue));
        TileProgram program;
        try
        {
            program = prepared.ProgramOf(call);
        }
        catch (HardwareFaultException)
        {
            // One row of the image or one row of a layer needs more memory than the machine has: it says so before anything runs.
            reached.Add(FuzzCoverage.Judge, "refused by the machine");
            return null;
        }

        FuzzFeatures.OfCall(one, one.Calls[index], call, program, reached);
        if (one.Index % 4 == 0 || call is not Conv2dCall)
        {
            FuzzFeatures.OfEdges(one, call, reached);
        }

        FuzzRuns judged = Run(one, prepared, call, program, inputs, golden, reached, runs, Defects(one));
        return JudgeRuns(one, model, prepared, call, program, judged, reached)
            ?? (judged.Fault is null ? oracles.Compiled?.Judge(one, prepared, call, inputs, golden, reached) : null);
    }

    /// <summary>The only call of a case once more, with its defect: what shows of it has to be seen by those who can see it.</summary>
    private static FuzzFinding? JudgeDefect(FuzzCase one, FuzzModel model, Tensor[] inputs, FuzzReach reached)
    {
        OperatorCall call = model.Calls[0];
        if (one.Defect is null || !one.Programs.HasKernelOf(call))
        {
            return null;
        }

        Fault fault = FuzzDefects.Find(one.Defect)!;
        var prepared = new PreparedPrograms(
            one.Programs.MachineFor(one.Machine.Configuration) with { OutOfBounds = OutOfBoundsBehavior.Continue }, one.Derivation, one.Routing, one.Programs, model.Plans);
        TileProgram program;
        try
        {
            program = prepared.ProgramOf(call);
        }
        catch (HardwareFaultException)
        {
            return null;
        }

        var injectors = new List<FaultInjector>();
        Tensor golden = FuzzOracles.GoldenOf(call, inputs, one.Derivation, isTiled: true);
        var ofDefect = new FuzzReach();
        FuzzRuns runs = Run(one, prepared, call, program, inputs, golden, ofDefect, runs: true, () =>
        {
            injectors.Add(fault.CreateInjector());
            return injectors[^1];
        });
        int changes = injectors.Sum(static injector => injector.ChangeCount);
        foreach (FuzzPoint rule in ofDefect.Points.Where(static point => point.Group == FuzzCoverage.Rule))
        {
            reached.Add(FuzzCoverage.DefectRule, rule.Name, changes > 0);
        }

        AccumulatorOverflow overflow = prepared.Machine.AccumulatorOverflow;
        (string verdict, FuzzFinding? finding) = FuzzDefects.Judge(
            runs,
            changes > 0,
            FuzzDefects.ChangesArithmetic(fault, call, one.Derivation, overflow),
            () => FuzzDefects.IsSaidToBeEquivalent(fault, call, one.Derivation, overflow),
            withCache => Prove(one, withCache ? prepared.Machine : runs.WrongMachine, call, program, withCache, fault.CreateInjector).IsProven,
            runs.Hazards.FirstOrDefault(hazard => hazard.Rule.Severity == HazardSeverity.Violation && !IsAllowed(one, hazard.Rule)));
        reached.Add(FuzzCoverage.Defect, fault.Name, changes > 0);
        reached.Add(FuzzCoverage.DefectVerdict, verdict);
        return finding;
    }

    /// <summary>Runs a call at every landing, and once with its buffers at other places; the rules watch the first run.</summary>
    private static FuzzRuns Run(
        FuzzCase one, PreparedPrograms prepared, OperatorCall call, TileProgram program, Tensor[] inputs, Tensor golden, FuzzReach reached, bool runs,
        Func<MachineInterceptor>? defect)
    {
        var monitor = new HazardMonitor(prepared.Machine);
        var counts = new ExecutionCounts();
        ProgramPricer? priced = ProgramPricer.Covers(program)
            ? new ProgramPricer(call.Kind, program.Plan, CostsOf(one), prepared.Machine.RingDepth, recordSpans: true)
            : null;
        string? wrong = null;
        string? fault = null;
        bool isRightAtIssueOnly = false;
        DspConfiguration wrongMachine = prepared.Machine;
        for (int i = 0; i < Landings.Length && fault is null && wrong is null && (runs || i == 0); i++)
        {
            try
            {
                DspResult result = i == 0
                    ? SimulatedCall.Run(prepared, call, inputs, LandingPolicies.Create(Landings[i], one.LandingSeed), defect?.Invoke(), priced, monitor, counts)
                    : SimulatedCall.Run(prepared, call, inputs, LandingPolicies.Create(Landings[i], one.LandingSeed), defect?.Invoke());
                wrong = FuzzOracles.Difference($"landing {ChoiceList.NameOf(Landings[i])}", golden, result.Output);
                isRightAtIssueOnly |= wrong is not null && Landings[i] != LandingKind.AtIssue;
                reached.Add(FuzzCoverage.Landing, LandingNames[i]);
            }
            catch (HardwareFaultException exception)
            {
                fault = exception.Message;
            }
        }

        if (one.AllocationSeed != 0 && fault is null && wrong is null && runs)
        {
            var elsewhere = new PreparedPrograms(
                prepared.Machine with { AllocationOrder = new AllocationOrder(one.AllocationSeed, BankBytes.Of()), PoisonByte = (byte)~prepared.Machine.PoisonByte },
                prepared.Derivation,
                prepared.Routing,
                prepared.Library,
                prepared.Plans);
            wrongMachine = elsewhere.Machine;
            try
            {
                DspResult result = SimulatedCall.Run(elsewhere, call, inputs, new LandAtRandom(one.LandingSeed + 1), defect?.Invoke());
                wrong = FuzzOracles.Difference("other buffer places", golden, result.Output);
                reached.Add(FuzzCoverage.Landing, "other buffer places");
            }
            catch (HardwareFaultException exception)
            {
                fault = exception.Message;
            }
        }

        reached.Add(FuzzCoverage.Judge, "bytes");
        reached.Add(FuzzCoverage.Judge, "hazard rules");
        foreach (Hazard hazard in monitor.Hazards)
        {
            reached.Add(FuzzCoverage.Rule, hazard.Rule.Name);
        }

        bool wraps = monitor.Hazards.Any(static hazard => hazard.Rule == HazardRule.AccumulatorOverflow);
        reached.Add(FuzzCoverage.Numbers, "accumulator wraps", wraps);
        reached.Add(FuzzCoverage.Numbers, "int16 saturates", monitor.Hazards.Any(static hazard => hazard.Rule == HazardRule.Int16Saturation));

        // The contract wraps: where this machine saturates instead, its bytes are its own, and the goldens have nothing to say.
        bool isOutside = wraps && one.Machine.Configuration.AccumulatorOverflow == AccumulatorOverflow.Saturate;
        return new FuzzRuns(isOutside ? null : wrong, wrongMachine, isRightAtIssueOnly, fault, monitor.Hazards, counts, priced?.Timeline);
    }

    private static readonly string[] LandingNames = [.. Landings.Select(static landing => landing switch
    {
        LandingKind.AtIssue => "issue", LandingKind.AtWait => "wait", LandingKind.Random => "random", _ => "modelled",
    })];

    private FuzzFinding? JudgeRuns(
        FuzzCase one, FuzzModel model, PreparedPrograms prepared, OperatorCall call, TileProgram program, FuzzRuns runs, FuzzReach reached)
    {
        Hazard? violation = runs.Hazards.FirstOrDefault(hazard => hazard.Rule.Severity == HazardSeverity.Violation && (IsPublished(one, call) || !IsAllowed(one, hazard.Rule)));
        string? bad = runs.Fault ?? runs.Wrong;
        ProgramProof proof = Prove(one, prepared.Machine, call, program, modelsCache: true, Defects(one));
        reached.Add(FuzzCoverage.Judge, "prover");
        string proofText = proof.Fault ?? (proof.First is { } first ? $"{first.Index}: {first.Explanation}" : "");
        string library = one.Programs.Name;
        if (!IsPublished(one, call))
        {
            if (bad is not null)
            {
                return new FuzzFinding(runs.Fault is null ? FuzzFindingKind.WrongBytes : FuzzFindingKind.MachineFault, bad);
            }

            if (violation is not null)
            {
                return new FuzzFinding(FuzzFindingKind.BrokenRule, violation.ToString().ReplaceLineEndings(" "));
            }

            if (!proof.IsProven)
            {
                return new FuzzFinding(FuzzFindingKind.NotProven, proofText);
            }
        }
        else
        {
            // Bytes know nothing of the cache, so what they show has to be seen without it; and where a program leaves its buffers, on the machine
            // whose buffers lie as in the run that showed it.
            if (bad is not null && Prove(one, runs.WrongMachine, call, program, modelsCache: false, Defects(one)).IsProven)
            {
                return new FuzzFinding(FuzzFindingKind.ProverMissed, bad);
            }

            // What is wrong in every order is a mistake of the arithmetic or of the loop, which no rule is about; what depends on order, on memory
            // or on the cache is.
            bool dependsOnOrder = runs.Wrong is not null && runs.IsRightAtIssueOnly;
            bool dependsOnCache = !proof.IsProven && Prove(one, prepared.Machine, call, program, modelsCache: false, Defects(one)).IsProven;
            if (violation is null && runs.Fault is null && (dependsOnOrder || dependsOnCache))
            {
                return new FuzzFinding(FuzzFindingKind.RulesMissed, bad ?? proofText);
            }
        }

        reached.Add(FuzzCoverage.Library, bad is not null || !proof.IsProven ? $"{library} wrong" : violation is not null ? $"{library} with hazards" : $"{library} clean");
        return runs.Fault is null ? JudgePrediction(one, model, prepared, call, program, runs, reached) : null;
    }

    /// <summary>Whether a program may be wrong, as the published one is; what has no published program has a corrected one in every library.</summary>
    private static bool IsPublished(FuzzCase one, OperatorCall call) => one.Programs.IsPublished && !ProgramLibrary.IsOwnOperator(call);

    /// <summary>Transfers of tensors of any shape do not begin at multiples of anything; a machine that asks for it has that rule broken.</summary>
    private static bool IsAllowed(FuzzCase one, HazardRule rule) => rule == HazardRule.Misaligned && one.Machine.Configuration.DmaAlignmentBytes > 1;

    private static FuzzFinding? JudgePrediction(
        FuzzCase one, FuzzModel model, PreparedPrograms prepared, OperatorCall call, TileProgram program, FuzzRuns runs, FuzzReach reached)
    {
        string expected = ExecutionCounts.Of(program).ToString();
        reached.Add(FuzzCoverage.Judge, "instruction counts");
        if (runs.Counts.ToString() is var executed && executed != expected)
        {
            return new FuzzFinding(FuzzFindingKind.PredictionDiffers, $"the machine saw {executed}; the program has {expected}");
        }

        // The correction of residuals is priced with the prologue, and what writes it back is not predicted.
        bool corrects = call is Conv2dCall convolution && one.Programs.Tiles(convolution.Shape) && convolution.Requantize(one.Derivation).HasPostCorrection;
        if (runs.Timeline is not { } timeline || one.Routing == OperatorRouting.Dma || corrects || !one.Programs.HasKernelOf(call))
        {
            return null;
        }

        var setting = new CallSetting(prepared.Machine, MachineMode.MemoryModel) { UsesBanks = one.Routing != OperatorRouting.Direct, Plans = model.Plans, Programs = one.Programs };
        if (Differs(call, setting, one, timeline) is { } difference)
        {
            return new FuzzFinding(FuzzFindingKind.PredictionDiffers, difference);
        }

        reached.Add(FuzzCoverage.Judge, "cycles as predicted");
        if (!one.Programs.IsPublished && program.Plan is { Path: OperatorPath.Dma, Convolution: not null })
        {
            if (Differs(call, setting with { Programs = ProgramLibrary.Assumed(ProgramAssumptions.Corrected) }, one, timeline) is { } other)
            {
                return new FuzzFinding(FuzzFindingKind.PredictionDiffers, $"assumed programs: {other}");
            }

            reached.Add(FuzzCoverage.Judge, "cycles as assumed");
        }

        return null;
    }

    private static string? Differs(OperatorCall call, CallSetting setting, FuzzCase one, EventTimeline executed)
    {
        EventTimeline? predicted = CyclePredictor.Predict(call, setting, one.Machine.CoefficientsFrom(CostCoefficients.Calibrated), recordSpans: true)?.Timeline;
        if (predicted is null)
        {
            return "nothing is predicted";
        }

        int equal = predicted.Events.Zip(executed.Events).TakeWhile(static pair => pair.First == pair.Second).Count();
        return equal < Math.Max(predicted.Events.Count, executed.Events.Count)
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"event {equal} of {executed.Events.Count} is not the predicted one, of {predicted.Events.Count}")
            : predicted.NowCycles.Equals(executed.NowCycles) && predicted.DmaBytes == executed.DmaBytes
                ? null
                : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{executed.NowCycles:R} cycles and {executed.DmaBytes} bytes, predicted {predicted.NowCycles:R} and {predicted.DmaBytes}");
    }

    private static KernelCosts CostsOf(FuzzCase one) => new(one.Machine.CoefficientsFrom(CostCoefficients.Calibrated), MachineMode.MemoryModel);

    private static ProgramProof Prove(FuzzCase one, DspConfiguration machine, OperatorCall call, TileProgram program, bool modelsCache, Func<MachineInterceptor>? defect)
    {
        var prover = new ProgramProver(machine) { Interceptors = defect, ModelsCache = modelsCache };
        if (program.Plan.Convolution is null)
        {
            return prover.Prove(program, call, GoldenOperatorWords.Compute(call));
        }

        var convolution = (Conv2dCall)call;
        Requantization integers = convolution.Requantize(one.Derivation);
        sbyte zeroPoint = (sbyte)integers.InputZeroPoint;
        return prover.Prove(
            program, zeroPoint, GoldenConvolutionWords.Compute(convolution.Shape, call.Input.Shape.Batch, zeroPoint, integers.IsPerChannel, integers.HasPostCorrection));
    }

    /// <summary>All calls on one machine, each on what the calls before left there.</summary>
    private static FuzzFinding? JudgeNetwork(
        FuzzCase one, Network network, PreparedPrograms prepared, Dictionary<TensorInfo, Tensor> golden, FuzzReach reached)
    {
        bool compares = one.Machine.Configuration.AccumulatorOverflow != AccumulatorOverflow.Saturate;
        foreach (LandingKind landing in Landings)
        {
            var monitor = new HazardMonitor(prepared.Machine);
            using var run = new DspNetworkRun(prepared) { KeepsWeights = one.KeepsWeights };
            try
            {
                DspNetworkResult result = run.Run(network, golden[network.Input], static _ => true, LandingPolicies.Create(landing, one.LandingSeed), monitor);
                foreach (OperatorCall call in network.Calls)
                {
                    if (compares && FuzzOracles.Difference($"network, landing {ChoiceList.NameOf(landing)}, {call.Name}", golden[call.Output], result.Values[call.Output.Name]) is { } wrong)
                    {
                        return new FuzzFinding(FuzzFindingKind.WrongBytes, wrong);
                    }
                }

                if (monitor.Hazards.FirstOrDefault(hazard => hazard.Rule.Severity == HazardSeverity.Violation && !IsAllowed(one, hazard.Rule)) is { } violation)
                {
                    return new FuzzFinding(FuzzFindingKind.BrokenRule, $"network: {violation}".ReplaceLineEndings(" "));
                }
            }
            catch (HardwareFaultException)
            {
                reached.Add(FuzzCoverage.Judge, "refused by the machine");
                return null;
            }
        }

        return null;
    }

    /// <summary>
    /// All calls on one machine, each on what the calls before really left there, right or wrong: a call whose bytes are wrong is named, and has to be one that
    /// the prover calls wrong, or that a rule says depends on order. What runs on or writes beside its buffers is no longer a matter of one call.
    /// </summary>
    private static FuzzFinding? JudgePublishedNetwork(FuzzCase one, Network network, PreparedPrograms prepared, Tensor input, FuzzReach reached)
    {
        if (one.Machine.Configuration.AccumulatorOverflow == AccumulatorOverflow.Saturate)
        {
            return null;
        }

        foreach (LandingKind landing in Landings)
        {
            var monitor = new HazardMonitor(prepared.Machine);
            using var run = new DspNetworkRun(prepared) { KeepsWeights = one.KeepsWeights };
            DspNetworkResult result;
            try
            {
                result = run.Run(network, input, static _ => true, LandingPolicies.Create(landing, one.LandingSeed), monitor);
            }
            catch (HardwareFaultException)
            {
                reached.Add(FuzzCoverage.Judge, "refused by the machine");
                return null;
            }

            reached.Add(FuzzCoverage.Networks, "published, call by call");
            bool reachesOthers = monitor.Hazards.Any(static hazard => hazard.Rule == HazardRule.OverWrite || hazard.Rule == HazardRule.OverRead || hazard.Rule == HazardRule.OutsideBank
                || hazard.Rule == HazardRule.OutsideBuffer || hazard.Rule == HazardRule.BankOverflow);
            bool dependsOnOrder = landing != LandingKind.AtIssue && monitor.Hazards.Any(static hazard => hazard.Rule.Severity == HazardSeverity.Violation);
            foreach (OperatorCall call in network.Calls)
            {
                Tensor[] inputs = [.. call.Inputs.Select(value => value == network.Input ? input : result.Values[value.Name])];
                Tensor golden = FuzzOracles.GoldenOf(call, inputs, one.Derivation, one.Programs.HasKernelOf(call));
                string? wrong = FuzzOracles.Difference($"network, landing {ChoiceList.NameOf(landing)}, {call.Name}", golden, result.Values[call.Output.Name]);
                if (wrong is null || reachesOthers || dependsOnOrder)
                {
                    continue;
                }

                if (!IsPublished(one, call))
                {
                    return new FuzzFinding(FuzzFindingKind.WrongBytes, wrong);
                }

                if (Prove(one, prepared.Machine, call, prepared.ProgramOf(call), modelsCache: false, null).IsProven)
                {
                    return new FuzzFinding(FuzzFindingKind.ProverMissed, wrong);
                }
            }
        }

        return null;
    }
}
