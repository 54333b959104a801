using TileProof.HwModel.Programs;
using TileProof.Operators.Requantizing;
using TileProof.Verification.InputData;
using TileProof.Verification.Options;

namespace TileProof.Verification;

/// <summary>What <c>tileproof diagnose</c> explains.</summary>
public sealed record DiagnoseOptions
{
    /// <summary>A known network or a model file; null with <see cref="VectorsFolder"/>.</summary>
    public string? Network { get; init; }

    /// <summary>A folder of recorded layers; null with <see cref="Network"/>.</summary>
    public string? VectorsFolder { get; init; }

    /// <summary>The call of the network, or the folder of a recorded layer; null for the only one there is.</summary>
    public string? Layer { get; init; }

    /// <summary>The file with the device's output: .npy, .log or .txt, else raw bytes; null for what was recorded with the layer.</summary>
    public string? ActualFile { get; init; }

    /// <summary>The local banks.</summary>
    public BankSetting Bank { get; init; } = BankSetting.Parse("61k");

    /// <summary>The version of the programs that the device is believed to run.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;

    /// <summary>How the driver derived its integers; recorded layers say it themselves.</summary>
    public ParameterDerivation Derivation { get; init; } = ParameterDerivation.L1Norm;

    /// <summary>Files of the user in place of a seeded image; null for that.</summary>
    public InputDataOptions? InputData { get; init; }

    /// <summary>How many partial explanations to list; null for 3, and only where no defect gives exactly the bytes.</summary>
    public int? NearestCount { get; init; }

    /// <summary>Whether to print JSON instead of lines for people.</summary>
    public bool PrintsJson { get; init; }
}
