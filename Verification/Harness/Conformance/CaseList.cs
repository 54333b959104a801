using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.Conformance;

/// <summary>What <c>--list</c> prints: a line for every layer at every bank setting that the options leave, with its landing policies.</summary>
internal static class CaseList
{
    /// <summary>Writes the cases of recorded layers and of networks; nothing is written where the options cannot be run.</summary>
    /// <param name="vectors">The recorded layers, in their order.</param>
    /// <param name="networks">The networks, in their order.</param>
    /// <param name="options">Which layers, banks, modes and landing policies.</param>
    /// <param name="output">Receives the lines.</param>
    /// <exception cref="UserInputException">A layer is unknown or has no kernel, or no case of a network or of the recorded layers is left.</exception>
    public static void Write(IReadOnlyList<LayerVector> vectors, IReadOnlyList<Network> networks, VerifyOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        string[] recorded = [.. vectors.SelectMany(vector => LinesOf(vector, options))];
        if (vectors.Count > 0 && recorded.Length == 0)
        {
            throw VectorRun.NoCase;
        }

        HashSet<OperatorCall> selected = [.. CallSelection.Select(networks, options)];
        string[] ofNetworks = [.. networks.SelectMany(network => LinesOf(network, selected, options))];
        foreach (string line in recorded.Concat(ofNetworks))
        {
            output.WriteLine(line);
        }
    }

    private static string[] LinesOf(Network network, HashSet<OperatorCall> selected, VerifyOptions options)
    {
        OperatorCall[] calls = [.. network.Calls.Where(selected.Contains)];
        string[] lines =
        [
            .. from call in calls
               from bank in options.Banks
               let what = Describe(call, bank, options)
               where what is not null
               select $"{network.Name} {call.Name} {call.LayerKey} banks {bank}: {what}",
        ];
        return calls.Length == 0 || lines.Length > 0 ? lines : throw MatrixRun.NoCase(network);
    }

    private static IEnumerable<string> LinesOf(LayerVector vector, VerifyOptions options)
    {
        VectorRun.RequireKernel(vector);
        return from bank in options.Banks
               let what = Describe(vector.Shape, bank, options)
               where what is not null
               select $"{vector.Name} {vector.Shape.ConfigKey} banks {bank}: {what}";
    }

    /// <summary>What runs there; null for no case. Only a run tells the mode of other operators than convolutions (see <see cref="CaseMatrix.Build"/>).</summary>
    private static string? Describe(OperatorCall call, BankSetting bank, VerifyOptions options)
    {
        if (call is Conv2dCall convolution && options.Programs.Tiles(convolution.Shape))
        {
            return Describe(convolution.Shape, bank, options);
        }

        string kind = ChoiceList.NameOf(call.Kind);
        string condition = options.Modes.Count == Enum.GetValues<ExecutionMode>().Length
            ? ""
            : $"; counts if it runs in mode {string.Join(" or ", options.Modes.Select(ChoiceList.NameOf))}";
        return call is OnnxFallbackCall ? $"{kind}; no case, it runs on the host" : $"{kind}{condition}{LandingsOf(options)}";
    }

    private static string? Describe(Conv2dShape shape, BankSetting bank, VerifyOptions options)
    {
        Conv2dTilePlan plan = CaseMatrix.PlanFor(shape, bank, options.PlansFor(bank));
        return options.Modes.Contains(plan.Mode) ? $"{plan.KernelName}, {plan}{LandingsOf(options)}" : null;
    }

    private static string LandingsOf(VerifyOptions options) => $"; landing {string.Join(", ", options.Landings.Select(ChoiceList.NameOf))}";
}
