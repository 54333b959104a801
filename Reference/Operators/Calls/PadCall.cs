using System.Globalization;

namespace TileProof.Operators.Calls;

/// <summary>Rows and columns of one value around images <c>[N, C, H, W]</c>; the bytes inside are copied.</summary>
public sealed record PadCall : OperatorCall
{
    /// <summary>Rows added above.</summary>
    public required int PadTop { get; init; }

    /// <summary>Columns added to the left.</summary>
    public required int PadLeft { get; init; }

    /// <summary>Rows added below.</summary>
    public required int PadBottom { get; init; }

    /// <summary>Columns added to the right.</summary>
    public required int PadRight { get; init; }

    /// <summary>What is added: a level of an int8 value; 0 for a float32 value.</summary>
    public required sbyte Level { get; init; }

    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.Pad;

    /// <inheritdoc/>
    public override string LayerKey => string.Create(CultureInfo.InvariantCulture, $"pad_{Input.Shape.Channels}_{Input.Shape.Height}_{Input.Shape.Width}_{PadTop}_{PadLeft}_{PadBottom}_{PadRight}");
}
