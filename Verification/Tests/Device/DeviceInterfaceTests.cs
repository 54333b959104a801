using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.Tests.Support;

namespace TileProof.Tests.Device;

/// <summary>What the interface does where its public sources leave a choice: small programs that return what they see.</summary>
public sealed class DeviceInterfaceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Programs of one function, which return a number: what it says, its body, the landing and the ring, and the status.</summary>
    public static TheoryData<string, string, LandingKind, DeviceRingMode, int> Behaviours => new()
    {
        // A query answers 0 once after the issue, whatever has landed, then 1; one of an earlier descriptor is answered by the later one.
        { "first query is 0, second 1, at wait", "int id = idma_copy_desc(0, at, in, 64, 0); int a = idma_desc_done(0, id); return 100 + a * 10 + idma_desc_done(0, id);", LandingKind.AtWait, DeviceRingMode.Block, 101 },
        { "first query is 0, second 1, at issue", "int id = idma_copy_desc(0, at, in, 64, 0); int a = idma_desc_done(0, id); return 100 + a * 10 + idma_desc_done(0, id);", LandingKind.AtIssue, DeviceRingMode.Block, 101 },
        { "descriptors count from 1 in order of issue", "int a = idma_copy_desc(0, at, in, 64, 0); int b = idma_copy_desc(0, at + 64, in, 64, 0); return 100 + a * 10 + b;", LandingKind.AtWait, DeviceRingMode.Block, 112 },
        { "a done descriptor says it of all before", "idma_copy_desc(0, at, in, 64, 0); idma_copy_desc(0, at + 64, in, 64, 0); while (!idma_desc_done(0, 2)) { } return 100 + idma_desc_done(0, 1) * 10 + (at[0] == in[0]);", LandingKind.AtWait, DeviceRingMode.Block, 111 },
        { "bytes land with the query that answers 1", "idma_copy_desc(0, at, in, 64, 0); int a = at[0] == in[0]; idma_desc_done(0, 1); int b = at[0] == in[0]; idma_desc_done(0, 1); return 100 + a * 4 + b * 2 + (at[0] == in[0]);", LandingKind.AtWait, DeviceRingMode.Block, 101 },
        { "the count falls with each question", "idma_copy_desc(0, at, in, 64, 0); idma_copy_desc(0, at + 64, in, 64, 0); int a = idma_buffer_status(0), b = idma_buffer_status(0); return 100 * a + 10 * b + idma_hw_num_outstanding(0);", LandingKind.AtWait, DeviceRingMode.Block, 210 },
        { "channels are apart", "idma_copy_desc(0, at, in, 64, 0); idma_copy_desc(1, at + 64, in, 64, 0); idma_hw_wait_all(1); return 100 + 10 * (at[0] == in[0]) + (at[64] == in[0]);", LandingKind.AtWait, DeviceRingMode.Block, 101 },

        // Three transfers into a ring of two: the first has landed, has not, or the third is refused.
        { "a full ring blocks", "int n = three(at, in); return 100 + 10 * (n == 3) + (at[0] == in[0]);", LandingKind.AtWait, DeviceRingMode.Block, 111 },
        { "a full ring retires the oldest", "int n = three(at, in); return 100 + 10 * (n == 3) + (at[0] == in[0]);", LandingKind.AtWait, DeviceRingMode.Retire, 110 },
        { "what was retired lands at the wait", "three(at, in); idma_hw_wait_all(0); return 100 + (at[0] == in[0]) * 4 + (at[64] == in[0]) * 2 + (at[128] == in[0]);", LandingKind.AtWait, DeviceRingMode.Retire, 107 },
        { "a full ring is an error", "int n = three(at, in); idma_hw_wait_all(0); return 100 + 10 * (n == IDMA_ERR_BUF_OVFL) + (at[128] == in[0]);", LandingKind.AtWait, DeviceRingMode.Error, 110 },

        // The cache: DMA sees memory, the core sees its lines.
        { "a load of a dirty line moves what memory holds", "c->output[0] = 7; idma_copy_desc(0, at, c->output, 1, 0); idma_hw_wait_all(0); return 300 + at[0];", LandingKind.AtWait, DeviceRingMode.Block, 300 - 91 },
        { "a load of a line that was written back moves it", "c->output[0] = 7; xthal_dcache_region_writeback(c->output, 1); idma_copy_desc(0, at, c->output, 1, 0); idma_hw_wait_all(0); return 300 + at[0];", LandingKind.AtWait, DeviceRingMode.Block, 307 },
        { "the core reads the line that it holds", "at[0] = 9; int old = c->output[0]; idma_copy_desc(0, c->output, at, 1, 0); idma_hw_wait_all(0); return 300 + (c->output[0] == old);", LandingKind.AtWait, DeviceRingMode.Block, 301 },
        { "the core reads memory after it dropped the line", "at[0] = 9; int old = c->output[0]; idma_copy_desc(0, c->output, at, 1, 0); idma_hw_wait_all(0); xthal_dcache_region_invalidate(c->output, 1); return 300 + c->output[0] + 0 * old;", LandingKind.AtWait, DeviceRingMode.Block, 309 },
        { "lines end where the machine says", "c->output[0] = 7; c->output[128] = 8; xthal_dcache_region_writeback(c->output, 1); idma_copy_desc(0, at, c->output, 129, 0); idma_hw_wait_all(0); return 300 + (at[0] == 7) * 2 + (at[128] == 8);", LandingKind.AtWait, DeviceRingMode.Block, 302 },

        // What it reads is its own: nothing.
        { "the input is empty", "extern int getchar(void); return 100 + (getchar() == -1);", LandingKind.AtWait, DeviceRingMode.Block, 101 },

        // Tasks.
        { "a task runs again", "idma_init_task(0, ring, IDMA_1D_DESC, 1, NULL, NULL); idma_add_desc(ring, at, in, 64, 0); idma_schedule_task(ring); idma_sleep(0); at[0] = in[0] + 1; idma_schedule_task(ring); idma_sleep(0); return 100 + (at[0] == in[0]);", LandingKind.AtWait, DeviceRingMode.Block, 101 },
        { "a task is not bounded by a ring", "idma_init_task(0, ring, IDMA_1D_DESC, 3, NULL, NULL); for (int i = 0; i < 3; i++) idma_add_desc(ring, at + 64 * i, in, 64, 0); int ok = idma_schedule_task(ring) == IDMA_OK; int n = idma_task_status(ring); return 100 + 10 * ok + n;", LandingKind.AtWait, DeviceRingMode.Error, 113 },
        { "a task that was not made is refused", "return 200 + idma_schedule_task((idma_buffer_t *)at);", LandingKind.AtWait, DeviceRingMode.Block, 184 },
        { "a ring calls back for each descriptor that asked for it", "int n = 0; idma_init_loop(0, ring, IDMA_1D_DESC, 2, &n, count); idma_copy_desc(0, at, in, 64, DESC_NOTIFY_W_INT); idma_copy_desc(0, at + 64, in, 64, 0); idma_hw_wait_all(0); idma_copy_desc(0, at, in, 64, DESC_NOTIFY_W_INT); idma_hw_wait_all(0); return 100 + n;", LandingKind.AtWait, DeviceRingMode.Block, 102 },
        { "a task calls back once", "int n = 0; idma_init_task(1, ring, IDMA_1D_DESC, 1, count, &n); idma_add_desc(ring, at, in, 64, 0); idma_schedule_task(ring); int before = n; while (n == 0) idma_process_tasks(1); idma_process_tasks(1); return 100 + 10 * before + n;", LandingKind.AtWait, DeviceRingMode.Block, 101 },
        { "nothing to sleep for", "return 100 + idma_sleep(1);", LandingKind.AtWait, DeviceRingMode.Block, 101 },
    };

    [SkippableTheory]
    [MemberData(nameof(Behaviours))]
    public void Choice_IsWhatIsSaid(string what, string body, LandingKind landing, DeviceRingMode ring, int status)
    {
        DeviceRun run = Run(body, new DeviceRunSettings { Landing = landing, RingMode = ring });
        Assert.Equal((what, DeviceFaultKind.None, status), (what, run.Fault, run.Status));
    }

    /// <summary>Only an answer of 1 is a wait, and a question that nobody looks at is none.</summary>
    [SkippableTheory]
    [InlineData("idma_copy_desc(0, at, in, 64, 0); return *(volatile int8_t *)at - *(volatile int8_t *)at;", true)]
    [InlineData("idma_copy_desc(0, at, in, 64, 0); (void)idma_desc_done(0, 1); return *(volatile int8_t *)at - *(volatile int8_t *)at;", true)]
    [InlineData("idma_copy_desc(0, at, in, 64, 0); (void)idma_process_tasks(0); (void)idma_process_tasks(0); return *(volatile int8_t *)at - *(volatile int8_t *)at;", true)]
    [InlineData("idma_copy_desc(0, at, in, 64, 0); while (idma_desc_done(0, 1) != 1) { } return *(volatile int8_t *)at - *(volatile int8_t *)at;", false)]
    [InlineData("idma_copy_desc(0, at, in, 64, 0); while (idma_buffer_status(0) > 0) { } return *(volatile int8_t *)at - *(volatile int8_t *)at;", false)]
    [InlineData("idma_copy_desc(0, at, in, 64, 0); idma_sleep(0); return *(volatile int8_t *)at - *(volatile int8_t *)at;", false)]
    [InlineData("idma_copy_desc(0, at, in, 64, 0); idma_hw_wait_all(1); return *(volatile int8_t *)at - *(volatile int8_t *)at;", true)]
    public void Query_IsAWait_OnlyWhereItsAnswerSaysSo(string body, bool isEarly) =>
        Assert.Equal(isEarly, HazardsOf(body).Contains(HazardRule.ReadBeforeArrival.Name));

    [SkippableTheory]
    [InlineData("c->output[0] = 7; idma_copy_desc(0, at, c->output, 1, 0); idma_hw_wait_all(0); return 0;", "dma-reads-dirty-line")]
    [InlineData("at[0] = 9; c->output[1] = 1; idma_copy_desc(0, c->output, at, 1, 0); idma_hw_wait_all(0); return 0;", "dma-writes-under-dirty-line")]
    [InlineData("three(at, in); idma_hw_wait_all(0); return 0;", "ring-overflow")]
    [InlineData("idma_copy_desc(0, at, in, 64, 0); return 0;", "in-flight-at-return")]
    public void Misuse_IsAHazard(string body, string rule) => Assert.Contains(rule, HazardsOf(body));

    /// <summary>A task has room for the descriptors that it was made with, and takes no place of a ring; each ring counts for itself.</summary>
    [SkippableTheory]
    [InlineData("tasked(at, in, 2, 2);", "")]
    [InlineData("tasked(at, in, 2, 3);", "the task has room for 2 descriptors")]
    [InlineData("idma_init_loop(0, ring, IDMA_1D_DESC, 2, NULL, NULL); tasked(at, in, 2, 2); idma_copy_desc(0, at + 256, in, 64, 0); idma_copy_desc(0, at + 320, in, 64, 0);", "")]
    [InlineData("tasked(at, in, 2, 2); idma_hw_wait_all(0); three(at, in);", "channel 0 holds 2 descriptors")]
    [InlineData("idma_init_loop(1, ring, IDMA_1D_DESC, 8, NULL, NULL); three(at, in);", "channel 0 holds 2 descriptors")]
    [InlineData("idma_init_loop(0, ring, IDMA_1D_DESC, 2, NULL, NULL); for (int i = 0; i < 3; i++) idma_add_desc(ring, at + 64 * i, in, 64, 0); idma_schedule_desc(0, 2); idma_hw_wait_all(0); idma_schedule_desc(0, 1);", "the ring has room for 2 descriptors")]
    [InlineData("idma_init_loop(0, ring, IDMA_1D_DESC, 2, NULL, NULL); for (int i = 0; i < 5; i++) { idma_add_desc(ring, at + 64 * i, in, 64, 0); idma_schedule_desc(0, 1); idma_hw_wait_all(0); }", "")]
    public void Overflow_IsReported_OfTasksAndRings(string body, string expected)
    {
        DeviceBench.RequireCompiler();
        DeviceRun run = Run(body + " idma_hw_wait_all(0); return 0;", new DeviceRunSettings());
        Assert.Equal((DeviceFaultKind.None, 0), (run.Fault, run.Status));
        RecordedProgram program = ProgramRecorder.Record(run);
        RecordedProgram again = RecordedProgramFile.Read(RecordedProgramFile.Write(program));
        foreach (RecordedProgram one in (RecordedProgram[])[program, again])
        {
            Hazard[] overflows = [.. RecordedCheck.Check(one, DeviceBench.Machine).Where(static hazard => hazard.Hazard.Rule == HazardRule.RingOverflow && hazard.Origin is not null).Select(static hazard => hazard.Hazard)];
            Assert.Equal(expected.Length == 0 ? 0 : 1, overflows.Length);
            Assert.All(overflows, overflow => Assert.Contains(expected, overflow.CollidesWith, StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public void VariableOfTheProgram_InATransfer_IsNamed()
    {
        DeviceBench.RequireCompiler();
        RecordedProgram program = ProgramRecorder.Record(Run("static int8_t mine[64]; mine[0] = 1; idma_copy_desc(0, at, mine, 64, 0); idma_hw_wait_all(0); return at[0] != 1;", new DeviceRunSettings()));
        Assert.Contains("variable at 0x", program.Buffers[Assert.Single(program.ForeignBuffers)].Name, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void VariableOfTheProgram_OfItsOwn_IsNobodyElses() =>
        Assert.Empty(ProgramRecorder.Record(Run("static int8_t mine[64]; mine[0] = 1; return mine[0] != 1;", new DeviceRunSettings())).ForeignBuffers);

    /// <summary>The bytes count as they lie when the entry returns; what lands later is told apart, and the closing line is named.</summary>
    [SkippableFact]
    public void StoreUnderWayAtReturn_IsNotThereYet_AndTheClosingLineIsNamed()
    {
        DeviceBench.RequireCompiler();
        DeviceRun run = Run("at[0] = 9;\n idma_copy_desc(0, c->output, at, 1, 0);\n return 0;\n", new DeviceRunSettings());
        Assert.Equal((1, (byte)9), (run.OutstandingAtReturn, run.OutputAfterLanding[0]));
        Assert.NotEqual(9, run.OutputAtReturn[0]);
        RecordedHazard hazard = RecordedCheck.Check(ProgramRecorder.Record(run), DeviceBench.Machine).Single(static one => one.Hazard.Rule == HazardRule.InFlightAtReturn);
        Assert.Equal("main.c:13", hazard.OtherOrigin!.Innermost.Place);
        Assert.Equal("main.c:16", hazard.Origin!.Innermost.Place);
    }

    /// <summary>Landing at given events: none early is landing at issue, none at all at the wait.</summary>
    [SkippableFact]
    public void GivenArrivals_LandBeforeTheirEvents()
    {
        const string Body = "idma_copy_desc(0, at, in, 64, 0); idma_copy_desc(0, at + 64, in, 64, 0); int a = at[0] == in[0]; memset(at + 192, 0, 1); int b = at[64] == in[0]; idma_hw_wait_all(0); return 100 + 10 * a + b;";
        Assert.Equal(111, Status([0, 0]));
        Assert.Equal(100, Status([]));
        Assert.Equal(110, Status([0, int.MaxValue]));
        Assert.Equal(101, Status([int.MaxValue, 0]));

        int Status(IReadOnlyList<int> arrivals) => Run(Body, new DeviceRunSettings { Landing = LandingKind.Modelled, Arrivals = arrivals }).Status;
    }

    [SkippableFact]
    public void MemoryBefore_IsWhatTheRunSays()
    {
        Assert.Equal(300 + 0x5C, Run("return 300 + ((uint8_t *)at)[0];", new DeviceRunSettings { Poison = 0x5C }).Status);
        Assert.Equal(300 + 0x5C, Run("return 300 + ((uint8_t *)c->output)[0];", new DeviceRunSettings { Poison = 0x5C }).Status);
    }

    public void Dispose() => folder.Dispose();

    private string[] HazardsOf(string body)
    {
        DeviceBench.RequireCompiler();
        DeviceRun run = Run(body, new DeviceRunSettings());
        Assert.Equal((DeviceFaultKind.None, 0), (run.Fault, run.Status));
        return [.. RecordedCheck.Check(ProgramRecorder.Record(run), DeviceBench.Machine).Select(static one => one.Hazard.Rule.Name)];
    }

    private DeviceRun Run(string body, DeviceRunSettings settings)
    {
        DeviceBench.RequireCompiler();
        string text = $$"""
            #define IDMA_USE_MULTICHANNEL 1
            #include <xtensa/idma.h>
            #include <xtensa/hal.h>
            #include <tileproof.h>
            #include <string.h>
            IDMA_BUFFER_DEFINE(ring, 2, IDMA_1D_DESC);
            static int three(int8_t *at, int8_t *in) { int n = 0; idma_init_loop(0, ring, IDMA_1D_DESC, 2, NULL, NULL); for (int i = 0; i < 3; i++) n = idma_copy_desc(0, at + 64 * i, in, 64, 0); return n; } static void tasked(int8_t *at, int8_t *in, int room, int count) { idma_init_task(0, ring, IDMA_1D_DESC, room, NULL, NULL); for (int i = 0; i < count; i++) idma_add_desc(ring, at + 64 * i, in, 64, 0); idma_schedule_task(ring); }
            static void count(void *told) { ++*(int *)told; }
            int run(const tp_conv2d *c)
            {
                int8_t *at = tileproof_bank(0), *in = (int8_t *)c->input; (void)at; (void)in; (void)three; (void)tasked; (void)count;
            {{body}}
            }
            """;
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, new Dictionary<string, string> { ["main.c"] = text }, "-O0"));
        return session.Run(settings);
    }
}
