namespace TileProof.MutationTesting.Running;

/// <summary>What a worker process is to do.</summary>
/// <param name="Tests">The assembly with the tests, beside the worker.</param>
/// <param name="Assemblies">The assemblies that hold mutants.</param>
/// <param name="Classes">Beginnings of full names of test classes.</param>
/// <param name="MutantCount">A number above that of every mutant.</param>
/// <param name="Coverage">The file with the coverage: to write where there are no mutants, otherwise to read.</param>
/// <param name="Mutants">The mutants to try; empty to find out which tests reach which.</param>
/// <param name="IsAlone">Whether the only mutant is on from the start of the process, and all tests are run.</param>
/// <param name="Results">The file that gets a line for each result.</param>
internal sealed record WorkOrder(
    string Tests, IReadOnlyList<string> Assemblies, IReadOnlyList<string> Classes, int MutantCount, string Coverage, IReadOnlyList<int> Mutants, bool IsAlone, string Results);
