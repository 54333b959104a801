using System.Globalization;

namespace TileProof.Verification.Html;

/// <summary>The names of places on the page, so that rows and pictures lead to each other.</summary>
internal sealed class PagePlaces(IEnumerable<string> networks)
{
    private readonly Dictionary<string, int> ordinals =
        networks.Distinct(StringComparer.Ordinal).Index().ToDictionary(static entry => entry.Item, static entry => entry.Index, StringComparer.Ordinal);

    /// <summary>The row of a call at a bank setting.</summary>
    public string Row(string network, int callIndex, string bank) => Name("call", network, callIndex, bank);

    /// <summary>Its bar among the cycles by layer.</summary>
    public string Bar(string network, int callIndex, string bank) => Name("bar", network, callIndex, bank);

    /// <summary>The map of its buffers.</summary>
    public string Map(string network, int callIndex, string bank) => Name("map", network, callIndex, bank);

    /// <summary>Its timeline.</summary>
    public string Timeline(string network, int callIndex, string bank) => Name("timeline", network, callIndex, bank);

    /// <summary>A picture of a whole network.</summary>
    public string Picture(string kind, string network, string setting) => $"{kind}-{OrdinalOf(network)}-{setting}";

    /// <summary>The group of hazards of one cause.</summary>
    public static string Hazards(int ordinal) => string.Create(CultureInfo.InvariantCulture, $"hazards-{ordinal}");

    private string Name(string kind, string network, int callIndex, string bank) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{OrdinalOf(network)}-{callIndex}-{bank}");

    private int OrdinalOf(string network) => ordinals[network];
}
