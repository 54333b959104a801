using System.Globalization;
using System.Text.Json;
using TileProof.MutationTesting.Areas;
using TileProof.MutationTesting.Building;
using TileProof.MutationTesting.Reporting;

namespace TileProof.MutationTesting.Running;

/// <summary>Tries the mutants of one area.</summary>
internal sealed class AreaRun(string root, Area area, MutationOptions options)
{
    private const string TestAssemblyName = "TileProof.Tests.dll";
    private readonly string folder = Path.Combine(root, Folder, area.Name);

    /// <summary>Where reports and mutated assemblies go, from the root of the repository.</summary>
    public static string Folder { get; } = Path.Combine("artifacts", "mutation");

    /// <summary>Compiles the mutants, finds out which tests reach them, and runs those with each.</summary>
    public AreaReport Run()
    {
        Directory.CreateDirectory(folder);
        using FileStream held = Hold(folder);
        string tests = Path.Combine(root, "Verification", "Tests", "bin", "Release", "net10.0");
        AreaBuild build = AreaBuild.Make(root, area, tests, Path.Combine(folder, "bin"));
        IReadOnlyDictionary<string, MutantResult> earlier = options.Resumes ? EarlierKills.Read(root, folder) : new Dictionary<string, MutantResult>();
        EarlierKills.Start(root, folder, build.Mutants);
        Mutant[] tried = Sample(build.Mutants);
        foreach (Mutant mutant in tried)
        {
            if (earlier.TryGetValue(mutant.Key, out MutantResult? kill))
            {
                ResultFile.Append(ResultsOf("kept"), kill with { Id = mutant.Id });
            }
        }

        WorkOrder order = Order(build);
        Coverage coverage = Cover(build, order);
        Try(build, order, coverage, tried.Where(mutant => !earlier.ContainsKey(mutant.Key)).Select(static mutant => mutant.Id).ToList());
        return Report(build, coverage, tried);
    }

    /// <summary>Keeps the folder of an area to one run: two would take each other's assemblies and results.</summary>
    /// <exception cref="MutationTestingException">Another run holds it.</exception>
    internal static FileStream Hold(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            throw new MutationTestingException($"another run holds '{folder}': wait until it has ended, then run this again");
        }
    }

    private static Coverage Cover(AreaBuild build, WorkOrder order)
    {
        File.Delete(order.Coverage);
        WorkerProcess.Run(build.BinFolder, order, Path.ChangeExtension(order.Coverage, ".order.json"));
        return File.Exists(order.Coverage)
            ? JsonSerializer.Deserialize<Coverage>(File.ReadAllText(order.Coverage))!
            : throw new MutationTestingException($"the tests cannot be run: see 'coverage.order.log' in '{Path.GetDirectoryName(order.Coverage)}'");
    }

    private void Try(AreaBuild build, WorkOrder order, Coverage coverage, IReadOnlyList<int> mutants)
    {
        IReadOnlySet<int> reachedOnce = coverage.ReachedOnce();
        HashSet<int> reached = coverage.Usable().SelectMany(static test => test.Reached).ToHashSet();
        Parallel.ForEach(Enumerable.Range(0, options.Workers), new ParallelOptions { MaxDegreeOfParallelism = options.Workers }, worker =>
        {
            string name = worker.ToString(CultureInfo.InvariantCulture);
            List<int> own = mutants.Where((_, index) => index % options.Workers == worker).ToList();
            string results = ResultsOf(name);
            var queue = new MutantQueue(build.BinFolder, order with { Results = results }, "worker." + name);
            IReadOnlyList<int> undecided = queue.TryTogether(own.Where(reached.Contains));
            HashSet<int> noticed = ResultFile.Read(results).Where(static result => result.Status is not (null or MutantStatus.Survived)).Select(static result => result.Id).ToHashSet();
            queue.TryAlone(own.Where(id => undecided.Contains(id) || (reachedOnce.Contains(id) && !noticed.Contains(id))));
        });
    }

    private AreaReport Report(AreaBuild build, Coverage coverage, IEnumerable<Mutant> tried)
    {
        IReadOnlyDictionary<int, MutantResult> results = EarlierKills.Latest(folder);
        List<ReportedMutant> mutants = tried.Select(mutant =>
        {
            MutantResult result = results.GetValueOrDefault(mutant.Id) ?? new MutantResult(mutant.Id, MutantStatus.NotCovered);
            return new ReportedMutant(mutant, result.Status!.Value, result.Test, area.Accepted.GetValueOrDefault(mutant.Key));
        }).ToList();
        return new AreaReport(
            area, mutants, build.DroppedCount, coverage.First.Count, coverage.Useless().Select(static test => $"{test.Name}: {test.Problem}").ToList(),
            build.Mutants.Select(static mutant => mutant.Key).ToHashSet());
    }

    private WorkOrder Order(AreaBuild build) => new(
        TestAssemblyName, build.Assemblies, area.Tests, build.Mutants.Count + build.DroppedCount, Path.Combine(folder, "coverage.json"), [], false, ResultsOf("none"));

    private string ResultsOf(string worker) => Path.Combine(folder, $"results.{worker}.jsonl");

    private Mutant[] Sample(IReadOnlyList<Mutant> mutants)
    {
        Mutant[] all = mutants.ToArray();
        if (options.Sample == 0 || options.Sample >= all.Length)
        {
            return all;
        }

        new Random(options.Seed).Shuffle(all);
        return all[..options.Sample].OrderBy(static mutant => mutant.Id).ToArray();
    }
}
