namespace TileProof.MutationTesting.Running;

/// <summary>One test without any mutant.</summary>
/// <param name="Test">Its unique id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Milliseconds">How much processor time it takes, which a busy machine does not stretch.</param>
/// <param name="Reached">The mutants that it reaches.</param>
/// <param name="Problem">Why it can show nothing: it is skipped or fails; otherwise null.</param>
internal sealed record TestCoverage(string Test, string Name, double Milliseconds, IReadOnlyList<int> Reached, string? Problem);
