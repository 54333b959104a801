using System.Globalization;

namespace TileProof.Operators.Calls;

/// <summary>Values of one element type behind each other along an axis of <c>[N, C, H, W]</c>; the bytes are copied.</summary>
/// <remarks>int8 inputs have the scale and zero point of the output.</remarks>
public sealed record ConcatCall : OperatorCall
{
    /// <summary>0 for images, 1 for channels, 2 for rows, 3 for columns.</summary>
    public required int Axis { get; init; }

    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.Concat;

    /// <inheritdoc/>
    public override string LayerKey => string.Create(CultureInfo.InvariantCulture, $"concat_{Inputs.Count}_{Axis}_{Output.Shape.ElementCount}");

    /// <summary>How many runs of consecutive elements every input has: one for each index of the axes before <see cref="Axis"/>.</summary>
    public int RunCount => Extents(Output.Shape)[..Axis].Aggregate(1, static (count, extent) => count * extent);

    /// <summary>The elements of a run of a value: those of the axes from <see cref="Axis"/> on.</summary>
    public int RunElements(TensorInfo value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Shape.ElementCount / RunCount;
    }

    private static int[] Extents(TensorShape shape) => [shape.Batch, shape.Channels, shape.Height, shape.Width];
}
