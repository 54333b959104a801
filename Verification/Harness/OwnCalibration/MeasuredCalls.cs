using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.DeviceLog;
using TileProof.Verification.Options;
using TileProof.Verification.TimingCalibration;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.OwnCalibration;

/// <summary>The PERF_LOG lines of a user's logs as observations of the machine.</summary>
/// <param name="Observations">The calls that count.</param>
/// <param name="PrintingCount">Calls left out because they print inside their timed region.</param>
/// <param name="UnpricedCount">Calls left out because the model has no price of them.</param>
public sealed record MeasuredCalls(IReadOnlyList<CycleObservation> Observations, int PrintingCount, int UnpricedCount)
{
    /// <summary>Reads the logs.</summary>
    /// <param name="options">Logs, their networks and banks, machine and mode.</param>
    /// <param name="networkOf">The network of a name.</param>
    /// <exception cref="FixtureException">A log cannot be read, has no PERF_LOG line, or a line stands for no call of its network.</exception>
    public static MeasuredCalls Read(OwnCalibrationOptions options, Func<string, Network> networkOf)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(networkOf);
        options.Check();
        var observations = new List<CycleObservation>();
        var programs = new Dictionary<string, MeasuredProgram>(StringComparer.Ordinal);
        int printing = 0;
        int unpriced = 0;
        for (int log = 0; log < options.Logs.Count; log++)
        {
            DeviceLogFile file = DeviceLogFile.Read(options.Logs[log]);
            if (file.Performance.Count == 0)
            {
                throw new FixtureException(file.Path, null, "has no PERF_LOG line");
            }

            Network network = networkOf(options.NetworkOf(log));
            BankSetting bank = options.BankOf(log);
            var matcher = new CallMatcher(network, MeasuredCall.CountOf);
            foreach (PerformanceLine line in file.Performance)
            {
                string place = string.Create(CultureInfo.InvariantCulture, $"line {line.Line}");
                OperatorCall call = matcher.Next(line.Operator, line.Count, line.Prints?.LayerKey) ?? throw new FixtureException(
                    file.Path, place, string.Create(CultureInfo.InvariantCulture, $"{line.Operator} of {line.Count} elements is no call of {network.Name} that is left; name the network of the log with --networks"));
                if (line.Cycles == 0)
                {
                    throw new FixtureException(file.Path, place, $"{line.Operator} took 0 cycles");
                }

                if (line.Prints is not null)
                {
                    printing++;
                }
                else if (ProgramOf(call, bank, options.Mode, programs) is { } program)
                {
                    observations.Add(new CycleObservation
                    {
                        Network = network.Name,
                        Run = file.Path,
                        CallIndex = call.Index,
                        Kind = call.Kind,
                        ElementCount = (int)line.Count,
                        Cycles = line.Cycles,
                        Mode = options.Mode,
                        BankBytes = bank.Dram0Bytes,
                        Prints = PrintKind.None,
                        TilePrintCount = 0,
                        Own = program,
                    });
                }
                else
                {
                    unpriced++;
                }
            }
        }

        return new MeasuredCalls(observations, printing, unpriced);
    }

    private static MeasuredProgram? ProgramOf(OperatorCall call, BankSetting bank, MachineMode mode, Dictionary<string, MeasuredProgram> known)
    {
        DspConfiguration machine = bank.Configuration;
        var setting = new CallSetting(machine, mode) { UsesBanks = !bank.CacheOnly };
        string plan = call is Conv2dCall convolution && ConvolutionKernel.Supports(convolution.Shape) ? setting.PlanOf(convolution.Shape).ToString() : "";
        string scales = call is Conv2dCall { WeightScales.Length: > 1 } ? "scales" : "";
        string inputs = string.Join(' ', call.Inputs.Select(static input => input.Shape));
        string key = $"{bank} {call.LayerKey} {inputs} {call.Output.Shape} {plan} {scales}";
        if (known.TryGetValue(key, out MeasuredProgram? same))
        {
            return same;
        }

        if (!ProgramLibrary.Published.HasKernelOf(call) || !ProgramLibrary.IsPublishedOperator(call) || CyclePredictor.TryWrite(call, setting) is not { } program || !ProgramPricer.Covers(program))
        {
            return null;
        }

        bool usesDma = ProgramPricer.Price(call.Kind, program, new KernelCosts(bank.Coefficients, mode), machine.RingDepth).UsesDma;
        return known[key] = new MeasuredProgram(key, call.LayerKey, call.Name, bank.Label, program, machine.RingDepth, usesDma);
    }
}
