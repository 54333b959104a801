using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.Device;

namespace TileProof.Tests.Device;

public sealed class ElsewhereProgramTests
{
    [SkippableTheory]
    [InlineData("-O0")]
    [InlineData("-O1")]
    [InlineData("-O2")]
    public void RightProgram_AtEveryLanding_GivesTheBytesAndNoHazard(string optimization)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, ElsewhereProgram.Files(), optimization));
        byte[] expected = DeviceBench.Expected(DeviceBench.Plan, DeviceBench.Machine);
        Assert.True(DeviceBench.Plan.ChannelTileCount > 1 && DeviceBench.Plan.RowTileCount > 2);

        DeviceRunSettings[] schedules =
        [
            new() { Landing = LandingKind.AtIssue }, new() { Landing = LandingKind.AtWait },
            .. Enumerable.Range(0, 100).Select(static seed => new DeviceRunSettings { Landing = LandingKind.Random, Seed = seed }),
        ];
        foreach (DeviceRunSettings schedule in schedules)
        {
            DeviceRun run = session.Run(schedule);
            Assert.Equal((DeviceFaultKind.None, 0), (run.Fault, run.Status));
            Assert.Equal(expected, run.OutputAtReturn);
        }

        Assert.Empty(RecordedCheck.Check(ProgramRecorder.Record(session.Run(schedules[1])), DeviceBench.Machine));
    }

    /// <summary>What is wrong, how, the rule that finds it, and the line.</summary>
    public static TheoryData<string, string, string, string, string> WrongPrograms => new()
    {
        { "missing wait", "WAIT_IN(); /*@wait in@*/", ";", "read-before-arrival", "kernel" },
        { "wait on the other channel", "WAIT_IN(); /*@wait in@*/", "WAIT_OUT();", "read-before-arrival", "kernel" },
        { "poll instead of wait", "WAIT_IN(); /*@wait in@*/", "(void)idma_desc_done(1, 1);", "read-before-arrival", "kernel" },
        { "swapped ping and pong", "XAI_TILE3D_SET_DATA_PTR(&in, b.in0", "XAI_TILE3D_SET_DATA_PTR(&in, b.in1", "read-before-arrival", "kernel" },
        { "fill of one byte too many", "(size_t)g->input_buffer_size); /*@fill@*/", "(size_t)g->input_buffer_size + 1); /*@fill@*/", "outside-buffer", "fill" },
        { "bytes never written", "idma_copy_2d_desc(0, b.bias, ", "if (0) idma_copy_2d_desc(0, b.bias, ", "never-written", "kernel" },
        { "store still reads the buffer", "WAIT_OUT(); /*@wait out@*/", "if (n + h == 0) WAIT_OUT();", "write-under-read", "kernel" },
        { "dirty lines under a store", "WAIT_OUT(); /*@wait out@*/", "WAIT_OUT(); c->output[0] = 1;", "dma-writes-under-dirty-line", "store" },
        { "store under an outstanding store", "swap_buffers(&b.in0, &b.in1);", "idma_copy_2d_desc(1, c->output + n * g->n_tile_size * g->dst_dim2_pitch + h * g->out_dim2_pitch, b.out0, (size_t)(g->out_dim1_size * rows), 0, (uint32_t)channels, (uint32_t)g->out_dim2_pitch, (uint32_t)g->dst_dim2_pitch); /*@again@*/ swap_buffers(&b.in0, &b.in1);", "write-under-write", "again" },
        { "store under way at return", "WAIT_OUT(); /*@last@*/", ";", "in-flight-at-return", "store" },
    };

    [SkippableTheory]
    [MemberData(nameof(WrongPrograms))]
    public void WrongProgram_BreaksARuleAtItsLine(string what, string old, string changed, string rule, string tag)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        Dictionary<string, string> files = ElsewhereProgram.Files((old, changed));
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, files));
        RecordedProgram program = ProgramRecorder.Record(session.Run(new DeviceRunSettings()));
        IReadOnlyList<RecordedHazard> hazards = RecordedCheck.Check(program, DeviceBench.Machine);
        string wanted = $"{rule} at main.c:{ElsewhereProgram.LineOf(files, tag)}";
        Assert.True(
            hazards.Any(hazard => PlacesOf(hazard).Any(place => $"{hazard.Hazard.Rule} at {place}" == wanted)),
            $"{what}: {wanted} is not among {string.Join("; ", hazards.Select(static hazard => $"{hazard.Hazard.Rule} at {hazard.Origin} with {hazard.OtherOrigin}"))}");
    }

    /// <summary>No rule is broken, so that the bytes say it: at the kernel that made the first wrong one, and at the store behind it.</summary>
    [SkippableFact]
    public void RowTooFew_IsFound_AtTheKernelThatMadeTheFirstWrongByte()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        Dictionary<string, string> files = ElsewhereProgram.Files(("(uint32_t)(end - begin), (uint32_t)g->src_dim3_size", "(uint32_t)(end - begin - 1), (uint32_t)g->src_dim3_size"));
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, files));
        byte[] expected = DeviceBench.Expected(DeviceBench.Plan, DeviceBench.Machine);
        DeviceRun run = session.Run(new DeviceRunSettings());
        RecordedProgram program = ProgramRecorder.Record(run);
        Assert.Empty(RecordedCheck.Check(program, DeviceBench.Machine));
        int first = Enumerable.Range(0, expected.Length).First(i => expected[i] != run.OutputAtReturn[i]);
        Assert.True(first > 18, "the first rows need no row that is missing");

        DeviceFinding finding = WrongBytes.Describe(program, TensorShape.FromNchw(1, 20, 10, 18), 1, first, expected[first], run.OutputAtReturn[first], 1, "case");
        Assert.Equal($"main.c:{ElsewhereProgram.LineOf(files, "kernel")}", finding.Origin!.Innermost.Place);
        Assert.Equal($"main.c:{ElsewhereProgram.LineOf(files, "store")}", finding.OtherOrigin!.Innermost.Place);
        Assert.Contains($"[0, {first / 180}, {first / 18 % 10}, {first % 18}]: expected {(sbyte)expected[first]}, got {(sbyte)run.OutputAtReturn[first]}, tile n0 c{first / 180 / 7} h{first / 18 % 10 / 3}", finding.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void MissingWait_LandsLate_GivesWrongBytes_AndTheWaitMendsIt()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, ElsewhereProgram.Files(("WAIT_IN(); /*@wait in@*/", ";"))));
        byte[] expected = DeviceBench.Expected(DeviceBench.Plan, DeviceBench.Machine);
        DeviceRun late = session.Run(new DeviceRunSettings { Landing = LandingKind.AtWait });
        Assert.Equal(expected, session.Run(new DeviceRunSettings { Landing = LandingKind.AtIssue }).OutputAtReturn);
        Assert.NotEqual(expected, late.OutputAtReturn);

        RecordedHazard hazard = RecordedCheck.Check(ProgramRecorder.Record(late), DeviceBench.Machine).First(static one => one.Hazard.Rule == HazardRule.ReadBeforeArrival);
        Assert.Equal(1, hazard.OtherChannel);
        DeviceRun mended = session.Run(new DeviceRunSettings { Landing = LandingKind.AtWait, Mends = [new DeviceMend(hazard.Address, 1)] });
        Assert.Equal(expected, mended.OutputAtReturn);
    }

    /// <summary>A transfer under way at the return stands where it was issued.</summary>
    private static IEnumerable<string> PlacesOf(RecordedHazard hazard) =>
        (hazard.Hazard.Rule == HazardRule.InFlightAtReturn ? hazard.OtherOrigin : hazard.Origin)?.Frames.Select(static frame => frame.Place) ?? [];
}
