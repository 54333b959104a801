using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Options;

namespace TileProof.Verification.Conformance;

/// <summary>One operator call of one network at one bank setting under one landing policy.</summary>
/// <param name="Golden">The call with its inputs and its proven output.</param>
/// <param name="Bank">The bank setting.</param>
/// <param name="Landing">When transfers land.</param>
/// <param name="Derivation">How convolutions derive their requantization.</param>
public sealed record ConformanceCase(GoldenCall Golden, BankSetting Bank, LandingKind Landing, ParameterDerivation Derivation)
{
    /// <summary>Which version of the programs runs.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;

    /// <summary>The plans of convolutions.</summary>
    public ConvolutionPlans Plans { get; init; } = ConvolutionPlans.Published;
}
