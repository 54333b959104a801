using System.Globalization;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.Verification.Diagnosis;

/// <summary>Where a device differs from the golden: it says which places of the program are worth a replay.</summary>
internal sealed record DifferenceEvidence
{
    private const int ListedTiles = 8;

    /// <summary>Elements that are known to differ.</summary>
    public required int Count { get; init; }

    /// <summary>The first of them; null where only sum or extremes differ.</summary>
    public required TensorIndex? First { get; init; }

    /// <summary>The tiles that they lie in, in the order of the program.</summary>
    public required IReadOnlyList<int> Tiles { get; init; }

    /// <summary>All tiles of the call.</summary>
    public required int TileCount { get; init; }

    /// <summary>Output channels with a difference.</summary>
    public required int ChannelCount { get; init; }

    /// <summary>Whether each of them reads padding.</summary>
    public required bool OnlyAtPadding { get; init; }

    /// <summary>Whether all of them hold one value on the device, and not one that saturation gives.</summary>
    public required bool IsConstant { get; init; }

    /// <summary>Compares a device with the golden.</summary>
    public static DifferenceEvidence Of(DiagnosisSubject subject, DeviceValues device, ReadOnlySpan<sbyte> golden)
    {
        Conv2dTilePlan plan = subject.Plan;
        Conv2dShape shape = plan.Shape;
        TensorShape output = shape.OutputShape(subject.Case.Batch);
        var tiles = new SortedSet<int>();
        var channels = new HashSet<int>();
        var values = new HashSet<sbyte>();
        TensorIndex? first = null;
        int count = 0;
        bool onlyAtPadding = true;
        for (int element = 0; element < device.KnownCount; element++)
        {
            if (device.Levels[element] == golden[element])
            {
                continue;
            }

            TensorIndex index = output.IndexOf(element);
            (int channelTile, int rowTile) = plan.TileOf(index.C, index.Y);
            first ??= index;
            count++;
            tiles.Add((((index.N * plan.ChannelTileCount) + channelTile) * plan.RowTileCount) + rowTile);
            channels.Add(index.C);
            values.Add(device.Levels[element]);
            onlyAtPadding &= ReadsPadding(shape, index);
        }

        return new DifferenceEvidence
        {
            Count = count,
            First = first,
            Tiles = [.. tiles],
            TileCount = subject.Case.Batch * plan.ChannelTileCount * plan.RowTileCount,
            ChannelCount = channels.Count,
            OnlyAtPadding = onlyAtPadding,
            IsConstant = values.Count == 1 && !values.Contains(sbyte.MinValue) && !values.Contains(sbyte.MaxValue),
        };
    }

    /// <summary>Such as <c>in 3 of 8 tiles (1, 3, 5) and 12 of 128 channels, all of them beside padding</c>.</summary>
    public string Describe(int channels) => string.Create(
        CultureInfo.InvariantCulture,
        $"in {Tiles.Count} of {TileCount} tiles ({string.Join(", ", Tiles.Take(ListedTiles))}{(Tiles.Count > ListedTiles ? ", ..." : "")}) and {ChannelCount} of {channels} channels{(OnlyAtPadding ? ", all of them beside padding" : "")}{(IsConstant && Count > 1 ? ", all of one value" : "")}");

    private static bool ReadsPadding(Conv2dShape shape, TensorIndex index)
    {
        int top = (index.Y * shape.StrideHeight) - shape.PadTop;
        int left = (index.X * shape.StrideWidth) - shape.PadLeft;
        return top < 0 || left < 0 || top + shape.WindowHeight > shape.InHeight || left + shape.WindowWidth > shape.InWidth;
    }
}
