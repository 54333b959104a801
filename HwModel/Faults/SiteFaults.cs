using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Faults;

/// <summary>Defects at one place of a tiled convolution program: what the catalogue does everywhere, at one tile, from it on, or at every other one from it.</summary>
/// <remarks>Tiles are numbered in the order of the program: row tiles within channel tiles within images.</remarks>
public static class SiteFaults
{
    private static readonly (string Name, string Words, Func<int, int, bool> Applies)[] Extents =
    [
        ("at", "at tile {0}", static (number, site) => number == site),
        ("from", "from tile {0} on", static (number, site) => number >= site),
        ("every-other-from", "at every other tile from {0} on", static (number, site) => number >= site && (number - site) % 2 == 0),
    ];

    /// <summary>The defects of a tile.</summary>
    /// <param name="plan">The tiles.</param>
    /// <param name="tile">The number of the tile.</param>
    public static IEnumerable<Fault> Of(TiledPlan plan, int tile)
    {
        ArgumentNullException.ThrowIfNull(plan);
        foreach ((string name, string words, Func<int, int, bool> applies) in Extents)
        {
            foreach (Fault fault in Waits(tile, applies).Concat(Inputs(plan, tile, applies)).Concat(Outputs(plan, tile, applies)).Concat(Coefficients(plan, tile, applies)))
            {
                yield return fault with
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"{fault.Name}-{name}-{tile}"),
                    Description = $"{fault.Description} {string.Format(CultureInfo.InvariantCulture, words, tile)}",
                };
            }
        }
    }

    private static IEnumerable<Fault> Waits(int tile, Func<int, int, bool> applies)
    {
        // Channel 1 is waited for once a tile; channel 0 once before the loop, and before and after each computation.
        yield return Wait("drop-input-wait", "no wait for the input", wait => wait.Channel == 1 && applies(wait.Index, tile));
        yield return Wait("drop-wait-before-compute", "no wait for coefficients and the output buffer", wait => wait.Channel == 0 && wait.Index % 2 == 1 && applies(wait.Index / 2, tile));
        yield return Wait("drop-wait-after-compute", "no wait for the store before", wait => wait is { Channel: 0, Index: > 0 } && wait.Index % 2 == 0 && applies((wait.Index / 2) - 1, tile));
        yield return Wait("drop-waits", "no wait", wait => wait.Channel == 1 ? applies(wait.Index, tile) : wait.Index > 0 && applies((wait.Index - 1) / 2, tile));
    }

    private static IEnumerable<Fault> Inputs(TiledPlan plan, int tile, Func<int, int, bool> applies)
    {
        int rowTileElements = plan.RowsPerTile * plan.Shape.StrideHeight;
        yield return Of("input-missing", FaultClass.TileExtent, "the input is not loaded", static (_, _) => null);
        yield return new Fault("input-stale", FaultClass.TileExtent, "the input is the one that lay in the buffer before", () => new StaleTileFault(TransferFaults.Input, number => applies(number, tile)));
        yield return Of("input-into-other-buffer", FaultClass.SwappedBuffers, "the input lands in the other buffer", static (d, buffers) => TransferFaults.Swap(d, buffers));
        yield return Of("input-row-less", FaultClass.RowCount, "the input lacks its last row", static (d, _) => TransferFaults.Rows(d, -1));
        yield return Of("input-row-more", FaultClass.RowCount, "the input has a row too many", static (d, _) => TransferFaults.Rows(d, 1));
        foreach ((string name, string words, Func<DmaDescriptor, int> distance) in new (string, string, Func<DmaDescriptor, int>)[]
        {
            ("element-later", "an element late", static _ => 1),
            ("element-earlier", "an element early", static _ => -1),
            ("row-later", "a row late", static d => d.Source.RowPitchBytes),
            ("row-earlier", "a row early", static d => -d.Source.RowPitchBytes),
            ("channel-later", "a channel late", static d => d.Source.PlanePitchBytes),
            ("tile-later", "a row tile late", d => rowTileElements * d.Source.RowPitchBytes),
            ("tile-earlier", "a row tile early", d => -rowTileElements * d.Source.RowPitchBytes),
        })
        {
            yield return Of($"input-source-{name}", FaultClass.SourceOffset, $"the input is read {words}", (d, _) => TransferFaults.Source(d, distance(d)));
        }

        yield return Of("input-lands-element-later", FaultClass.DestinationOffset, "the input lands an element late", static (d, _) => TransferFaults.Destination(d, 1));
        yield return Of("input-lands-row-later", FaultClass.DestinationOffset, "the input lands a row late", static (d, _) => TransferFaults.Destination(d, d.Destination.RowPitchBytes));

        Fault Of(string name, FaultClass kind, string description, Func<DmaDescriptor, IReadOnlyList<MemoryBuffer>, DmaDescriptor?> rewrite) =>
            Transfer(name, kind, description, TransferFaults.Input, number => applies(number, tile), rewrite);
    }

    private static IEnumerable<Fault> Coefficients(TiledPlan plan, int tile, Func<int, int, bool> applies)
    {
        int channelTile = tile / plan.RowTileCount;
        yield return Of("coefficients-missing", "the coefficients of the channel tile are not loaded", static _ => null);
        yield return Of("coefficients-of-tile-before", "the coefficients are those of the channel tile before", static d => TransferFaults.Source(d, -d.Source.RowBytes));
        yield return Of("coefficients-element-later", "the coefficients are read an element late", static d => TransferFaults.Source(d, 1));
        yield return Of("coefficients-element-earlier", "the coefficients are read an element early", static d => TransferFaults.Source(d, -1));
        yield return Of("coefficients-channel-later", "the coefficients are read a channel late", d => TransferFaults.Source(d, plan.Shape.WeightsPerOutChannel));

        Fault Of(string name, string description, Func<DmaDescriptor, DmaDescriptor?> rewrite) => Transfer(
            name, FaultClass.CoefficientTile, description, TransferFaults.Coefficients, number => applies(number, channelTile), (descriptor, _) => rewrite(descriptor));
    }

    private static IEnumerable<Fault> Outputs(TiledPlan plan, int tile, Func<int, int, bool> applies)
    {
        yield return Of("output-missing", FaultClass.OutputStore, "the output is not stored", static (_, _) => null);
        yield return Of("output-from-other-buffer", FaultClass.SwappedBuffers, "the output is stored from the other buffer", static (d, buffers) => TransferFaults.SwapSource(d, buffers));
        yield return Of("output-lands-element-later", FaultClass.DestinationOffset, "the output lands an element late", static (d, _) => TransferFaults.Destination(d, 1));
        yield return Of("output-lands-element-earlier", FaultClass.DestinationOffset, "the output lands an element early", static (d, _) => TransferFaults.Destination(d, -1));
        yield return Of("output-channel-missing", FaultClass.OutputStore, "the last channel of the output is not stored", static (d, _) => TransferFaults.Rows(d, -1));
        yield return Of("output-lands-tile-earlier", FaultClass.DestinationOffset, "the output lands over the tile before", (d, _) => TransferFaults.Destination(d, -DistanceOfTile(tile)));

        if (plan.ChannelTileCount * plan.RowTileCount > tile + 1)
        {
            yield return Transfer("output-swapped-with-next", FaultClass.SwappedBuffers, "the outputs of two tiles change places", TransferFaults.Output, number => IsPair(number), Exchange) with { MovesStores = true };
        }

        // The pairs: the tile itself and the next one, and as many pairs behind them as the extent says.
        bool IsPair(int number) => number >= tile && applies(tile + ((number - tile) / 2 * 2), tile);

        DmaDescriptor? Exchange(DmaDescriptor descriptor, IReadOnlyList<MemoryBuffer> buffers)
        {
            int number = (descriptor.Label.Second * plan.RowTileCount) + descriptor.Label.Third;
            int other = (number - tile) % 2 == 0 ? number + 1 : number - 1;
            return other < plan.ChannelTileCount * plan.RowTileCount ? TransferFaults.Destination(descriptor, PlaceOf(other) - PlaceOf(number)) : descriptor;
        }

        int DistanceOfTile(int number) => number == 0 ? 0 : PlaceOf(number) - PlaceOf(number - 1);

        int PlaceOf(int number) =>
            (number / plan.RowTileCount * plan.ChannelsPerTile * plan.Shape.OutHeight * plan.Shape.OutWidth) + (number % plan.RowTileCount * plan.RowsPerTile * plan.Shape.OutWidth);

        Fault Of(string name, FaultClass kind, string description, Func<DmaDescriptor, IReadOnlyList<MemoryBuffer>, DmaDescriptor?> rewrite) =>
            Transfer(name, kind, description, TransferFaults.Output, number => applies(number, tile), rewrite) with { MovesStores = true };
    }

    private static Fault Transfer(
        string name, FaultClass kind, string description, string purpose, Func<int, bool> applies, Func<DmaDescriptor, IReadOnlyList<MemoryBuffer>, DmaDescriptor?> rewrite) =>
        new(name, kind, description, () => new TransferFault(purpose, applies, rewrite));

    private static Fault Wait(string name, string description, Func<WaitSite, bool> applies) =>
        new(name, FaultClass.DroppedWait, description, () => new WaitFault(applies, toOtherChannel: false));
}
