using System.Text.Json.Serialization;
using TileProof.MutationTesting.Running;

namespace TileProof.MutationTesting.Reporting;

/// <summary>A mutant and what became of it.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Test">The test that noticed it.</param>
/// <param name="AcceptedFor">Why it may survive; null where it may not.</param>
public sealed record ReportedMutant(
    Mutant Mutant,
    [property: JsonConverter(typeof(JsonStringEnumConverter<MutantStatus>))] MutantStatus Status,
    string? Test,
    string? AcceptedFor)
{
    /// <summary>Whether no test noticed it.</summary>
    public bool HasSurvived => Status is MutantStatus.Survived or MutantStatus.NotCovered;
}
