using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Hazards;

/// <summary>Runs a program on machines that behave as badly as they may: landings, buffer places and old memory contents vary.</summary>
public static class AdversarialRun
{
    private const int ShiftStepBytes = 64;

    /// <summary>Runs a program once and returns the bytes of its output.</summary>
    /// <param name="configuration">The machine.</param>
    /// <param name="landing">When transfers land.</param>
    /// <param name="landingSeed">The seed of a random landing.</param>
    /// <param name="observer">Who sees what the program does.</param>
    public delegate byte[] Program(DspConfiguration configuration, LandingKind landing, int landingSeed, MachineObserver observer);

    /// <summary>Runs a seeded convolution under N schedules.</summary>
    public static IReadOnlyList<AdversarialResult> Execute(
        ConvolutionCase layer, DspConfiguration configuration, int scheduleCount, int seed, ProgramLibrary? programs = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return Execute(
            (machine, landing, landingSeed, observer) => new ConvolutionRun
            {
                Case = layer,
                Configuration = machine,
                Programs = programs ?? ProgramLibrary.Corrected,
                Landing = LandingPolicies.Create(landing, landingSeed),
            }.Execute(observer),
            configuration,
            scheduleCount,
            seed);
    }

    /// <summary>Runs an operator call under N schedules.</summary>
    public static IReadOnlyList<AdversarialResult> Execute(
        OperatorCall call,
        IReadOnlyList<Tensor> inputs,
        ParameterDerivation derivation,
        OperatorRouting routing,
        DspConfiguration configuration,
        int scheduleCount,
        int seed,
        ConvolutionPlans? plans = null,
        ProgramLibrary? programs = null,
        int first = 0) => Execute(
            (machine, landing, landingSeed, observer) =>
                new DspEngine(machine, landing, landingSeed, routing, observer) {
                    Programs = programs ?? ProgramLibrary.Corrected,
                    Plans = plans ?? ConvolutionPlans.Published,
                }.Run(call, inputs, derivation).Bytes.ToArray(),
            configuration,
            scheduleCount,
            seed,
            first);

    /// <summary>Runs a program under N schedules and compares each with the plain run.</summary>
    /// <param name="program">The program.</param>
    /// <param name="configuration">The banks and the version of the programs.</param>
    /// <param name="scheduleCount">N.</param>
    /// <param name="seed">Decides the schedules.</param>
    /// <param name="first">The number of the first one: those of numbers 0 to 2 land at issue, at the wait and at the modelled time, all others at random.</param>
    public static IReadOnlyList<AdversarialResult> Execute(Program program, DspConfiguration configuration, int scheduleCount, int seed, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentOutOfRangeException.ThrowIfLessThan(scheduleCount, 1);
        var peak = new PeakBankUse();
        byte[] plain = RunOrFault(program, configuration, LandingKind.AtWait, 0, peak).Bytes;
        var results = new AdversarialResult[scheduleCount];
        for (int number = 0; number < scheduleCount; number++)
        {
            results[number] = Run(program, configuration, ScheduleOf(first + number, seed, configuration, peak), plain);
        }

        return results;
    }

    private static AdversarialResult Run(Program program, DspConfiguration configuration, AdversarialSchedule schedule, byte[] plain)
    {
        DspConfiguration machine = configuration with { AllocationOrder = schedule.AllocationOrder, PoisonByte = schedule.PoisonByte };
        var monitor = new HazardMonitor(machine);
        (byte[] bytes, string? fault) = RunOrFault(program, machine, schedule.Landing, schedule.LandingSeed, monitor);
        int differing = Math.Abs(bytes.Length - plain.Length);
        for (int i = 0; i < Math.Min(bytes.Length, plain.Length); i++)
        {
            differing += bytes[i] == plain[i] ? 0 : 1;
        }

        return new AdversarialResult(schedule, differing, monitor.Hazards) { Fault = fault };
    }

    /// <summary>The output of a program; no byte, and the broken rule, where a fault of the machine stops it.</summary>
    private static (byte[] Bytes, string? Fault) RunOrFault(Program program, DspConfiguration machine, LandingKind landing, int landingSeed, MachineObserver observer)
    {
        try
        {
            return (program(machine, landing, landingSeed, observer), null);
        }
        catch (HardwareFaultException fault)
        {
            return ([], fault.Message);
        }
    }

    private static AdversarialSchedule ScheduleOf(int number, int seed, DspConfiguration configuration, PeakBankUse peak)
    {
        var random = new RandomSequence(CounterRandom.FromSeed(unchecked((ulong)seed)).Stream(number));
        LandingKind landing = number switch
        {
            0 => LandingKind.AtIssue,
            1 => LandingKind.AtWait,
            2 => LandingKind.Modelled,
            _ => LandingKind.Random,
        };
        int[] shiftBytes = [.. configuration.Banks.Select((bytes, bank) => random.Below(((bytes - peak.BytesOf(bank)) / ShiftStepBytes) + 1) * ShiftStepBytes)];
        return new AdversarialSchedule(
            landing, random.Below(int.MaxValue), new AllocationOrder(1 + random.Below(int.MaxValue - 1), BankBytes.Of(shiftBytes)), (byte)random.Below(256));
    }

    private sealed class PeakBankUse : MachineObserver
    {
        private readonly int[] peakBytes = new int[DspConfiguration.MaximumBankCount];

        public int BytesOf(int bank) => peakBytes[bank];

        public override void Allocated(MemoryBuffer buffer)
        {
            if (buffer.Space is MemoryBank bank)
            {
                peakBytes[bank.Index] = Math.Max(peakBytes[bank.Index], Math.Min(bank.UsedBytes, bank.CapacityBytes));
            }
        }
    }
}
