using System.Globalization;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.Verification.Comparison;

/// <summary>Guesses the likely class of cause from where and how far an output differs.</summary>
public static class MismatchCause
{
    /// <summary>One short sentence; empty when the tensors are equal.</summary>
    /// <param name="plan">The tiles of a convolution that made the output; null for other operators, whose work is consecutive elements.</param>
    /// <param name="expected">The golden.</param>
    /// <param name="actual">The output, of the same shape and type.</param>
    /// <param name="poison">The byte that memory holds before a program writes it.</param>
    public static string Guess(Conv2dTilePlan? plan, Tensor expected, Tensor actual, byte poison)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (expected.Bytes.SequenceEqual(actual.Bytes))
        {
            return "";
        }

        return plan is null ? GuessFromRange(expected, actual) : GuessFromTiles(plan, expected, actual, poison);
    }

    private static string GuessFromRange(Tensor expected, Tensor actual)
    {
        int elementBytes = expected.ElementType.SizeBytes();
        int first = -1;
        int last = -1;
        int count = 0;
        for (int element = 0; element < expected.Shape.ElementCount; element++)
        {
            if (!expected.Bytes.Slice(element * elementBytes, elementBytes).SequenceEqual(actual.Bytes.Slice(element * elementBytes, elementBytes)))
            {
                first = first < 0 ? element : first;
                last = element;
                count++;
            }
        }

        string range = string.Create(CultureInfo.InvariantCulture, $"elements {first}..{last}");
        return count == last - first + 1
            ? $"{range}, all of them: a chunk that was late or not stored, or a tail"
            : string.Create(CultureInfo.InvariantCulture, $"{range}, {count} of them: rounding or parameters");
    }

    private static string GuessFromTiles(Conv2dTilePlan plan, Tensor expected, Tensor actual, byte poison)
    {
        var evidence = Evidence.Collect(plan, expected, actual, poison);
        return evidence switch
        {
            { AllPoison: true } => $"never written: a missing store or a dropped tile ({evidence.Tiles.Count} tiles)",
            { LargestLevels: 1 } => "rounding: every difference is one level",
            { DifferenceRange: 0 } => string.Create(CultureInfo.InvariantCulture, $"a constant offset of {evidence.SmallestDifference}: zero point or bias"),
            { Channels.Count: 1 } when expected.Shape.Channels > 1 => "one output channel: its bias, scale or coefficients",
            { OnlyAtTileEdges: true } => "only rows at tile edges: halo, padding or source row",
            _ when evidence.Tiles.Count == 1 => "one tile: its load, coefficients or store",
            _ when evidence.ChannelTiles.Count < plan.ChannelTileCount => "some channel tiles: coefficients that were replaced or late",
            _ when evidence.Tiles.Count < plan.ChannelTileCount * plan.RowTileCount => "some row tiles: input that was late or from a wrong row, or swapped buffers",
            _ => "every tile: weights, bias, zero point, shift or scale",
        };
    }

    private sealed class Evidence
    {
        public int Count { get; private set; }

        public bool AllPoison { get; private set; } = true;

        public bool OnlyAtTileEdges { get; private set; } = true;

        public int LargestLevels { get; private set; }

        public int SmallestDifference { get; private set; } = int.MaxValue;

        public int LargestDifference { get; private set; } = int.MinValue;

        public int DifferenceRange => LargestDifference - SmallestDifference;

        public HashSet<int> Channels { get; } = [];

        public HashSet<int> ChannelTiles { get; } = [];

        public HashSet<(int ChannelTile, int RowTile)> Tiles { get; } = [];

        public static Evidence Collect(Conv2dTilePlan plan, Tensor expected, Tensor actual, byte poison)
        {
            var evidence = new Evidence();
            ReadOnlySpan<sbyte> expectedLevels = expected.Int8;
            ReadOnlySpan<sbyte> actualLevels = actual.Int8;
            for (int element = 0; element < expectedLevels.Length; element++)
            {
                if (expectedLevels[element] != actualLevels[element])
                {
                    evidence.Add(plan, expected.Shape.IndexOf(element), expectedLevels[element], actualLevels[element], unchecked((sbyte)poison));
                }
            }

            return evidence;
        }

        private void Add(Conv2dTilePlan plan, TensorIndex index, sbyte expected, sbyte actual, sbyte poison)
        {
            Count++;
            AllPoison &= actual == poison;
            int difference = actual - expected;
            LargestLevels = Math.Max(LargestLevels, Math.Abs(difference));
            SmallestDifference = Math.Min(SmallestDifference, difference);
            LargestDifference = Math.Max(LargestDifference, difference);
            Channels.Add(index.C);
            (int channelTile, int rowTile) = plan.TileOf(index.C, index.Y);
            ChannelTiles.Add(channelTile);
            Tiles.Add((channelTile, rowTile));
            int rowInTile = index.Y - (rowTile * plan.RowsPerTile);
            OnlyAtTileEdges &= plan.RowsPerTile > 2 && (rowInTile == 0 || rowInTile == plan.RowsInTile(rowTile) - 1);
        }
    }
}
