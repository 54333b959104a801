using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Machines;

namespace TileProof.Verification.Fuzzing;

/// <summary>One case of a fuzz campaign: an operator or a small network, its data, and the machine and programs that it runs on. It depends on nothing else.</summary>
public sealed record FuzzCase
{
    /// <summary>The seed of the campaign that made it.</summary>
    public required int Seed { get; init; }

    /// <summary>Its number in the campaign, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The machine.</summary>
    public required DescribedMachine Machine { get; init; }

    /// <summary>The version of the programs.</summary>
    public required ProgramLibrary Programs { get; init; }

    /// <summary>How paths are chosen.</summary>
    public OperatorRouting Routing { get; init; }

    /// <summary>How convolutions derive their requantization integers.</summary>
    public ParameterDerivation Derivation { get; init; }

    /// <summary>N of the input.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>C of the input.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>H of the input.</summary>
    public int Height { get; init; } = 1;

    /// <summary>W of the input.</summary>
    public int Width { get; init; } = 1;

    /// <summary>The scale of an int8 input.</summary>
    public float InputScale { get; init; } = 1;

    /// <summary>The zero point of an int8 input.</summary>
    public int InputZeroPoint { get; init; }

    /// <summary>What the inputs are like.</summary>
    public FuzzData Inputs { get; init; }

    /// <summary>Decides the numbers of inputs, weights and biases.</summary>
    public int DataSeed { get; init; }

    /// <summary>The seed of random landings.</summary>
    public int LandingSeed { get; init; }

    /// <summary>Where banks place buffers in a second run: 0 in the order of the program, else drawn from this.</summary>
    public int AllocationSeed { get; init; }

    /// <summary>Whether a network keeps its weights in system memory from inference to inference.</summary>
    public bool KeepsWeights { get; init; }

    /// <summary>The name of a deliberate defect that the program of its only call is run with too; null for none. See <see cref="FuzzDefects"/>.</summary>
    public string? Defect { get; init; }

    /// <summary>The calls in execution order, 1 or more.</summary>
    public required IReadOnlyList<FuzzCall> Calls { get; init; }

    /// <summary>One line for people: calls, input, programs and banks.</summary>
    public override string ToString() =>
        $"{string.Join(", ", Calls.Select(static call => call.Operator))} of {Batch}x{Channels}x{Height}x{Width}, {Programs} programs, banks {Machine.Configuration.Banks}{(Defect is null ? "" : $", defect {Defect}")}";
}
