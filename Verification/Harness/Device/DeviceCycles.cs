using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>Prices recorded schedules by the cycle model, beside the built-in programs.</summary>
internal static class DeviceCycles
{
    private static readonly ProgramLibrary Corrected = ProgramLibrary.Assumed(ProgramAssumptions.Corrected);

    /// <summary>One row a machine mode.</summary>
    public static IEnumerable<DeviceCycleRow> RowsOf(RecordedProgram program, GoldenCall golden, BankSetting bank, VerifyOptions options)
    {
        OperatorCall call = golden.Call;
        foreach (MachineMode mode in Enum.GetValues<MachineMode>())
        {
            RecordedTiming timing = RecordedTiming.Of(program, call, bank.Coefficients, mode);
            double total = timing.Timeline.NowCycles;
            long? predicted = timing.LacksKernels ? null : CycleCount.FromModelled(total).Cycles;
            long? builtIn = CyclePredictor.Predict(
                call, new CallSetting(bank.Configuration, mode) { UsesBanks = !bank.CacheOnly, Programs = Corrected, Plans = options.PlansFor(bank) }, bank.Coefficients) is { Timeline: var timeline }
                ? CycleCount.FromModelled(timeline.NowCycles).Cycles
                : null;
            CycleSplit split = timing.Timeline.Split;
            yield return new DeviceCycleRow
            {
                Network = golden.Network,
                Call = call.Name,
                Operator = call.Kind.ToString(),
                ConfigKey = call.LayerKey,
                Bank = bank.Label,
                MachineMode = ChoiceList.NameOf(mode),
                Basis = bank.Machine.CycleBasisIn(mode),
                PredictedCycles = predicted,
                PredictedCyclesAtMost = predicted + timing.UnpricedBytes,
                BuiltInCycles = builtIn,
                SpeedupOverBuiltIn = predicted is > 0 && builtIn is { } known ? (double)known / predicted : null,
                KernelCycles = CycleCount.FromModelled(split[CycleCategory.Kernel] + split[CycleCategory.Epilogue]).Cycles,
                FillCycles = CycleCount.FromModelled(split[CycleCategory.Fill] + split[CycleCategory.EdgeExtension]).Cycles,
                WaitCycles = CycleCount.FromModelled(split.WaitCycles).Cycles,
                DmaBytes = timing.Timeline.DmaBytes,
                DmaBusy = total > 0 ? Math.Max(timing.Timeline.BusyCycles(0), timing.Timeline.BusyCycles(1)) / total : 0,
                UnpricedSteps = timing.UnpricedSteps,
                UnpricedBytes = timing.UnpricedBytes,
            };
        }
    }

    private static string RangeOf(DeviceCycleRow[] rows) => rows.Sum(static row => row.PredictedCyclesAtMost!.Value) is var most && most > rows.Sum(static row => row.PredictedCycles!.Value)
        ? string.Create(CultureInfo.InvariantCulture, $" to {most:N0}")
        : "";

    /// <summary>One line a bank setting, for people.</summary>
    public static IEnumerable<string> Describe(IReadOnlyList<DeviceCycleRow> rows)
    {
        foreach (IGrouping<string, DeviceCycleRow> bank in rows.Where(static row => row.MachineMode == ChoiceList.NameOf(MachineMode.MemoryModel)).GroupBy(static row => row.Bank))
        {
            DeviceCycleRow[] priced = [.. bank.Where(static row => row is { PredictedCycles: not null, BuiltInCycles: not null })];
            if (priced.Length == 0)
            {
                continue;
            }

            int steps = bank.Sum(static row => row.UnpricedSteps);
            int missing = bank.Count() - priced.Length;
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"cycles at banks {bank.Key}, memory model, {bank.First().Basis}: {priced.Sum(static row => row.PredictedCycles!.Value):N0}{RangeOf(priced)} of the recorded schedules, {priced.Sum(static row => row.BuiltInCycles!.Value):N0} of the built-in ones{(steps == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; not priced: {steps:N0} steps of the core that touch {bank.Sum(static row => row.UnpricedBytes):N0} bytes"))}{(missing == 0 ? "" : $"; without {missing} calls that use no DMA or have no cost")}");
        }
    }
}
