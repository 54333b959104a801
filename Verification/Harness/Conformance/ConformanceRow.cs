using System.Globalization;
using TileProof.HwModel.Planning;
using TileProof.Verification.Comparison;
using TileProof.Verification.Options;

namespace TileProof.Verification.Conformance;

/// <summary>One row of <c>conformance.csv</c>: one case.</summary>
public sealed record ConformanceRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The position of the call in the network, from 0.</summary>
    public required int CallIndex { get; init; }

    /// <summary>The name of the call.</summary>
    public required string Call { get; init; }

    /// <summary>The operator.</summary>
    public required string Operator { get; init; }

    /// <summary>The layer key; the published one where there is one.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>The kernel of a convolution with its mode suffix; empty for other operators.</summary>
    public required string Kernel { get; init; }

    /// <summary>The bank setting.</summary>
    public required string Bank { get; init; }

    /// <summary>Bytes of bank DRAM0; 0 for cache only.</summary>
    public required int Dram0Bytes { get; init; }

    /// <summary>Bytes of bank DRAM1; 0 for cache only.</summary>
    public required int Dram1Bytes { get; init; }

    /// <summary><c>dma</c> or <c>cache</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>The path that computed it: <c>dma</c>, <c>direct</c> or <c>portable</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The landing policy.</summary>
    public required string Landing { get; init; }

    /// <summary>Tiles and placement.</summary>
    public required string Plan { get; init; }

    /// <summary>Output bytes compared with the ONNX Runtime golden.</summary>
    public required int BytesCompared { get; init; }

    /// <summary>Differing elements.</summary>
    public required int Mismatches { get; init; }

    /// <summary>The first of them, <c>[n, c, y, x]</c>.</summary>
    public required string FirstMismatch { get; init; }

    /// <summary>What the golden has there.</summary>
    public required string Expected { get; init; }

    /// <summary>What the simulated DSP has there.</summary>
    public required string Actual { get; init; }

    /// <summary>The tile that made it, <c>c0 h2</c>.</summary>
    public required string Tile { get; init; }

    /// <summary>A guess at the class of cause.</summary>
    public required string LikelyCause { get; init; }

    /// <summary>The broken hardware rule that stopped the program.</summary>
    public required string Fault { get; init; }

    /// <summary>Kinds of broken rules (see <c>hazards.csv</c>), without warnings.</summary>
    public required int Hazards { get; init; }

    /// <summary>The engine whose output is compared with.</summary>
    public required string Golden { get; init; }

    /// <summary>The other golden engines against it: elements that differ of elements compared.</summary>
    public required string GoldenAgreement { get; init; }

    /// <summary>The generic operator against the golden: elements equal / one level / two levels / more apart; empty for float outputs.</summary>
    public required string GenericLevels { get; init; }

    /// <summary>The first 16 hexadecimal digits of SHA-256 over the output.</summary>
    public required string OutputHash { get; init; }

    /// <summary>Makes the row of a result.</summary>
    public static ConformanceRow Of(CaseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        ConformanceCase conformanceCase = result.Case;
        GoldenCall golden = conformanceCase.Golden;
        Conv2dTilePlan? plan = result.Execution?.Convolution;
        OperatorPath? path = result.Execution?.Path;
        Mismatch? first = result.Difference.First;
        return new ConformanceRow
        {
            Network = golden.Network,
            CallIndex = golden.Call.Index,
            Call = golden.Call.Name,
            Operator = ChoiceList.NameOf(golden.Call.Kind),
            ConfigKey = golden.Call.LayerKey,
            Kernel = plan?.KernelName ?? "",
            Bank = conformanceCase.Bank.Label,
            Dram0Bytes = conformanceCase.Bank.Dram0Bytes,
            Dram1Bytes = conformanceCase.Bank.Dram1Bytes,
            Mode = path is null ? "" : ChoiceList.NameOf(CaseMatrix.ModeOf(path.Value)),
            Path = path is null ? "" : ChoiceList.NameOf(path.Value),
            Landing = ChoiceList.NameOf(conformanceCase.Landing),
            Plan = result.Execution?.Tiling ?? "",
            BytesCompared = result.Difference.ComparedBytes,
            Mismatches = result.Difference.DifferingElements,
            FirstMismatch = first?.Index.ToString() ?? "",
            Expected = first?.Expected.ToString(CultureInfo.InvariantCulture) ?? "",
            Actual = first?.Actual.ToString(CultureInfo.InvariantCulture) ?? "",
            Tile = first is null || plan is null ? "" : TileName(plan, first),
            LikelyCause = result.LikelyCause,
            Fault = result.Fault ?? "",
            Hazards = result.ViolationCount,
            Golden = golden.Reference,
            GoldenAgreement = string.Join("; ", golden.Agreements),
            GenericLevels = golden.GenericLevels?.ToString() ?? "",
            OutputHash = result.OutputHash,
        };
    }

    private static string TileName(Conv2dTilePlan plan, Mismatch mismatch)
    {
        (int channelTile, int rowTile) = plan.TileOf(mismatch.Index.C, mismatch.Index.Y);
        return string.Create(CultureInfo.InvariantCulture, $"c{channelTile} h{rowTile}");
    }
}
