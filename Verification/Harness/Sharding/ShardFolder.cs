using TileProof.Verification.Files;

namespace TileProof.Verification.Sharding;

/// <summary>The folder that belongs to one shard: its manifest and its results, to which the same command adds what is missing.</summary>
internal sealed class ShardFolder : IDisposable
{
    private readonly string path;
    private readonly ShardManifest manifest;
    private readonly ShardManifest? earlier;

    private ShardFolder(string path, ShardManifest manifest, ShardManifest? earlier, ResultJournal journal)
    {
        this.path = path;
        this.manifest = manifest;
        this.earlier = earlier;
        Results = journal;
    }

    /// <summary>The results that are there.</summary>
    public ResultJournal Results { get; }

    /// <summary>Opens the folder of a shard, and makes it where it is missing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="manifest">What is to lie there.</param>
    /// <exception cref="UserInputException">The folder cannot be written to, holds another run, or another process writes it.</exception>
    public static ShardFolder Open(string path, ShardManifest manifest)
    {
        ReportFolder.Open(path);
        ShardManifest? present = ShardManifest.Read(path);
        if (present is not null && (present.Shard != manifest.Shard ? $"is shard {present.Shard} and not {manifest.Shard}" : present.DifferenceFrom(manifest)) is { } difference)
        {
            throw new UserInputException($"what lies in '{path}' {difference}; give another --out, or delete the folder");
        }

        string resultPath = Path.Combine(path, ResultJournal.FileName);
        if (present is null && File.Exists(resultPath))
        {
            throw new UserInputException($"'{path}' holds {ResultJournal.FileName} without the run.json of a shard; give another --out, or delete the folder");
        }

        if (present is null)
        {
            manifest.Write(path);
        }

        return new ShardFolder(path, manifest, present, ResultJournal.Open(resultPath));
    }

    /// <summary>Called when the results of all jobs are there.</summary>
    /// <param name="hasComputed">Whether this process computed any, so that its engines are named beside those of earlier ones.</param>
    /// <exception cref="UserInputException">The disk is full or fails.</exception>
    public void Finish(bool hasComputed)
    {
        Results.Flush();
        IEnumerable<string> engines = (earlier?.Engines ?? []).Concat(hasComputed || earlier is null ? manifest.Engines : []);
        (manifest with { Finished = true, Engines = [.. engines.Distinct(StringComparer.Ordinal)] }).Write(path);
    }

    /// <inheritdoc/>
    public void Dispose() => Results.Dispose();
}
