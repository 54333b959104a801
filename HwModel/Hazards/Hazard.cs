using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>A broken rule: the first occurrence of its kind in a program, and how often the same pair of operations broke it.</summary>
public sealed record Hazard
{
    /// <summary>Which rule.</summary>
    public required HazardRule Rule { get; init; }

    /// <summary>The program of the operator call, such as <c>3x3j1d1_dma 64_16_16_64_3_3_16_16_1_1_1_1</c>.</summary>
    public required string Program { get; init; }

    /// <summary>The tile that is computed, or that was computed last before a transfer or fill.</summary>
    public required TileCoordinates Tile { get; init; }

    /// <summary><c>DRAM0</c>, <c>DRAM1</c> or <c>system</c>; empty where no memory is concerned.</summary>
    public required string Memory { get; init; }

    /// <summary>The buffer that the operation means to address; empty where none is concerned.</summary>
    public required string Buffer { get; init; }

    /// <summary>The first byte concerned, counted in the buffer; below 0 or beyond the buffer for an access outside it.</summary>
    public required long FirstByte { get; init; }

    /// <summary>The last byte concerned, counted in the buffer.</summary>
    public required long LastByte { get; init; }

    /// <summary>The operation that broke the rule, in words.</summary>
    public required string Operation { get; init; }

    /// <summary>What it collides with, in words.</summary>
    public required string CollidesWith { get; init; }

    /// <summary>How often this kind of pair broke the rule in this program; for warnings, the elements concerned.</summary>
    public required long Occurrences { get; init; }

    /// <summary>The operations around the first hazard of a rule, the culprit marked; empty for later ones.</summary>
    public required IReadOnlyList<string> Timeline { get; init; }

    /// <summary>One sentence.</summary>
    public override string ToString() =>
        $"{Rule.Name} in {Program}, tile {Tile}: {Operation}"
        + (Buffer.Length == 0 ? "" : $", '{Buffer}' bytes {FirstByte}..{LastByte} in {Memory}")
        + (CollidesWith.Length == 0 ? "" : $"; {CollidesWith}")
        + (Occurrences == 1 ? "" : $" ({Occurrences} times)");
}
