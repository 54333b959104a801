using System.Globalization;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Options;

namespace TileProof.Verification.Conformance;

/// <summary>
/// Which calls of networks a text names: an index from 0, a range of them such as <c>6-12</c>, a call name, a layer key, or, where no call has
/// it as its name or key, the beginning of names and keys.
/// </summary>
public static class CallSelection
{
    /// <summary>How to name layers, for help texts.</summary>
    public const string Forms = "index, range (6-12), call name, config key, or the beginning of names or keys";

    /// <summary>The calls that the options name, or all, in the order of the networks.</summary>
    /// <exception cref="UserInputException">A text fits no call.</exception>
    public static OperatorCall[] Select(IEnumerable<Network> networks, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(options);
        OperatorCall[] all = [.. networks.SelectMany(static network => network.Calls)];
        return options.Layers.Count == 0 ? all : Select(all, options.Layers);
    }

    /// <summary>The calls that texts name, in their order.</summary>
    /// <param name="calls">The calls of one or more networks.</param>
    /// <param name="layers">The texts.</param>
    /// <exception cref="UserInputException">A text fits no call.</exception>
    public static OperatorCall[] Select(IReadOnlyList<OperatorCall> calls, IReadOnlyList<string> layers)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(layers);
        var selected = new HashSet<OperatorCall>(ReferenceEqualityComparer.Instance);
        foreach (string layer in layers)
        {
            OperatorCall[] named = Named(calls, layer);
            selected.UnionWith(named.Length > 0
                ? named
                : throw new UserInputException($"unknown layer '{layer}'; valid: indices 0 to {calls.Max(static call => call.Index)} and ranges of them, call names such as {calls[^1].Name}, keys such as {calls[^1].LayerKey}, or their beginnings (verify --list shows all)"));
        }

        return [.. calls.Where(selected.Contains)];
    }

    /// <summary>The calls of one text; none where it fits none.</summary>
    private static OperatorCall[] Named(IReadOnlyList<OperatorCall> calls, string layer)
    {
        if (RangeOf(layer) is (int first, int last))
        {
            return [.. calls.Where(call => call.Index >= first && call.Index <= last)];
        }

        OperatorCall[] exact = [.. calls.Where(call => call.Name == layer || call.LayerKey == layer)];
        return exact.Length > 0
            ? exact
            : [.. calls.Where(call => call.Name.StartsWith(layer, StringComparison.Ordinal) || call.LayerKey.StartsWith(layer, StringComparison.Ordinal))];
    }

    private static (int First, int Last)? RangeOf(string layer)
    {
        string[] ends = layer.Split('-');
        return ends.Length <= 2 && TryParse(ends[0], out int first) && TryParse(ends[^1], out int last) ? (first, last) : null;

        static bool TryParse(string text, out int index) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }
}
