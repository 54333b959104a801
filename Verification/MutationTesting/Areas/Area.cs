namespace TileProof.MutationTesting.Areas;

/// <summary>A part of the product whose tests are put to the test.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Title">What it is.</param>
/// <param name="Sources">Its source files from the root of the repository; <c>*</c> stands for any part of a file name, <c>**</c> for any folders.</param>
/// <param name="Tests">Beginnings of full names of test classes: their tests are the ones that must notice.</param>
/// <param name="IgnoredCalls">Names of methods whose calls are left alone.</param>
public sealed record Area(string Name, string Title, IReadOnlyList<string> Sources, IReadOnlyList<string> Tests, IReadOnlyList<string> IgnoredCalls)
{
    /// <summary>Survivors that no test can notice, with the reason, by <see cref="Mutant.Key"/>.</summary>
    public IReadOnlyDictionary<string, string> Accepted { get; init; } = new Dictionary<string, string>();
}
