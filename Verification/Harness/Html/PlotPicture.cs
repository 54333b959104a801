using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace TileProof.Verification.Html;

/// <summary>A diagram with two axes as SVG, in the colours of the style sheet, with points that have a text and may lead somewhere.</summary>
/// <remarks>OxyPlot lays out axes, lines and legend; it knows no links and no style sheets, so points are added and colours named here.</remarks>
internal sealed partial class PlotPicture
{
    private const int WidthUnits = 760;
    private const int HeightUnits = 380;
    private const double Padding = 0.06;

    /// <summary>OxyPlot takes text for narrower than browsers draw it.</summary>
    private const double TitleDistance = 20;

    /// <summary>Numbers of the colours <c>--p1</c>, <c>--p2</c>, ... of the style sheet; OxyPlot writes them as the blue of a colour.</summary>
    private const byte Ink = 1;
    private const byte Border = 2;
    private const byte Grid = 3;
    private const byte FirstSeries = 4;
    private const int SeriesColors = 6;

    private readonly PlotModel model = new()
    {
        TextColor = Named(Ink),
        PlotAreaBorderColor = Named(Border),
        Background = OxyColors.Transparent,
        DefaultFont = "inherit",
    };

    private readonly List<(DataPoint Place, int Series, string Text, string? Link, string Label)> points = [];
    private readonly List<(int Series, string Title)> legend = [];
    private readonly string name;
    private readonly Axis horizontal;
    private readonly Axis vertical;

    /// <summary>Makes an empty diagram.</summary>
    /// <param name="name">Unique on the page.</param>
    /// <param name="horizontal">The axis below.</param>
    /// <param name="vertical">The axis at the left.</param>
    public PlotPicture(string name, Axis horizontal, Axis vertical)
    {
        this.name = name;
        this.horizontal = horizontal;
        this.vertical = vertical;
        horizontal.Position = AxisPosition.Bottom;
        vertical.Position = AxisPosition.Left;
        foreach (Axis axis in new[] { horizontal, vertical })
        {
            axis.MajorGridlineStyle = LineStyle.Solid;
            axis.MajorGridlineColor = Named(Grid);
            axis.TicklineColor = Named(Border);
            axis.MinorTicklineColor = Named(Border);
            axis.AxislineColor = Named(Border);
            axis.AxisTitleDistance = TitleDistance;
            axis.MinimumPadding = Padding;
            axis.MaximumPadding = Padding;
            model.Axes.Add(axis);
        }
    }

    /// <summary>A logarithmic axis.</summary>
    public static Axis Logarithmic(string title) => new LogarithmicAxis { Title = title, LabelFormatter = Short };

    /// <summary>A logarithmic axis of bytes, with a line at every power of two.</summary>
    public static Axis Kibibytes(string title) => new LogarithmicAxis
    {
        Title = title, Base = 2, LabelFormatter = static bytes => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0.##} KiB"),
    };

    /// <summary>A linear axis.</summary>
    public static Axis Linear(string title) => new LinearAxis { Title = title, LabelFormatter = Short };

    /// <summary>Adds a line.</summary>
    /// <param name="series">Its number from 0, which is its colour.</param>
    /// <param name="title">In the legend; null to leave it out there.</param>
    /// <param name="places">Its corners.</param>
    /// <param name="dashed">Whether it is dashed.</param>
    public void AddLine(int series, string? title, IEnumerable<DataPoint> places, bool dashed = false)
    {
        var line = new LineSeries { Color = ColorOf(series), StrokeThickness = 2, LineStyle = dashed ? LineStyle.Dash : LineStyle.Solid };
        if (title is not null)
        {
            AddLegend(series, title);
        }

        line.Points.AddRange(places);
        model.Series.Add(line);
    }

    /// <summary>Adds an entry of the legend for points without a line.</summary>
    public void AddLegend(int series, string title) => legend.Add((series, title));

    /// <summary>Adds a point.</summary>
    /// <param name="series">The number of its colour, from 0.</param>
    /// <param name="x">Along the axis below.</param>
    /// <param name="y">Along the axis at the left.</param>
    /// <param name="text">What is said of it.</param>
    /// <param name="link">The place that it leads to; null for none.</param>
    /// <param name="label">What is written above it.</param>
    public void AddPoint(int series, double x, double y, FormattableString text, string? link = null, FormattableString? label = null) =>
        points.Add((new DataPoint(x, y), series, FormattableString.Invariant(text), link, label is null ? "" : FormattableString.Invariant(label)));

    /// <summary>The SVG.</summary>
    /// <param name="description">What the picture shows, for those who do not see it.</param>
    public HtmlText Render(string description)
    {
        // Axes follow series only, so the points are also one that nobody sees.
        var extent = new ScatterSeries { MarkerType = MarkerType.None };
        extent.Points.AddRange(points.Select(static point => new ScatterPoint(point.Place.X, point.Place.Y)));
        model.Series.Add(extent);
        string svg = new SvgExporter { Width = WidthUnits, Height = HeightUnits, IsDocument = false }.ExportToString(model);
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..svg.LastIndexOf("</svg>", StringComparison.Ordinal)];
        svg = string.Concat(svg.Split('\n').Select(static line => line.Trim()));
        svg = FilledText().Replace(svg, "style=\"fill:var(--p$1)\"");
        svg = AnyColor().Replace(svg, "var(--p$1)");
        svg = svg.Replace("clipPath", $"{name}-clip-", StringComparison.Ordinal).Replace($"<{name}-clip-", "<clipPath", StringComparison.Ordinal).Replace($"</{name}-clip-", "</clipPath", StringComparison.Ordinal);
        svg = FontFamily().Replace(svg, "");
        svg = OpeningTag().Replace(svg, string.Create(CultureInfo.InvariantCulture, $"<svg class=\"plot\" viewBox=\"0 0 {WidthUnits} {HeightUnits}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(description)}\">"), 1);
        var html = new HtmlText();
        html.Add($"<ul class=\"legend\">");
        foreach ((int series, string title) in legend)
        {
            html.Add($"<li><i style=\"background:var(--p{FirstSeries + (series % SeriesColors)})\"></i>{title}</li>");
        }

        html.Add($"</ul><div class=\"scroll\">");
        html.AddMarkup(svg);
        foreach ((DataPoint place, int series, string text, string? link, string label) in points)
        {
            WritePoint(html, place, series, text, link, label);
        }

        html.Add($"</svg></div>\n");
        return html;
    }

    /// <summary>A number in the fewest characters: <c>1.5M</c>, <c>16k</c>, <c>0.25</c>.</summary>
    /// <remarks>Axes come to their numbers by powers, a last digit beside the round one.</remarks>
    private static string Short(double value) => Math.Abs(value) switch
    {
        >= 0.9999e9 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:0.##}G"),
        >= 0.9999e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.##}M"),
        >= 0.9999e3 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.##}k"),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static OxyColor ColorOf(int series) => Named((byte)(FirstSeries + (series % SeriesColors)));

    private static OxyColor Named(byte number) => OxyColor.FromRgb(0, 0, number);

    private void WritePoint(HtmlText html, DataPoint place, int series, string text, string? link, string label)
    {
        double x = horizontal.Transform(place.X);
        double y = vertical.Transform(place.Y);
        if (link is not null)
        {
            html.Add($"<a href=\"#{link}\">");
        }

        html.Add($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"4\" fill-opacity=\".7\" style=\"fill:var(--p{FirstSeries + (series % SeriesColors)})\"><title>{text}</title></circle>");
        html.AddMarkup(link is null ? "" : "</a>");
        if (label.Length > 0)
        {
            html.Add($"<text x=\"{x:0.#}\" y=\"{(series == 0 ? y + 15 : y - 7):0.#}\" text-anchor=\"middle\" font-size=\"10\" style=\"fill:var(--ink)\">{label}</text>");
        }
    }

    [GeneratedRegex("fill=\"rgb\\(0,0,([0-9]+)\\)\"")]
    private static partial Regex FilledText();

    [GeneratedRegex("rgb\\(0,0,([0-9]+)\\)")]
    private static partial Regex AnyColor();

    [GeneratedRegex(" font-family=\"[^\"]*\"")]
    private static partial Regex FontFamily();

    [GeneratedRegex("^<svg[^>]*>")]
    private static partial Regex OpeningTag();
}
