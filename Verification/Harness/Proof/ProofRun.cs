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
using TileProof.Verification.Sharding;
using TileProof.Verification.Sharding.Records;

namespace TileProof.Verification.Proof;

/// <summary>Proves the programs of a run for every input: each different program once, however many calls and bank settings use it.</summary>
/// <param name="options">What to run.</param>
/// <param name="cache">What earlier runs proved; null to prove everything.</param>
/// <param name="jobs">Where the results come from.</param>
/// <param name="progress">Told how far the run has come.</param>
/// <param name="cancellation">Stops the run between geometries.</param>
internal sealed class ProofRun(VerifyOptions options, ResultCache? cache, JobSource jobs, IProgressReporter progress, CancellationToken cancellation)
{
    private const string FileName = "movement-proofs";

    private static readonly JobStage<CallProof, ProgramProof> Stage = new()
    {
        JobOf = static pair => new Job($"proof {CacheKeys.Proof.Of(pair.Subject!)}", CostOf(pair.Subject!), "proofs", GroupCost: 0),
        Write = static proof => RecordJson.Write(ProofRecord.Of(proof), RecordJson.Default.ProofRecord),
        Read = static (_, line) => RecordJson.Read(line, RecordJson.Default.ProofRecord).ToProof(),
    };

    private readonly Dictionary<ProofSubject, string> keys = [];

    /// <summary>Proves the program of every call at every bank setting that has cases.</summary>
    /// <param name="networks">Where the calls come from.</param>
    /// <param name="candidates">Calls and bank settings that may have cases, in the order of the reports.</param>
    /// <param name="cases">The cases of the run, where they are there.</param>
    /// <returns>A proof a call and bank setting with a case, where all results are there.</returns>
    public CallProof[] Execute(IEnumerable<Network> networks, IReadOnlyList<(GoldenCall Golden, BankSetting Bank)> candidates, IReadOnlyList<CaseResult> cases)
    {
        HashSet<(GoldenCall, BankSetting)> withCases = [.. cases.Select(static result => (result.Case.Golden, result.Case.Bank))];
        CallProof[] pairs =
        [
            .. from pair in candidates
               where jobs.IsSharded || withCases.Contains(pair)
               select new CallProof(pair.Golden, pair.Bank) { Subject = ProofSubject.Of(pair.Golden, pair.Bank, options) },
        ];
        GoldenCall[] calls = [.. pairs.Select(static pair => pair.Golden).Distinct()];
        Dictionary<GoldenCall, AccumulatorBounds> bounds = jobs.IsWhole ? Bound(calls, static _ => CodeRange.All) : [];
        Dictionary<GoldenCall, ArithmeticProof> arithmetic = new ArithmeticRun(options, cache, jobs, progress, cancellation).Execute(
            calls, jobs.IsWhole ? _ => bounds : some => Bound(some, static _ => CodeRange.All));
        KeptLines kept = KeptLines.Open(cache, FileName);
        Dictionary<ProofSubject, ProgramProof> fresh = Prove([.. pairs.Where(pair => pair.Subject is { } subject && Find(kept, subject) is null)]);
        foreach ((ProofSubject subject, ProgramProof proof) in fresh.Where(static pair => pair.Value.IsProven))
        {
            kept.Add(KeyOf(subject), proof.WordCount.ToString(CultureInfo.InvariantCulture));
        }

        kept.Save();
        if (!jobs.IsWhole)
        {
            return [];
        }

        Dictionary<string, ReachableCodes> codes = networks.ToDictionary(static network => network.Name, ReachableCodes.Of, StringComparer.Ordinal);
        Dictionary<GoldenCall, AccumulatorBounds> reachable = Bound(calls, golden => codes[golden.Network].CodesOf(golden.Call.Input), bounds);
        return
        [
            .. from pair in pairs
               where withCases.Contains((pair.Golden, pair.Bank))
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

    /// <summary>The key of a subject, made once for all calls and bank settings that share it.</summary>
    private string KeyOf(ProofSubject subject)
    {
        if (!keys.TryGetValue(subject, out string? key))
        {
            keys.Add(subject, key = CacheKeys.Proof.Of(subject));
        }

        return key;
    }

    private static long CostOf(ProofSubject subject) => JobCosts.OfProof(subject.WordCount, subject.ProductCount);

    private ProgramProof? Find(KeptLines kept, ProofSubject subject) =>
        kept.Find(KeyOf(subject)) == subject.WordCount.ToString(CultureInfo.InvariantCulture) ? new ProgramProof(subject.WordCount, 0, null, null) : null;

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
        JobBatch<CallProof, ProgramProof> batch = jobs.Assign(Stage, [.. pairs.DistinctBy(static pair => pair.Subject)]);
        int[][] layers =
        [
            .. from index in batch.Missing
               let subject = batch.Items[index].Subject!
               group index by (subject.Layer, subject.Plan is null, subject.HasOutputScales, subject.CorrectsResiduals) into programs
               select programs.ToArray(),
        ];
        if (layers.Length > 0)
        {
            using IProgressActivity activity = progress.Begin("proofs for every input", batch.Missing.Count);
            Workers.ForEach(layers.Length, index => layers[index].Sum(batch.CostOf), index => ProveLayer(batch, layers[index], activity), cancellation, options.ThreadCount);
        }

        return batch.Items.Zip(batch.Results).Where(static pair => pair.Second is not null).ToDictionary(static pair => pair.First.Subject!, static pair => pair.Second!);
    }

    private void ProveLayer(JobBatch<CallProof, ProgramProof> batch, int[] programs, IProgressActivity activity)
    {
        // The call of the first for all: programs that differ in the zero point only are one subject, and so is the golden.
        CallProof first = batch.Items[programs[0]];
        ulong[] words = GoldenOf(first.Subject!, first.Golden);
        foreach (int program in programs)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Keep(program, Prove(batch.Items[program].Subject!, first.Golden, words));
            activity.Advance();
        }
    }
}
