using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;
using TileProof.Verification.Options;

namespace TileProof.Verification.Cycles;

/// <summary>What the program of one call does when, where its buffers lie, and which rules it breaks.</summary>
public sealed class CallTrace
{
    private readonly ProgramPricer pricer;
    private readonly BankOccupancyObserver occupancy;
    private readonly BufferObserver buffers = new();
    private readonly HazardMonitor hazards;
    private readonly List<TraceInstant> instants = [];

    /// <summary>Makes the observers of a call that is about to run.</summary>
    /// <param name="programs">The programs, and the machine.</param>
    /// <param name="call">The call.</param>
    /// <param name="bank">The bank setting that the programs were prepared for, which says what cycles cost.</param>
    /// <param name="mode">How much of the memory system counts.</param>
    /// <exception cref="NotSupportedException">The program uses no DMA.</exception>
    public CallTrace(PreparedPrograms programs, OperatorCall call, BankSetting bank, MachineMode mode)
    {
        ArgumentNullException.ThrowIfNull(programs);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(bank);
        DspConfiguration machine = programs.Machine;
        CallPlan plan = programs.ProgramOf(call).Plan;
        pricer = plan.Path == OperatorPath.Dma
            ? new ProgramPricer(call.Kind, plan, new KernelCosts(bank.Coefficients, mode), machine.RingDepth, recordSpans: true)
            : throw new NotSupportedException($"{call.Name}: its program works on system memory; only programs that use DMA are traced");
        occupancy = new BankOccupancyObserver(machine.Banks.Count, () => Timeline.NowCycles);
        hazards = new HazardMonitor(machine, hazard => Mark(hazard.Rule.Name, hazard.ToString()));
    }

    /// <summary>The core and the DMA channels.</summary>
    public EventTimeline Timeline => pricer.Timeline;

    /// <summary>Who has to read the program along.</summary>
    public IInstructionReader Reader => pricer;

    /// <summary>Bytes of the banks in use, in order of time.</summary>
    public IReadOnlyList<BankOccupancy> Occupancy => occupancy.Samples;

    /// <summary>Broken rules and faults, in order of time.</summary>
    public IReadOnlyList<TraceInstant> Instants => instants;

    /// <summary>The buffers in the local banks, in the order in which they were handed out.</summary>
    public IReadOnlyList<PlacedBuffer> Buffers => buffers.Placed;

    /// <summary>Who has to see the run.</summary>
    public MachineObserver[] Observers => [hazards, occupancy, buffers];

    /// <summary>Shows a program to the observers, without bytes and without arithmetic.</summary>
    /// <param name="programs">The programs, and the machine.</param>
    /// <param name="call">The call.</param>
    /// <param name="bank">The bank setting that the programs were prepared for.</param>
    /// <param name="mode">How much of the memory system counts.</param>
    public static CallTrace Walk(PreparedPrograms programs, OperatorCall call, BankSetting bank, MachineMode mode)
    {
        var trace = new CallTrace(programs, call, bank, mode);
        try
        {
            SimulatedCall.Walk(programs, call, null, stopped: false, trace.Reader, trace.Observers);
        }
        catch (HardwareFaultException fault)
        {
            trace.MarkFault(fault);
        }

        return trace;
    }

    /// <summary>Notes the fault that ended the program.</summary>
    public void MarkFault(HardwareFaultException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        Mark("hardware fault", fault.Message);
    }

    private void Mark(string name, string detail) => instants.Add(new TraceInstant(TimelineTrack.Core, name, Timeline.NowCycles, detail));

    private sealed class BufferObserver : MachineObserver
    {
        private readonly List<PlacedBuffer> placed = [];

        public IReadOnlyList<PlacedBuffer> Placed => placed;

        public override void Allocated(MemoryBuffer buffer)
        {
            ArgumentNullException.ThrowIfNull(buffer);
            if (buffer.Space is MemoryBank bank)
            {
                placed.Add(new PlacedBuffer(bank.Index, buffer.OffsetBytes, buffer.LengthBytes, buffer.Label));
            }
        }
    }
}
