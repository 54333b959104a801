using TileProof.HwModel.Execution;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Options;

namespace TileProof.Verification.Conformance;

/// <summary>What decides the program of a call.</summary>
/// <param name="Bank">The bank setting.</param>
/// <param name="Library">The version of the programs.</param>
/// <param name="Plans">The plans of convolutions.</param>
/// <param name="Derivation">How convolutions derive their requantization.</param>
public sealed record ProgramSetting(BankSetting Bank, ProgramLibrary Library, ConvolutionPlans Plans, ParameterDerivation Derivation)
{
    /// <summary>Programs of this setting, none of them written yet.</summary>
    public PreparedPrograms Prepare() => new(CaseMatrix.ConfigurationFor(Bank, Library), Derivation, CaseMatrix.RoutingFor(Bank), Library, Plans);
}
