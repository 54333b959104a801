using System.Globalization;

namespace TileProof.Operators.Calls;

/// <summary>Consecutive indices of one axis of <c>[N, C, H, W]</c>; the bytes are copied.</summary>
/// <remarks>The output has the type, scale and zero point of the input, and its extents but for that of the axis.</remarks>
public sealed record SliceCall : OperatorCall
{
    /// <summary>0 for images, 1 for channels, 2 for rows, 3 for columns.</summary>
    public required int Axis { get; init; }

    /// <summary>The first index that is copied, from 0.</summary>
    public required int First { get; init; }

    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.Slice;

    /// <inheritdoc/>
    public override string LayerKey => string.Create(CultureInfo.InvariantCulture, $"slice_{Axis}_{First}_{Input.Shape.ElementCount}_{Output.Shape.ElementCount}");

    /// <summary>How many runs of consecutive elements are copied: one for each index of the axes before <see cref="Axis"/>.</summary>
    public int RunCount => Extents(Input.Shape)[..Axis].Aggregate(1, static (count, extent) => count * extent);

    /// <summary>The elements of a run of a value: those of the axes from <see cref="Axis"/> on.</summary>
    public int RunElements(TensorInfo value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Shape.ElementCount / RunCount;
    }

    /// <summary>The elements of a run of the input that lie before those that are copied.</summary>
    public int SkippedElements => First * (RunElements(Input) / Extents(Input.Shape)[Axis]);

    private static int[] Extents(TensorShape shape) => [shape.Batch, shape.Channels, shape.Height, shape.Width];
}
