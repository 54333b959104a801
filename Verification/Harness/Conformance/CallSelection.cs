using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Options;

namespace TileProof.Verification.Conformance;

/// <summary>Which calls of the networks a run works on: those that <c>--layers</c> names, or all.</summary>
public static class CallSelection
{
    /// <summary>The calls that the options name, by call name or layer key, in the order of the networks.</summary>
    /// <exception cref="UserInputException">A name fits no call.</exception>
    public static OperatorCall[] Select(IEnumerable<Network> networks, VerifyOptions options)
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
