using System.Globalization;

namespace TileProof.Operators.Calls;

/// <summary>float32 softmax over the channels. Input and output <c>[N, C, 1, 1]</c>.</summary>
public sealed record SoftmaxCall : OperatorCall
{
    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.Softmax;

    /// <inheritdoc/>
    public override string LayerKey =>
        string.Create(CultureInfo.InvariantCulture, $"softmax_{Input.Shape.Batch}_{Input.Shape.ImageElementCount}");
}
