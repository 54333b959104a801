using System.Globalization;
using System.Text;
using TileProof.Verification.Files;

namespace TileProof.Verification.Accuracy;

/// <summary>The accuracy of a network in every variant.</summary>
/// <param name="Network">The network.</param>
/// <param name="ImageCount">Images over which the figures are taken.</param>
/// <param name="Rows">One row a call and one a network, for every variant.</param>
public sealed record NetworkAccuracy(string Network, int ImageCount, IReadOnlyList<AccuracyRow> Rows)
{
    private const int ListedCalls = 3;

    /// <summary>The section of the summary.</summary>
    public static string Describe(IReadOnlyList<NetworkAccuracy> accuracies)
    {
        ArgumentNullException.ThrowIfNull(accuracies);
        var text = new StringBuilder();
        text.Append("## Accuracy against the float network\n\n");
        var table = new MarkdownTable(text, "network", "variant", "images:", "SQNR dB:", "mean levels:", "max levels:", "top-1:", "top-5:", "top-1 with ORT int8:", "int8 outputs equal to generic:");
        foreach (AccuracyRow row in accuracies.SelectMany(static accuracy => accuracy.Rows).Where(static row => row.Call == AccuracyRow.WholeNetwork))
        {
            table.Row($"{row.Network} | {row.Variant} | {row.Images} | {row.SqnrDecibels:F2} | {row.MeanLevels:F3} | {row.LargestLevels:F2} | {row.Top1WithFloat:P1} | {row.Top5WithFloat:P1} | {row.Top1WithOnnxInt8:P1} | {row.EqualToGeneric:P2}");
        }

        text.Append('\n');
        foreach (NetworkAccuracy accuracy in accuracies)
        {
            text.Append("* ").Append(accuracy.DescribeCostliest()).Append('\n');
        }

        return text.Append('\n').ToString();
    }

    /// <summary>Which calls lose most by themselves, on the float network's own values.</summary>
    private string DescribeCostliest()
    {
        IEnumerable<string> costliest = Rows
            .Where(static row => row.OwnSqnrDecibels is not null)
            .OrderBy(static row => row.OwnSqnrDecibels)
            .Take(ListedCalls)
            .Select(static row => string.Create(CultureInfo.InvariantCulture, $"{row.Call} ({row.OwnSqnrDecibels:F1} dB)"));
        return $"{Network}: by itself, on the float network's own values, {string.Join(", then ", costliest)} costs the most accuracy";
    }
}
