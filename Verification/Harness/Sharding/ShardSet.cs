using System.Globalization;

namespace TileProof.Verification.Sharding;

/// <summary>All shards of one run, each finished, as their folders hold them.</summary>
public sealed record ShardSet
{
    private const int NamedShards = 12;

    /// <summary>The folders, in the order of the shards.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>What the shards say of their run; of the first, whose number is no claim on the others.</summary>
    public required ShardManifest Manifest { get; init; }

    /// <summary>The golden engines of the shards, each different line once.</summary>
    public required string Engines { get; init; }

    /// <summary>Reads the manifests of folders and checks that they are all shards of one run.</summary>
    /// <param name="folders">The folders, in any order.</param>
    /// <exception cref="UserInputException">A shard is missing, there twice, not finished, or of another version, cut or setting; the message names it.</exception>
    public static ShardSet Read(IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        (string Folder, ShardManifest Manifest, Shard Shard)[] found = [.. folders.Select(ReadOne)];
        if (found.Length == 0)
        {
            throw new UserInputException("there is nothing to merge; give the folders of all shards");
        }

        (string Folder, ShardManifest Manifest, Shard Shard) first = found[0];
        foreach ((string folder, ShardManifest manifest, Shard shard) in found)
        {
            if (manifest.DifferenceFrom(first.Manifest) is { } difference)
            {
                throw new UserInputException($"shard {shard} in '{folder}' does not belong to shard {first.Shard} in '{first.Folder}': it {difference}");
            }
        }

        RequireWhole([.. found.Select(static one => (one.Folder, one.Shard))]);
        int count = first.Shard.Count;
        (string Folder, ShardManifest Manifest, Shard Shard)[] unfinished = [.. found.Where(static one => !one.Manifest.Finished).OrderBy(static one => one.Shard.Number)];
        if (unfinished.Length > 0)
        {
            throw new UserInputException(
                FormattableString.Invariant($"{unfinished.Length} of {count} shards have not finished: {ListOf([.. unfinished.Select(static one => one.Shard.Number)], count)}; run their command again, it goes on from what is there"));
        }

        return new ShardSet
        {
            Folders = [.. found.OrderBy(static one => one.Shard.Number).Select(static one => one.Folder)],
            Manifest = first.Manifest,
            Engines = string.Join(" and ", found.OrderBy(static one => one.Shard.Number).SelectMany(static one => one.Manifest.Engines).Distinct(StringComparer.Ordinal)),
        };
    }

    /// <summary>The results of all shards by the keys of their jobs.</summary>
    /// <exception cref="UserInputException">A file cannot be read.</exception>
    internal Dictionary<string, string> ReadResults()
    {
        var results = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string folder in Folders)
        {
            foreach ((string key, string text) in ResultJournal.Read(Path.Combine(folder, ResultJournal.FileName)))
            {
                results[key] = text;
            }
        }

        return results;
    }

    /// <summary>Checks that shards of one cut are all there, and each once.</summary>
    /// <exception cref="UserInputException">One is missing or there twice; the message names it.</exception>
    internal static void RequireWhole(IReadOnlyList<(string Folder, Shard Shard)> found)
    {
        if (found.GroupBy(static one => one.Shard).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw new UserInputException($"shard {twice.Key} is there {twice.Count()} times: {string.Join(", ", twice.Select(static one => $"'{one.Folder}'"))}");
        }

        int count = found[0].Shard.Count;
        HashSet<int> numbers = [.. found.Select(static one => one.Shard.Number)];
        int[] missing = [.. Enumerable.Range(1, count).Where(number => !numbers.Contains(number))];
        if (missing.Length > 0)
        {
            throw new UserInputException(FormattableString.Invariant($"{missing.Length} of {count} shards are missing: {ListOf(missing, count)}"));
        }
    }

    private static (string Folder, ShardManifest Manifest, Shard Shard) ReadOne(string folder)
    {
        ShardManifest manifest = ShardManifest.Read(folder)
            ?? throw new UserInputException($"'{folder}' is no folder of a shard: it has no run.json; 'verify --shard I/N --out FOLDER' and the like make one");
        return (folder, manifest, Shard.Parse(manifest.Shard));
    }

    private static string ListOf(int[] numbers, int count) =>
        string.Join(", ", numbers.Take(NamedShards).Select(number => string.Create(CultureInfo.InvariantCulture, $"{number}/{count}")))
        + (numbers.Length > NamedShards ? string.Create(CultureInfo.InvariantCulture, $" and {numbers.Length - NamedShards} more") : "");
}
