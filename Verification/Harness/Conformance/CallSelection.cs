using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>Which calls of the networks a run takes.</summary>
public static class CallSelection
{
    /// <summary>The calls that <see cref="VerifyOptions.Layers"/> names, by call name or layer key; all where it names none.</summary>
    /// <exception cref="UserInputException">A name is in none of the networks.</exception>
    public static IReadOnlyList<OperatorCall> Select(IEnumerable<Network> networks, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(options);
        OperatorCall[] all = [.. networks.SelectMany(static network => network.Calls)];
        foreach (string layer in options.Layers)
        {
            if (!Array.Exists(all, call => Matches(call, layer)))
            {
                throw new UserInputException($"unknown layer '{layer}'; valid: call names such as conv1 or keys such as 3_64_64_64_7_7_32_32_2_2_3_1 (--list shows all)");
            }
        }

        return options.Layers.Count == 0 ? all : Array.FindAll(all, call => options.Layers.Any(layer => Matches(call, layer)));
    }

    private static bool Matches(OperatorCall call, string layer) => call.Name == layer || call.LayerKey == layer;
}
