using System.Globalization;

namespace TileProof.Verification.Device;

/// <summary>A wait that is missing, and what putting it there does.</summary>
/// <param name="Place">The line that it would stand before, with the callers.</param>
/// <param name="Channel">The channel that is waited for.</param>
/// <param name="Outcome">What is left when all waits of the case are there.</param>
/// <param name="ExplainedHazards">Hazards that go with it.</param>
/// <param name="AllHazards">Hazards of the cases.</param>
/// <param name="ExplainedBytes">Wrong bytes that go with it.</param>
/// <param name="AllBytes">Wrong bytes of the cases.</param>
/// <param name="FirstCase">The first case.</param>
/// <param name="CaseCount">Cases in which it was tried.</param>
internal sealed record DeviceCause(
    string Place, int Channel, string Outcome, int ExplainedHazards, int AllHazards, long ExplainedBytes, long AllBytes, string FirstCase, int CaseCount = 1)
{
    /// <summary>The same wait in several cases as one, in the order of the first of them.</summary>
    public static IReadOnlyList<DeviceCause> Grouped(IEnumerable<DeviceCause> causes) =>
    [
        .. causes.GroupBy(static one => (one.Place, one.Channel, one.Outcome)).Select(static group => group.First() with
        {
            ExplainedHazards = group.Sum(static one => one.ExplainedHazards),
            AllHazards = group.Sum(static one => one.AllHazards),
            ExplainedBytes = group.Sum(static one => one.ExplainedBytes),
            AllBytes = group.Sum(static one => one.AllBytes),
            CaseCount = group.Count(),
        }),
    ];

    /// <summary>One sentence.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"no wait on channel {Channel} before {Place} explains {ExplainedHazards} of {Counted.Of(AllHazards, "hazards")}{(ExplainedBytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {ExplainedBytes:N0} of {AllBytes:N0} wrong bytes"))}; {Outcome} ({FirstCase}{(CaseCount > 1 ? string.Create(CultureInfo.InvariantCulture, $" and {Counted.Of(CaseCount - 1, "more cases")}") : "")})");
}
