using System.Security.Cryptography;
using System.Text.Json;

namespace TileProof.MutationTesting.Running;

/// <summary>What the last run of an area, also one that was stopped, killed in files that are still the same.</summary>
internal static class EarlierKills
{
    private const string MutantsFile = "mutants.json";

    /// <summary>The test that killed each mutant, by the mutant's key and file; empty where nothing is known.</summary>
    public static IReadOnlyDictionary<string, MutantResult> Read(string root, string folder)
    {
        string path = Path.Combine(folder, MutantsFile);
        if (!File.Exists(path))
        {
            return new Dictionary<string, MutantResult>();
        }

        Known known = JsonSerializer.Deserialize<Known>(File.ReadAllText(path))!;
        Dictionary<int, Mutant> mutants = known.Mutants
            .Where(mutant => known.Files[mutant.File] == Hash(root, mutant.File))
            .ToDictionary(static mutant => mutant.Id);
        return Latest(folder).Values
            .Where(result => result.Status is MutantStatus.Killed or MutantStatus.Crashed or MutantStatus.TimedOut && mutants.ContainsKey(result.Id))
            .ToDictionary(result => mutants[result.Id].Key);
    }

    /// <summary>The last result of each mutant.</summary>
    public static IReadOnlyDictionary<int, MutantResult> Latest(string folder)
    {
        var latest = new Dictionary<int, MutantResult>();
        foreach (MutantResult result in Directory.EnumerateFiles(folder, "results.*.jsonl").Order(StringComparer.Ordinal).SelectMany(ResultFile.Read))
        {
            if (result.Status is not null)
            {
                latest[result.Id] = result;
            }
        }

        return latest;
    }

    /// <summary>Forgets the last run and says what the numbers of this one stand for.</summary>
    public static void Start(string root, string folder, IReadOnlyList<Mutant> mutants)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "results.*.jsonl"))
        {
            File.Delete(file);
        }

        Dictionary<string, string> files = mutants.Select(static mutant => mutant.File).Distinct().ToDictionary(static file => file, file => Hash(root, file));
        File.WriteAllText(Path.Combine(folder, MutantsFile), JsonSerializer.Serialize(new Known(mutants, files)));
    }

    private static string Hash(string root, string file) =>
        File.Exists(Path.Combine(root, file)) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(root, file)))) : "";

    private sealed record Known(IReadOnlyList<Mutant> Mutants, IReadOnlyDictionary<string, string> Files);
}
