using TileProof.Verification.Conformance;

namespace TileProof.Tests.Support;

/// <summary>All that the reports of a run say, but for how much of it was kept from earlier runs.</summary>
internal static class OutcomeText
{
    public static string Of(ConformanceOutcome outcome)
    {
        ConformanceOutcome fresh = outcome with
        {
            Cases = [.. outcome.Cases.Select(static result => result with { IsKept = false })],
            EndToEnd = [.. outcome.EndToEnd.Select(static result => result with { IsKept = false })],
        };
        return SummaryReport.Write(fresh, fresh.Verdict, "", "") + string.Join('\n', fresh.Cases.Select(static result => ConformanceRow.Of(result)))
            + string.Join('\n', fresh.EndToEnd.Select(static result => EndToEndRow.Of(result)));
    }
}
