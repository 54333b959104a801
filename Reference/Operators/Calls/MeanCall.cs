using System.Globalization;

namespace TileProof.Operators.Calls;

/// <summary>float32 mean over H and W. Input <c>[N, C, H, W]</c>, output <c>[N, C, 1, 1]</c>.</summary>
public sealed record MeanCall : OperatorCall
{
    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.Mean;

    /// <inheritdoc/>
    public override string LayerKey =>
        string.Create(CultureInfo.InvariantCulture, $"mean_{Input.Shape.Channels}_{Input.Shape.Height}_{Input.Shape.Width}");
}
