using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>Which cases a run has: layers x bank settings x landing policies, restricted by the options.</summary>
public static class CaseMatrix
{
    /// <summary>The cases in the order of the report: network, call, bank, landing.</summary>
    public static IReadOnlyList<ConformanceCase> Build(IEnumerable<GoldenConvolution> goldens, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(goldens);
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            .. from golden in goldens
               from bank in options.Banks
               let plan = PlanFor(golden.Call.Shape, bank)
               where options.Modes.Contains(plan.Mode)
               from landing in options.Landings
               select new ConformanceCase(golden, bank, plan, landing),
        ];
    }

    /// <summary>The published dispatch: tiles where a plan fits the banks, otherwise the cache path.</summary>
    public static Conv2dTilePlan PlanFor(Conv2dShape shape, BankSetting bank)
    {
        ArgumentNullException.ThrowIfNull(bank);
        return bank.CacheOnly ? Conv2dTilePlanner.PlanCacheMode(shape) : Conv2dTilePlanner.Plan(shape, ConfigurationFor(bank));
    }

    /// <summary>The machine of a bank setting; the cache path gets the smallest banks, which it does not touch.</summary>
    public static DspConfiguration ConfigurationFor(BankSetting bank)
    {
        ArgumentNullException.ThrowIfNull(bank);
        return bank.CacheOnly
            ? DspConfiguration.FromBankBytes(DspConfiguration.MinimumBankBytes, DspConfiguration.MinimumBankBytes)
            : DspConfiguration.FromBankBytes(bank.Dram0Bytes, bank.Dram1Bytes);
    }
}
