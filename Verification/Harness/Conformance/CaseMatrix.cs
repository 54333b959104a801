using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Options;

namespace TileProof.Verification.Conformance;

/// <summary>Which cases a run has: calls x bank settings x landing policies, restricted by the options.</summary>
public static class CaseMatrix
{
    /// <summary>The cases in the order of the report: network, call, bank, landing.</summary>
    /// <remarks>Calls that run on the host are no cases. Convolutions whose plan has a mode that is not wanted are left out here; the path of other operators is known after their run.</remarks>
    public static IReadOnlyList<ConformanceCase> Build(IEnumerable<GoldenCall> goldens, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(goldens);
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            .. from golden in goldens
               from bank in options.Banks
               where golden.Call is not OnnxFallbackCall
               where golden.Call is not Conv2dCall convolution || !options.Programs.Tiles(convolution.Shape) || options.Modes.Contains(PlanFor(convolution.Shape, bank, options.PlansFor(bank)).Mode)
               from landing in options.Landings
               select new ConformanceCase(golden, bank, landing, options.Derivation) { Programs = options.Programs, Plans = options.PlansFor(bank) },
        ];
    }

    /// <summary>The published dispatch: tiles where a plan fits the banks, otherwise the cache path.</summary>
    public static Conv2dTilePlan PlanFor(Conv2dShape shape, BankSetting bank) => PlanFor(shape, bank, ConvolutionPlans.Published);

    /// <summary>The plan of a given choice.</summary>
    public static Conv2dTilePlan PlanFor(Conv2dShape shape, BankSetting bank, ConvolutionPlans plans)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(plans);
        return plans.PlanOf(shape, ConfigurationFor(bank), usesBanks: !bank.CacheOnly);
    }

    /// <summary>The machine of a bank setting.</summary>
    public static DspConfiguration ConfigurationFor(BankSetting bank, ProgramLibrary? programs = null)
    {
        ArgumentNullException.ThrowIfNull(bank);
        return (programs ?? ProgramLibrary.Corrected).MachineFor(bank.Configuration);
    }

    /// <summary>How operators choose their path at a bank setting.</summary>
    public static OperatorRouting RoutingFor(BankSetting bank)
    {
        ArgumentNullException.ThrowIfNull(bank);
        return bank.CacheOnly ? OperatorRouting.Direct : OperatorRouting.Published;
    }

    /// <summary>The mode that a path counts as.</summary>
    public static ExecutionMode ModeOf(OperatorPath path) => path == OperatorPath.Dma ? ExecutionMode.Dma : ExecutionMode.Cache;
}
