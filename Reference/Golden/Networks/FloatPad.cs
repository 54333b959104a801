namespace TileProof.Golden.Networks;

/// <summary>Rows and columns of zeros around images <c>[N, C, H, W]</c>.</summary>
public sealed record FloatPad : FloatNode
{
    /// <summary>Rows added above.</summary>
    public required int PadTop { get; init; }

    /// <summary>Columns added to the left.</summary>
    public required int PadLeft { get; init; }

    /// <summary>Rows added below.</summary>
    public required int PadBottom { get; init; }

    /// <summary>Columns added to the right.</summary>
    public required int PadRight { get; init; }
}
