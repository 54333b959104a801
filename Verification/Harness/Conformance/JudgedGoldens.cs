using TileProof.Operators;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;

namespace TileProof.Verification.Conformance;

/// <summary>The goldens of a network in a run that is cut into shards: which engines are asked here, and what shards have found.</summary>
/// <param name="network">The network.</param>
/// <param name="image">Its input.</param>
/// <param name="engines">The golden engines.</param>
/// <param name="options">How convolutions derive their requantization, and the tolerance of softmax.</param>
/// <param name="jobs">Where the results come from.</param>
/// <param name="progress">Told how far the run has come.</param>
/// <param name="cancellation">Stops between calls.</param>
internal sealed class JudgedGoldens(
    Network network, Tensor image, GoldenEngines engines, VerifyOptions options, JobSource jobs, IProgressReporter progress, CancellationToken cancellation)
{
    private readonly Lazy<IReadOnlyList<GoldenCall>> references = new(() =>
    {
        progress.Say($"{network.Name}: golden results of {Counted.Of(network.Calls.Count, "calls")}");
        return NetworkGolden.References(network, image, engines, options, cancellation);
    });

    /// <summary>The reference of every call; computed when first asked for, since a shard may need no value of the network.</summary>
    public IReadOnlyList<GoldenCall> References => references.Value;

    /// <summary>
    /// The calls of the network: with what all engines say of the selected ones, where every result is there; else with what is known of
    /// them before any value is, and the engines are asked for those calls that are this process's.
    /// </summary>
    public IReadOnlyList<GoldenCall> Judge(Func<GoldenCall, bool> selected)
    {
        GoldenCall[] calls = [.. jobs.IsWhole ? References : NetworkGolden.Outlines(network, options)];
        JobBatch<GoldenCall, GoldenCall> batch = jobs.Assign(ConformanceJobs.Goldens(network), [.. calls.Where(selected)]);
        Dictionary<int, GoldenCall> halves = batch.Missing.ToDictionary(
            index => batch.Items[index].Call.Index, index => NetworkGolden.AddDataParallel(References[batch.Items[index].Call.Index], engines, options));
        batch.Run("golden engines", golden => NetworkGolden.AddScalarEngines(halves[golden.Call.Index], options.Derivation), progress, options.ThreadCount, cancellation);
        foreach (GoldenCall golden in batch.Results.OfType<GoldenCall>())
        {
            calls[golden.Call.Index] = golden;
        }

        return calls;
    }
}
