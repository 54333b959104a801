using TileProof.HwModel.Planning;
using TileProof.Verification.Caching;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;

namespace TileProof.Verification.Sharding.Records;

/// <summary>What the simulated DSP made of a case, as it is written down: proven or not, with everything that a report says of it.</summary>
internal sealed record CaseRecord
{
    /// <summary>Null when a fault stopped the program.</summary>
    public OperatorPath? Path { get; init; }

    public required string Tiling { get; init; }

    public required int ComparedBytes { get; init; }

    public required int DifferingElements { get; init; }

    public MismatchRecord? First { get; init; }

    public required string LikelyCause { get; init; }

    public required string OutputHash { get; init; }

    public string? Fault { get; init; }

    public required HazardRecord[] Hazards { get; init; }

    /// <exception cref="InvalidOperationException">The record would not give the result back.</exception>
    public static CaseRecord Of(CaseResult result)
    {
        var record = new CaseRecord
        {
            Path = result.Execution?.Path,
            Tiling = result.Execution?.Tiling ?? "",
            ComparedBytes = result.Difference.ComparedBytes,
            DifferingElements = result.Difference.DifferingElements,
            First = MismatchRecord.Of(result.Difference.First),
            LikelyCause = result.LikelyCause,
            OutputHash = result.OutputHash,
            Fault = result.Fault,
            Hazards = [.. result.Hazards.Select(HazardRecord.Of)],
        };
        return record.ToResult(result.Case) with { Hazards = result.Hazards } == result with { IsKept = false }
            ? record
            : throw new InvalidOperationException($"The result of {result.Case.Golden.Call.Name}, banks {result.Case.Bank}, cannot be written down: its plan is not the one of its case.");
    }

    public CaseResult ToResult(ConformanceCase one) => new(
        one,
        Path is { } path ? KeptResults.ExecutionOf(one, path, Tiling) : null,
        new TensorDifference(ComparedBytes, DifferingElements, First?.ToMismatch()),
        LikelyCause,
        OutputHash,
        Fault) { Hazards = [.. Hazards.Select(static hazard => hazard.ToHazard())] };
}
