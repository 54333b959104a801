using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification.Conformance;
using TileProof.Verification.Device;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;

namespace TileProof.Tests.Device;

/// <summary>Schedules that a right program must not notice: landings, full rings, old memory contents.</summary>
public sealed class DeviceAdversaryTests
{
    private const int Schedules = 12;

    /// <summary>What is changed, and words of what the first schedule that harms it does; none for a right program.</summary>
    public static TheoryData<string, string, string> Programs => new()
    {
        { "", "", "" },
        { "WAIT_IN(); /*@wait in@*/", ";", "landing at-wait, a full ring retires the oldest" },

        // Right as long as a full ring makes the core wait: nothing else lets a store finish before its buffer is written again.
        { "WAIT_OUT(); /*@wait out@*/", "if (n + h == 0) WAIT_OUT();", "a full ring" },

        // Wrong only where the buffer does not hold what the layer before left, or what memory held: the bias of the last channels.
        { "(size_t)g->bias_buffer_size, DESC", "(size_t)g->bias_buffer_size - 4, DESC", "bytes differ" },
        { "WAIT_OUT(); /*@last@*/", "WAIT_OUT(); if (((volatile uint8_t *)dram1_pool)[sizeof dram1_pool - 1] != 0xA5) idma_hw_wait_all(1);", "other instructions" },
    };

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Schedule_HarmsWrongProgramsOnly(string old, string changed, string words)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, old.Length == 0 ? ElsewhereProgram.Files() : ElsewhereProgram.Files((old, changed))));
        AdversarialRow first = Run(session);
        Assert.Equal(Schedules, first.Schedules);
        Assert.Equal(words.Length > 0, first.Harmed > 0);
        Assert.Contains(words, first.FirstHarmed, StringComparison.Ordinal);
        Assert.Equal(first, Run(session));
    }

    private static AdversarialRow Run(DeviceSession session)
    {
        Conv2dCall call = DeviceBench.Operator();
        byte[] expected = DeviceBench.Expected(DeviceBench.Plan, DeviceBench.Machine);
        DeviceRun plain = session.Run(new DeviceRunSettings { Landing = LandingKind.AtWait });
        RecordedProgram program = ProgramRecorder.Record(plain);
        IReadOnlyList<int> arrivals = DeviceSchedule.ArrivalsOf(program, RecordedTiming.Of(program, call, CostCoefficients.Calibrated, MachineMode.MemoryModel));
        var golden = new GoldenCall { Network = "bench", Call = call, Reference = "", Inputs = [DeviceBench.Data(call.Shape).Input], Expected = Tensor.Create(call.Output.Shape, ElementType.Int8), Agreements = [] };
        return DeviceAdversary.Run(
            session, plain, arrivals, golden, BankSetting.Parse("4096x5120"), new VerifyOptions { AdversarialSchedules = Schedules },
            run => expected.Zip(run.OutputAtReturn).Count(static pair => pair.First != pair.Second));
    }
}
