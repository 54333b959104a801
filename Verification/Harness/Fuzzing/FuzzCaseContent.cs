using System.Text.Json;
using System.Text.Json.Serialization;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Machines;

namespace TileProof.Verification.Fuzzing;

/// <summary>The fields of the file of a fuzz case, as its JSON has them (see <see cref="FuzzCase"/>).</summary>
internal sealed record FuzzCaseContent
{
    public string Format { get; init; } = "";

    public int Seed { get; init; }

    public int Index { get; init; }

    public string Programs { get; init; } = "";

    public OperatorRouting Routing { get; init; }

    public ParameterDerivation Derivation { get; init; }

    public int Batch { get; init; } = 1;

    public int Channels { get; init; } = 1;

    public int Height { get; init; } = 1;

    public int Width { get; init; } = 1;

    public float InputScale { get; init; } = 1;

    public int InputZeroPoint { get; init; }

    public FuzzData Inputs { get; init; }

    public int DataSeed { get; init; }

    public int LandingSeed { get; init; }

    public int AllocationSeed { get; init; }

    public bool KeepsWeights { get; init; }

    public string? Defect { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Machine { get; init; }

    public IReadOnlyList<FuzzCall> Calls { get; init; } = [];

    /// <summary>All but machine, programs, calls and the place in the campaign, which are written apart.</summary>
    public static FuzzCaseContent Of(FuzzCase one) => new()
    {
        Routing = one.Routing,
        Derivation = one.Derivation,
        Batch = one.Batch,
        Channels = one.Channels,
        Height = one.Height,
        Width = one.Width,
        InputScale = one.InputScale,
        InputZeroPoint = one.InputZeroPoint,
        Inputs = one.Inputs,
        DataSeed = one.DataSeed,
        LandingSeed = one.LandingSeed,
        AllocationSeed = one.AllocationSeed,
        KeepsWeights = one.KeepsWeights,
        Defect = one.Defect,
    };

    /// <summary>The case.</summary>
    public FuzzCase ToCase(DescribedMachine machine, ProgramLibrary programs) => new()
    {
        Seed = Seed,
        Index = Index,
        Machine = machine,
        Programs = programs,
        Routing = Routing,
        Derivation = Derivation,
        Batch = Batch,
        Channels = Channels,
        Height = Height,
        Width = Width,
        InputScale = InputScale,
        InputZeroPoint = InputZeroPoint,
        Inputs = Inputs,
        DataSeed = DataSeed,
        LandingSeed = LandingSeed,
        AllocationSeed = AllocationSeed,
        KeepsWeights = KeepsWeights,
        Defect = Defect,
        Calls = Calls,
    };
}
