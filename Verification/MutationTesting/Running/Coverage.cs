using System.Globalization;

namespace TileProof.MutationTesting.Running;

/// <summary>Which tests reach which mutants.</summary>
/// <param name="First">The tests as run first in a process.</param>
/// <param name="Again">The same tests run once more in the same process: what is worked out once and then kept is not reached again.</param>
internal sealed record Coverage(IReadOnlyList<TestCoverage> First, IReadOnlyList<TestCoverage> Again)
{
    private const double LongestMilliseconds = 1000;

    /// <summary>The tests that can show something, fastest first, with what they reach each time.</summary>
    public IReadOnlyList<TestCoverage> Usable()
    {
        HashSet<string> useless = Useless().Select(static test => test.Test).ToHashSet();
        return Again.Where(test => !useless.Contains(test.Test)).OrderBy(static test => test.Milliseconds).ToList();
    }

    /// <summary>The tests that can show nothing, and those that are too long to be run once more for every mutant that they reach, with the reason.</summary>
    public IReadOnlyList<TestCoverage> Useless() => First.Where(static test => test.Problem is not null)
        .Concat(Again.Where(static test => test.Problem is not null))
        .Concat(Again.Where(static test => test.Milliseconds > LongestMilliseconds)
            .Select(static test => test with { Problem = string.Create(CultureInfo.InvariantCulture, $"takes {test.Milliseconds:F0} ms, more than {LongestMilliseconds}") }))
        .DistinctBy(static test => test.Test)
        .ToList();

    /// <summary>The mutants that some test reaches only where it is the first: they need a process of their own.</summary>
    public IReadOnlySet<int> ReachedOnce()
    {
        Dictionary<string, HashSet<int>> again = Again.ToDictionary(static test => test.Test, static test => test.Reached.ToHashSet());
        return First.SelectMany(test => test.Reached.Where(mutant => !again[test.Test].Contains(mutant))).ToHashSet();
    }
}
