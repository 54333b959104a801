using System.Globalization;
using TileProof.Golden.Scalar;
using TileProof.Golden.Words;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Caching;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Proof;

/// <summary>Proves the programs of a run for every input: each different program once, however many calls and bank settings use it.</summary>
/// <param name="options">What to run.</param>
/// <param name="cache">What earlier runs proved; null to prove everything.</param>
/// <param name="progress">Told how far the run has come.</param>
/// <param name="cancellation">Stops the run between geometries.</param>
internal sealed class ProofRun(VerifyOptions options, ResultCache? cache, IProgressReporter progress, CancellationToken cancellation)
{
    private const string FileName = "movement-proofs";

    /// <summary>Proves the program of every call at every bank setting that has cases.</summary>
    /// <param name="networks">Where the calls come from.</param>
    /// <param name="cases">The cases of the run.</param>
    public CallProof[] Execute(IEnumerable<Network> networks, IReadOnlyList<CaseResult> cases)
    {
        CallProof[] pairs =
        [
            .. from pair in cases.Select(static result => (result.Case.Golden, result.Case.Bank)).Distinct()
               select new CallProof(pair.Golden, pair.Bank) { Subject = ProofSubject.Of(pair.Golden, pair.Bank, options) },
        ];
        GoldenCall[] calls = [.. pairs.Select(static pair => pair.Golden).Distinct()];
        Dictionary<string, ReachableCodes> codes = networks.ToDictionary(static network => network.Name, ReachableCodes.Of, StringComparer.Ordinal);
        Dictionary<GoldenCall, AccumulatorBounds> bounds = Bound(calls, static _ => CodeRange.All);
        Dictionary<GoldenCall, AccumulatorBounds> reachable = Bound(calls, golden => codes[golden.Network].CodesOf(golden.Call.Input), bounds);
        Dictionary<GoldenCall, ArithmeticProof> arithmetic = new ArithmeticRun(options, cache, progress, cancellation).Execute(calls, bounds);
        KeptLines kept = KeptLines.Open(cache, FileName);
        Dictionary<ProofSubject, ProgramProof> fresh = Prove([.. pairs.Where(pair => pair.Subject is { } subject && Find(kept, subject) is null)]);
        foreach ((ProofSubject subject, ProgramProof proof) in fresh.Where(static pair => pair.Value.IsProven))
        {
            kept.Add(CacheKeys.Proof.Of(subject), proof.WordCount.ToString(CultureInfo.InvariantCulture));
        }

        kept.Save();
        return
        [
            .. from pair in pairs
               let isKept = pair.Subject is { } subject && !fresh.ContainsKey(subject)
               select pair with
               {
                   Movement = pair.Subject is null ? null : isKept ? Find(kept, pair.Subject!) : fresh[pair.Subject],
                   IsKept = isKept,
                   Bounds = bounds.GetValueOrDefault(pair.Golden),
                   ReachableBounds = reachable.GetValueOrDefault(pair.Golden),
                   Arithmetic = arithmetic.GetValueOrDefault(pair.Golden),
               },
        ];
    }

    private static ProgramProof? Find(KeptLines kept, ProofSubject subject) =>
        kept.Find(CacheKeys.Proof.Of(subject)) == subject.WordCount.ToString(CultureInfo.InvariantCulture) ? new ProgramProof(subject.WordCount, 0, null, null) : null;

    /// <summary>The words that the output bytes of a call must have.</summary>
    private static ulong[] GoldenOf(ProofSubject subject, GoldenCall golden) => subject.Plan is null
        ? GoldenOperatorWords.Compute(golden.Call)
        : GoldenConvolutionWords.Compute(
            subject.Plan.Shape, golden.Call.Input.Shape.Batch, (sbyte)golden.Requantization!.InputZeroPoint, subject.HasOutputScales, subject.CorrectsResiduals);

    private static ProgramProof Prove(ProofSubject subject, GoldenCall golden, ReadOnlySpan<ulong> words)
    {
        try
        {
            var prover = new ProgramProver(subject.Machine);
            return subject.Plan is null
                ? prover.Prove(subject.Write(golden), golden.Call, words)
                : prover.Prove(subject.Write(golden), (sbyte)golden.Requantization!.InputZeroPoint, words);
        }
        catch (HardwareFaultException fault)
        {
            return new ProgramProof(0, 0, null, fault.Message);
        }
    }

    /// <summary>The accumulators of calls whose inputs take some codes; those known already are taken over.</summary>
    private Dictionary<GoldenCall, AccumulatorBounds> Bound(
        GoldenCall[] calls, Func<GoldenCall, CodeRange> inputsOf, IReadOnlyDictionary<GoldenCall, AccumulatorBounds>? known = null)
    {
        var found = new AccumulatorBounds?[calls.Length];
        Workers.ForEach(calls.Length, index => calls[index].Call.MultiplyAccumulates, index => found[index] = Bound(calls[index]), cancellation, options.ThreadCount);
        return calls.Zip(found).Where(static pair => pair.Second is not null).ToDictionary(static pair => pair.First, static pair => pair.Second!);

        AccumulatorBounds? Bound(GoldenCall golden) => golden switch
        {
            _ when known?.GetValueOrDefault(golden) is { } bounds && bounds.Inputs == inputsOf(golden) => bounds,
            { Call: Conv2dCall convolution, Requantization: { } requantization } => AccumulatorBounds.OfConvolution(convolution, requantization, inputsOf(golden)),
            { Call: QuantizedLinearCall linear } => AccumulatorBounds.OfLinear(linear, inputsOf(golden)),
            _ => null,
        };
    }

    /// <summary>Programs of one layer share its golden words.</summary>
    private Dictionary<ProofSubject, ProgramProof> Prove(CallProof[] pairs)
    {
        CallProof[][] layers =
        [
            .. from pair in pairs.DistinctBy(static pair => pair.Subject)
               let subject = pair.Subject!
               group pair by (subject.Layer, subject.Plan is null, subject.HasOutputScales, subject.CorrectsResiduals) into programs
               select programs.ToArray(),
        ];
        if (layers.Length == 0)
        {
            return [];
        }

        var proofs = new ProgramProof[layers.Length][];
        using IProgressActivity activity = progress.Begin("proofs for every input", layers.Sum(static programs => programs.Length));
        Workers.ForEach(
            layers.Length,
            index => layers[index].Sum(static program => (long)program.Subject!.WordCount * (program.Subject.ProductCount + 64)),
            index => proofs[index] = ProveLayer(layers[index], activity),
            cancellation,
            options.ThreadCount);
        return layers.Zip(proofs).SelectMany(static pair => pair.First.Select(static program => program.Subject!).Zip(pair.Second)).ToDictionary();
    }

    private ProgramProof[] ProveLayer(CallProof[] programs, IProgressActivity activity)
    {
        // The call of the first for all: programs that differ in the zero point only are one subject, and so is the golden.
        GoldenCall golden = programs[0].Golden;
        ulong[] words = GoldenOf(programs[0].Subject!, golden);
        var proofs = new ProgramProof[programs.Length];
        for (int i = 0; i < proofs.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            proofs[i] = Prove(programs[i].Subject!, golden, words);
            activity.Advance();
        }

        return proofs;
    }
}
