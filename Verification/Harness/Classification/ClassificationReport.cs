using System.Globalization;
using System.Text;
using TileProof.Verification.Files;
using TileProof.Verification.Html;

namespace TileProof.Verification.Classification;

/// <summary>What <c>tileproof accuracy</c> writes: two tables, and both as text and as a page.</summary>
public sealed record ClassificationReport
{
    private const int ListedLayers = 8;

    /// <summary>Every way to run the network, float first.</summary>
    public required IReadOnlyList<ClassificationRow> Rows { get; init; }

    /// <summary>What single layers cost; null where that was not asked for.</summary>
    public required LayerAccuracies? Layers { get; init; }

    /// <summary>Which images.</summary>
    public required string Images { get; init; }

    /// <summary>Images that are not among those measured.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Versions of the tool, the runtime and ONNX Runtime.</summary>
    public required string Versions { get; init; }

    /// <summary>Settings that determine the result.</summary>
    public required string Settings { get; init; }

    /// <summary>Writes the reports and prints the table.</summary>
    /// <exception cref="UserInputException">A report cannot be written.</exception>
    public void Publish(ReportFolder folder, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(output);
        folder.WriteCsv("accuracy.csv", Rows);
        if (Layers is not null)
        {
            folder.WriteCsv("layers_accuracy.csv", Layers.Rows);
        }

        string text = Describe();
        folder.WriteText("summary.md", $"# TileProof accuracy\n\n{Versions}\n\n{Settings}\n\n{text}");
        folder.WriteText(HtmlReport.FileName, ClassificationPage.Write(this));
        output.Write(text);
        output.WriteLine($"reports: {folder.PathOf("summary.md")}");
    }

    /// <summary>The section of the summary.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## Classification of {Rows[0].Images} images by {Rows[0].Network}\n\n{Images}{(LeftOut > 0 ? string.Create(CultureInfo.InvariantCulture, $", {LeftOut} left out") : "")}. Brackets hold 95 % intervals: Wilson's, and Agresti and Min's for differences on the same images.\n\n");
        var table = new MarkdownTable(text, "run by", "weights", "calibration", "top-1:", "top-5:", "top-1 less float:", "lost / won:", "McNemar p:", "as float:", "SQNR dB:");
        foreach (ClassificationRow row in Rows)
        {
            string[] toFloat = row == Rows[0]
                ? ["-", "-", "-", "-", "-"]
                :
                [
                    $"{Percent(row.DifferenceToFloat)} [{Percent(row.DifferenceLow)}, {Percent(row.DifferenceHigh)}]",
                    string.Create(CultureInfo.InvariantCulture, $"{row.LostImages} / {row.WonImages}"),
                    Probability(row.McNemarP),
                    $"{Percent(row.SameAsFloat)} %",
                    row.SqnrDecibels.ToString("F2", CultureInfo.InvariantCulture),
                ];
            table.Row(
            [
                row.Engine,
                OrDash(row.Weights),
                OrDash(row.Calibration),
                $"{Percent(row.Top1)} % [{Percent(row.Top1Low)}, {Percent(row.Top1High)}]",
                $"{Percent(row.Top5)} % [{Percent(row.Top5Low)}, {Percent(row.Top5High)}]",
                .. toFloat,
            ]);
        }

        if (Layers is { } layers)
        {
            text.Append('\n').Append(DescribeLayers(layers));
        }

        return text.Append('\n').ToString();
    }

    /// <summary>A share in percent, with one decimal.</summary>
    internal static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>A probability with three decimals, and never 0.</summary>
    internal static string Probability(double value) => value < 0.001 ? "< 0.001" : value.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>What is said of the list of layers to keep in float.</summary>
    internal static string DescribeKept(LayerAccuracies layers)
    {
        string goal = string.Create(CultureInfo.InvariantCulture, $"{layers.WantedLossPoints} points of top-1 against float ({layers.FloatTop1} of {layers.Rows[0].Images} images; all int8: {layers.Int8Top1})");
        string kept = string.Join(", then ", layers.Steps.Select(static step => string.Create(CultureInfo.InvariantCulture, $"{step.Layer} ({step.Top1} right, {step.SqnrDecibels:F1} dB)")));
        return layers.Steps.Count == 0 ? $"To lose at most {goal}, no layer needs to stay in float."
            : layers.IsReached ? $"To lose at most {goal}, keep in float: {kept}."
            : $"Not reached with {layers.Steps.Count} layers: to lose at most {goal}. Kept in float: {kept}.";
    }

    private static string DescribeLayers(LayerAccuracies layers)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## Layers that cost most on the DSP, over {layers.Rows[0].Images} images\n\nRanked by the noise of the outputs when only that layer is int8.\n\n");
        var table = new MarkdownTable(text, ":", "layer", "key", "SQNR dB, only it int8:", "right, only it int8:", "SQNR dB, only it float:", "right, only it float:", "noise removed:");
        foreach (LayerAccuracyRow row in layers.Rows.Take(ListedLayers))
        {
            table.Row($"{row.Rank} | {row.Layer} | {row.ConfigKey} | {row.SqnrWhenOnlyInt8:F2} | {row.Top1WhenOnlyInt8} | {row.SqnrWhenOnlyFloat:F2} | {row.Top1WhenOnlyFloat} | {Percent(row.NoiseRemovedShare)} %");
        }

        return text.Append('\n').Append(DescribeKept(layers)).Append('\n').ToString();
    }

    private static string OrDash(string text) => text.Length == 0 ? "-" : text;
}
