namespace TileProof.MutationTesting.Running;

/// <summary>What became of a mutant.</summary>
public enum MutantStatus
{
    /// <summary>A test failed.</summary>
    Killed,

    /// <summary>The tests took far longer than without it.</summary>
    TimedOut,

    /// <summary>The process ended.</summary>
    Crashed,

    /// <summary>All tests that reach it pass.</summary>
    Survived,

    /// <summary>No test reaches it.</summary>
    NotCovered,
}
