using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Verification.Comparison;
using TileProof.Verification.Hazards;

namespace TileProof.Verification.Conformance;

/// <summary>What the simulated DSP made of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Execution">The path and the tiles; null when a fault stopped the program.</param>
/// <param name="Difference">Its output against the golden.</param>
/// <param name="LikelyCause">A guess at the class of cause; empty when the bytes are equal.</param>
/// <param name="OutputHash">The first 16 hexadecimal digits of SHA-256 over the output bytes.</param>
/// <param name="Fault">The broken hardware rule that stopped the program; null when it ran to its end.</param>
public sealed record CaseResult(
    ConformanceCase Case, CallPlan? Execution, TensorDifference Difference, string LikelyCause, string OutputHash, string? Fault)
{
    private const int HashDigits = 16;

    /// <summary>Of golden outputs, each of which the cases of all bank settings give again.</summary>
    private static readonly ConditionalWeakTable<Tensor, string> GoldenHashes = [];

    /// <summary>Whether an earlier run proved it and it did not run again.</summary>
    public bool IsKept { get; init; }

    /// <summary>The rules that the program broke, and warnings.</summary>
    public IReadOnlyList<Hazard> Hazards { get; init; } = [];

    /// <summary>Kinds of broken rules, without warnings.</summary>
    public int ViolationCount => Hazards.Count(static hazard => hazard.Rule.Severity == HazardSeverity.Violation);

    /// <summary>The hazards with the place where they were found.</summary>
    public IEnumerable<FoundHazard> FoundHazards => Hazards.Select(hazard => new FoundHazard(
        Case.Golden.Network, Case.Golden.Call.Name, Case.Golden.Call.LayerKey, Case.Bank.Label, Case.Programs.Name, hazard));

    /// <summary>Whether the output is equal and no rule was broken.</summary>
    public bool IsProven => Difference.IsEqual && Fault is null && ViolationCount == 0;

    /// <summary>Runs a case on a machine of its own.</summary>
    /// <param name="conformanceCase">The case.</param>
    /// <param name="landingSeed">The seed of the random landing policy.</param>
    /// <param name="checkedPrograms">What is said of programs that other cases run too; null for nothing.</param>
    public static CaseResult Run(ConformanceCase conformanceCase, int landingSeed, CheckedPrograms? checkedPrograms = null)
    {
        ArgumentNullException.ThrowIfNull(conformanceCase);
        GoldenCall golden = conformanceCase.Golden;
        CheckedPrograms programs = checkedPrograms ?? new CheckedPrograms();
        var setting = new ProgramSetting(conformanceCase.Bank, conformanceCase.Programs, conformanceCase.Plans, conformanceCase.Derivation);
        PreparedPrograms prepared = setting.Prepare();
        var arithmetic = new ArithmeticRecorder();
        try
        {
            DspResult result = SimulatedCall.Run(prepared, golden.Call, golden.Inputs, LandingPolicies.Create(conformanceCase.Landing, landingSeed), observers: [arithmetic]);
            var difference = TensorDifference.Between(golden.Expected, result.Output);
            string cause = MismatchCause.Guess(result.Execution.Convolution, golden.Expected, result.Output, prepared.Machine.PoisonByte);
            string hash = difference.IsEqual ? GoldenHashes.GetValue(golden.Expected, HashOf) : HashOf(result.Output);
            return new CaseResult(conformanceCase, result.Execution, difference, cause, hash, null) { Hazards = Hazards(stopped: false) };
        }
        catch (HardwareFaultException fault)
        {
            return new CaseResult(conformanceCase, null, new TensorDifference(0, 0, null), "", "", fault.Message) { Hazards = Hazards(stopped: true) };
        }

        IReadOnlyList<Hazard> Hazards(bool stopped) => programs.HazardsOf(setting, prepared, golden.Call, arithmetic, stopped);
    }

    /// <summary>The hash that reports print.</summary>
    public static string HashOf(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Convert.ToHexStringLower(SHA256.HashData(tensor.Bytes))[..HashDigits];
    }
}
