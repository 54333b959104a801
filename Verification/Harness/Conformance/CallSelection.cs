using TileProof.HwModel.Planning;
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

    /// <summary>Writes a line for every selected call at every bank setting.</summary>
    public static void List(IReadOnlyList<Network> networks, VerifyOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        HashSet<OperatorCall> selected = [.. Select(networks, options)];
        foreach (Network network in networks)
        {
            foreach (OperatorCall call in network.Calls.Where(selected.Contains))
            {
                foreach (BankSetting bank in options.Banks)
                {
                    output.WriteLine($"{network.Name} {call.Name} {call.LayerKey} banks {bank}: {Describe(call, bank, options)}");
                }
            }
        }
    }

    private static string Describe(OperatorCall call, BankSetting bank, VerifyOptions options)
    {
        if (call is not Conv2dCall convolution || !ConvolutionKernel.Supports(convolution.Shape))
        {
            return ChoiceList.NameOf(call.Kind);
        }

        Conv2dTilePlan plan = CaseMatrix.PlanFor(convolution.Shape, bank, options.PlansFor(bank));
        return $"{plan.KernelName}, {plan}";
    }

    private static bool Matches(OperatorCall call, string layer) => call.Name == layer || call.LayerKey == layer;
}
