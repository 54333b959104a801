namespace TileProof.MutationTesting.Running;

/// <summary>Which tests reach which mutants.</summary>
/// <param name="First">The tests as run first in a process.</param>
/// <param name="Again">The same tests run once more in the same process: what is worked out once and then kept is not reached again.</param>
internal sealed record Coverage(IReadOnlyList<TestCoverage> First, IReadOnlyList<TestCoverage> Again)
{
    /// <summary>The tests that can show something, fastest first, with what they reach each time.</summary>
    public IReadOnlyList<TestCoverage> Usable()
    {
        HashSet<string> useless = Useless().Select(static test => test.Test).ToHashSet();
        return Again.Where(test => !useless.Contains(test.Test)).OrderBy(static test => test.Milliseconds).ToList();
    }

    /// <summary>The tests that can show nothing.</summary>
    public IReadOnlyList<TestCoverage> Useless() => First.Concat(Again).Where(static test => test.Problem is not null).DistinctBy(static test => test.Test).ToList();

    /// <summary>The mutants that some test reaches only where it is the first: they need a process of their own.</summary>
    public IReadOnlySet<int> ReachedOnce()
    {
        Dictionary<string, HashSet<int>> again = Again.ToDictionary(static test => test.Test, static test => test.Reached.ToHashSet());
        return First.SelectMany(test => test.Reached.Where(mutant => !again[test.Test].Contains(mutant))).ToHashSet();
    }
}
