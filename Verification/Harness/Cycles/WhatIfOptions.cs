using TileProof.HwModel.Timing;
using TileProof.Verification.Options;

namespace TileProof.Verification.Cycles;

/// <summary>What <c>tileproof whatif</c> recomputes.</summary>
public sealed record WhatIfOptions
{
    /// <summary>The networks, each a known name or a model file.</summary>
    public IReadOnlyList<string> Networks { get; init; } = VerifyOptions.DefaultNetworks;

    /// <summary>Whether ONNX Runtime computes operators of model files that have no counterpart.</summary>
    public bool AllowFallback { get; init; }

    /// <summary>The bank settings.</summary>
    public IReadOnlyList<BankSetting> Banks { get; init; } = [BankSetting.Parse("61k")];

    /// <summary>Changes to price together, layer by layer (see <see cref="ChangedSystem"/>); none for a table of all named ones.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Whether to print JSON, with every layer.</summary>
    public bool PrintsJson { get; init; }

    /// <summary>How much of the memory system counts.</summary>
    public MachineMode Mode { get; init; } = MachineMode.Release;
}
