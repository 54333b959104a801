using System.Globalization;
using System.Text.RegularExpressions;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.Verification.DeviceLog;

/// <summary>What an operator call prints while its cycles are counted: its layer configuration, diagnostics, tiles. Printing costs cycles that no kernel does.</summary>
/// <param name="FirstLine">The first of the lines in the log, from 1.</param>
/// <param name="LineCount">How many there are.</param>
/// <param name="Fields">Fields of the layer table with their values, as <c>n_tile_size=16</c> or <c>n_tile_size: 16</c> state them; the last of each name.</param>
public sealed partial record TimedPrints(int FirstLine, int LineCount, IReadOnlyDictionary<string, string> Fields)
{
    private const string ConfigurationKey = "config_key";
    private const string CacheSuffix = "_no_dma";

    /// <summary>The layer that the call says it runs; null where it does not.</summary>
    public string? LayerKey => Fields.GetValueOrDefault(ConfigurationKey);

    /// <summary>Whether a line is such a print: it names a field of the layer table, or speaks of tiles, kernels, DMA or requantization.</summary>
    public static bool Is(string line) => Field().IsMatch(line) || Topic().IsMatch(line);

    /// <summary>These prints with one line more.</summary>
    internal static TimedPrints Append(TimedPrints? before, int number, string line)
    {
        var fields = new Dictionary<string, string>(before?.Fields ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (Match match in Field().Matches(line))
        {
            fields[match.Groups["name"].Value] = match.Groups["value"].Value;
        }

        return new TimedPrints(before?.FirstLine ?? number, (before?.LineCount ?? 0) + 1, fields);
    }

    /// <summary>The plan that the call says it runs a layer with; null where it does not say it, or says what is no plan of this layer.</summary>
    /// <remarks>Its buffers are priced wherever they lie, since bank conflicts are not modelled.</remarks>
    public Conv2dTilePlan? PlanOf(Conv2dShape shape)
    {
        if (LayerKey is { } key && key != shape.ConfigKey)
        {
            return null;
        }

        if (Fields.GetValueOrDefault("kernel_name") is { } kernel && kernel.EndsWith(CacheSuffix, StringComparison.Ordinal))
        {
            return CachePlan.Of(shape);
        }

        return NumberOf("n_tile_size") is { } channels && NumberOf("output_rows") is { } rows && channels <= shape.OutChannels && rows <= shape.OutHeight
            ? new TiledPlan { Shape = shape, ChannelsPerTile = channels, RowsPerTile = rows, Placement = default }
            : null;
    }

    private int? NumberOf(string field) =>
        Fields.TryGetValue(field, out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;

    [GeneratedRegex(
        @"\b(?<name>config_key|kernel_name|layer_name|layer_id|n_tile_size|n_tiles|n_tile_size_last|height_tiles|output_rows|input_rows|(?:input|coeff|output|bias|outscale)_buffer_size|(?:input|output)_p[io]ng_dram|(?:coeff|bias|outscale)_dram|accum_shift|output_shift|output_scale|input_zero_point)\b\s*[=:]\s*""?(?<value>[\w.+-]+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Field();

    [GeneratedRegex(@"\b(tiles?|kernel|dma|idma|executor|requantiz\w*|effective[ _]scale|layer[ _]config\w*)\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Topic();
}
