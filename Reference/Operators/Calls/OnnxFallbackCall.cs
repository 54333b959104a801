using System.Globalization;

namespace TileProof.Operators.Calls;

/// <summary>An operator outside the modelled library that runs in ONNX Runtime on the host, as part of the network. float32 in and out.</summary>
public sealed record OnnxFallbackCall : OperatorCall
{
    /// <summary>The ONNX operator, such as <c>LeakyRelu</c>.</summary>
    public required string OperatorType { get; init; }

    /// <summary>An ONNX model with the inputs <c>input</c> and, where there are two, <c>second_input</c>, and the output <c>output</c>, all <c>[N, C, H, W]</c>.</summary>
    public required byte[] Model { get; init; }

    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.OnnxFallback;

    /// <inheritdoc/>
    public override string LayerKey => string.Create(CultureInfo.InvariantCulture, $"onnx_{OperatorType}_{Input.Shape.ElementCount}");
}
