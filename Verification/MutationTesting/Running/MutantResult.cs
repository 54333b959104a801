namespace TileProof.MutationTesting.Running;

/// <summary>What became of a mutant, as one line of a file.</summary>
/// <param name="Id">The mutant.</param>
/// <param name="Status">What became of it; null where its tests only began.</param>
/// <param name="Test">The test that noticed it.</param>
internal sealed record MutantResult(int Id, MutantStatus? Status, string? Test = null);
