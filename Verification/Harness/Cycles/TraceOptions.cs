using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Verification.InputData;
using TileProof.Verification.Options;

namespace TileProof.Verification.Cycles;

/// <summary>What <c>tileproof trace</c> shows.</summary>
public sealed record TraceOptions
{
    /// <summary>A known network or a model file.</summary>
    public string Network { get; init; } = "resnet18";

    /// <summary>Whether ONNX Runtime computes operators of a model file that have no counterpart.</summary>
    public bool AllowFallback { get; init; }

    /// <summary>The call: its index from 0, its name, or its layer key; null for the whole network.</summary>
    public string? Layer { get; init; }

    /// <summary>The local banks.</summary>
    public BankSetting Bank { get; init; } = BankSetting.Parse("61k");

    /// <summary>How much of the memory system counts.</summary>
    public MachineMode Mode { get; init; } = MachineMode.Release;

    /// <summary>Which version of the programs runs.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;

    /// <summary>A user's own C programs, or a recorded program, in place of <see cref="Programs"/>; null for those.</summary>
    public string? ProgramsFile { get; init; }

    /// <summary>Files of the user in place of a seeded image; null for that.</summary>
    public InputDataOptions? InputData { get; init; }

    /// <summary>Whether the result is printed for machines.</summary>
    public bool PrintsJson { get; init; }

    /// <summary>Where compiled programs of the user are kept; null for a folder that is deleted.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>The file to write; null for one in <see cref="OutputFolder"/> that is named after the call.</summary>
    public string? OutputFile { get; init; }

    /// <summary>The folder of a file without a given name.</summary>
    public string OutputFolder { get; init; } = "reports";
}
