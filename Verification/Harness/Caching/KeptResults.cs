using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Verification.Caching;

/// <summary>Proven results as a few texts, and back. Only what comes back equal is kept, so that nothing that a result states can be lost.</summary>
internal static class KeptResults
{
    /// <summary>The texts of a result; null where it cannot be had back from them.</summary>
    public static string[]? FieldsOf(CaseResult result)
    {
        if (result.Execution is not { } execution)
        {
            return null;
        }

        string[] fields = [execution.Path.ToString(), execution.Tiling, result.OutputHash];
        return CaseOf(result.Case, fields) is { } kept && kept with { IsKept = result.IsKept, Hazards = result.Hazards } == result ? fields : null;
    }

    /// <summary>The texts of a result; null where it cannot be had back from them.</summary>
    public static string[]? FieldsOf(EndToEndResult result)
    {
        string[] fields = [result.ComparedBytes.ToString(CultureInfo.InvariantCulture), result.OutputHash];
        return EndToEndOf(result.Network, result.Bank, result.Landing, fields) is { } kept && kept with { IsKept = result.IsKept, Hazards = result.Hazards } == result
            ? fields
            : null;
    }

    /// <summary>The result that the texts are of; null where they are of none.</summary>
    public static CaseResult? CaseOf(ConformanceCase one, string[] fields)
    {
        if (fields is not [var pathName, var tiling, var hash] || !Enum.TryParse(pathName, out OperatorPath path))
        {
            return null;
        }

        return new CaseResult(one, ExecutionOf(one, path, tiling), new TensorDifference(one.Golden.Expected.Bytes.Length, 0, null), "", hash, null) { IsKept = true };
    }

    /// <summary>How a case ran: its plan follows from the case, once it is known which path it took.</summary>
    public static CallPlan ExecutionOf(ConformanceCase one, OperatorPath path, string tiling)
    {
        OperatorCall call = one.Golden.Call;
        return new CallPlan(path, tiling)
        {
            Convolution = call is Conv2dCall conv && one.Programs.Tiles(conv.Shape) ? CaseMatrix.PlanFor(conv.Shape, one.Bank, one.Plans) : null,
            MaxPool = call is MaxPool2dCall pool && path == OperatorPath.Dma ? PlanOf(pool, one) : null,
        };
    }

    /// <summary>The result that the texts are of; null where they are of none.</summary>
    public static EndToEndResult? EndToEndOf(string network, BankSetting bank, LandingKind landing, string[] fields) =>
        fields is [var comparedBytes, var hash] && long.TryParse(comparedBytes, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            ? new EndToEndResult(network, bank, landing, bytes, 0, "", hash) { IsKept = true }
            : null;

    private static MaxPoolTilePlan? PlanOf(MaxPool2dCall call, ConformanceCase one) => one.Programs == ProgramLibrary.Corrected
        ? MaxPoolTilePlanner.TryPlan(call.Shape, CaseMatrix.ConfigurationFor(one.Bank), call.Output.ElementType.SizeBytes())
        : one.Bank.PublishedPoolingOf(call.Shape);
}
