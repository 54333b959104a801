namespace TileProof.MutationTesting.Running;

/// <summary>Tries mutants in workers, each of which goes on until a mutant ends or spoils it.</summary>
/// <param name="binFolder">The folder of the mutated assemblies.</param>
/// <param name="order">What all workers have in common.</param>
/// <param name="name">Names the files of this queue.</param>
internal sealed class MutantQueue(string binFolder, WorkOrder order, string name)
{
    /// <summary>Tries mutants one after the other in one process, as long as it lasts.</summary>
    /// <returns>The mutants that left the process unable to say.</returns>
    public IReadOnlyList<int> TryTogether(IEnumerable<int> mutants)
    {
        List<int> undecided = [];
        List<int> pending = mutants.ToList();
        while (pending.Count > 0)
        {
            int exitCode = Run(order with { Mutants = pending });
            IReadOnlyList<MutantResult> results = ResultFile.Read(order.Results);
            HashSet<int> decided = results.Where(static result => result.Status is not null).Select(static result => result.Id).ToHashSet();
            int[] begun = results.Select(static result => result.Id).Where(id => pending.Contains(id) && !decided.Contains(id)).Take(1).ToArray();
            if (begun.Length == 0 && !pending.Any(decided.Contains))
            {
                throw new MutationTestingException($"the tests cannot be run: see '{name}.log' in '{Path.GetDirectoryName(order.Results)}'");
            }

            if (exitCode == Worker.SpoiltExitCode)
            {
                undecided.AddRange(begun);
            }
            else
            {
                Crashed(begun);
            }

            pending.RemoveAll(id => decided.Contains(id) || begun.Contains(id));
        }

        return undecided;
    }

    /// <summary>Tries mutants with all tests, each in a process of its own in which it is on from the start.</summary>
    public void TryAlone(IEnumerable<int> mutants)
    {
        foreach (int mutant in mutants)
        {
            if (Run(order with { Mutants = [mutant], IsAlone = true }) != 0 && ResultFile.Read(order.Results)[^1] is not { Status: MutantStatus.TimedOut })
            {
                Crashed([mutant]);
            }
        }
    }

    private int Run(WorkOrder work) => WorkerProcess.Run(binFolder, work, Path.Combine(Path.GetDirectoryName(order.Results)!, name + ".json"));

    private void Crashed(IEnumerable<int> mutants)
    {
        foreach (int mutant in mutants)
        {
            ResultFile.Append(order.Results, new MutantResult(mutant, MutantStatus.Crashed));
        }
    }
}
