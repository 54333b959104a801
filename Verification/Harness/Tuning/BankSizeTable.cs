using System.Globalization;
using System.Text;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Verification.Files;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>Cycles against bank size: what a larger memory buys.</summary>
public static class BankSizeTable
{
    /// <summary>Plans whose cycles are at most this factor above the best count as near it.</summary>
    private const double NearBest = 1.05;

    /// <summary>Both banks have these sizes, in KiB; the published 61k is among them.</summary>
    private static readonly int[] Kibibytes = [2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256];

    /// <summary>The sizes on a machine, ascending.</summary>
    public static IReadOnlyList<BankSetting> BanksOf(DescribedMachine machine) =>
        [.. Kibibytes.Select(static size => string.Create(CultureInfo.InvariantCulture, $"{size}k")).Append("61k").Select(size => BankSetting.Parse(size, machine)).OrderBy(static bank => bank.Dram0Bytes)];

    /// <summary>The rows of a network; none where no convolution of it has a tiled kernel.</summary>
    /// <param name="network">The network.</param>
    /// <param name="search">What was found at <see cref="BanksOf"/> the machine.</param>
    /// <param name="machine">The machine.</param>
    public static IReadOnlyList<BankSizeRow> Of(Network network, TuningSearch search, DescribedMachine machine)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(search);
        Conv2dShape[] shapes = [.. network.Convolutions.Select(static call => call.Shape).Where(ConvolutionKernel.IsPublished)];
        if (shapes.Length == 0)
        {
            return [];
        }

        IReadOnlyList<BankSetting> banks = BanksOf(machine);
        long[] published = [.. banks.Select(bank => shapes.Sum(shape => search[bank, shape].PublishedCost.WholeCycles))];
        long[] tuned = [.. banks.Select(bank => shapes.Sum(shape => search[bank, shape].BestCost.WholeCycles))];
        return
        [
            .. banks.Select((bank, index) => new BankSizeRow
            {
                Network = network.Name,
                BankBytes = bank.Dram0Bytes,
                Basis = machine.CycleBasisIn(search.Mode),
                PublishedCycles = published[index],
                TunedCycles = tuned[index],
                PublishedCacheCalls = shapes.Count(shape => search[bank, shape].Published is CachePlan),
                TunedCacheCalls = shapes.Count(shape => search[bank, shape].Best is CachePlan),
                PublishedOnFront = IsOnFront(published, index),
                TunedOnFront = IsOnFront(tuned, index),
                PublishedNearBest = published[index] <= published.Min() * NearBest,
                TunedNearBest = tuned[index] <= tuned.Min() * NearBest,
            }),
        ];
    }

    /// <summary>The table of a network for people, with the smallest banks near the best.</summary>
    public static string Describe(IReadOnlyList<BankSizeRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder();
        var table = new MarkdownTable(text, "bank bytes:", $"published cycles{TuningRow.Remark(rows[0].Basis)}:", "on cache path:", "tuned cycles:", "on cache path:");
        foreach (BankSizeRow row in rows)
        {
            table.Row($"{row.BankBytes} | {row.PublishedCycles:N0}{(row.PublishedOnFront ? " *" : "")} | {row.PublishedCacheCalls} | {row.TunedCycles:N0}{(row.TunedOnFront ? " *" : "")} | {row.TunedCacheCalls}");
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"\n\\* no smaller bank is as fast. Smallest banks within 5 % of the best: published {rows.First(static row => row.PublishedNearBest).BankBytes}, tuned {rows.First(static row => row.TunedNearBest).BankBytes} bytes; tuned plans beat the best published ones from {SmallestBeating(rows)} on.\n");
        return text.ToString();
    }

    private static string SmallestBeating(IReadOnlyList<BankSizeRow> rows)
    {
        long best = rows.Min(static row => row.PublishedCycles);
        return rows.FirstOrDefault(row => row.TunedCycles < best) is { } first ? string.Create(CultureInfo.InvariantCulture, $"{first.BankBytes} bytes") : "no size";
    }

    private static bool IsOnFront(long[] cycles, int index) => cycles.Take(index).All(smaller => smaller > cycles[index]);
}
