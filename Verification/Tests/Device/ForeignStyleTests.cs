using TileProof.HwModel.Device;
using TileProof.Tests.Support;

namespace TileProof.Tests.Device;

/// <summary>Code in other people's manner compiles as it is, and each thing that is made wrong is found at its line.</summary>
public sealed class ForeignStyleTests
{
    public static TheoryData<string, string> Programs => new()
    {
        { "pointers", "-O0" }, { "pointers", "-O2" }, { "queue", "-O1" }, { "queue", "-O3" }, { "machine", "-O0" }, { "machine", "-O2" },
    };

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void RightProgram_GivesTheBytes_AtEveryLandingAndRing_AndNoHazard(string program, string optimization) =>
        DeviceBench.AssertRight(ForeignStyles.All[program], optimization, randomSchedules: 12);

    /// <summary>The program, what is replaced by what, the rule that finds it, and a line that is named, with the flags.</summary>
    public static TheoryData<string, string, string, string, string> WrongPrograms => new()
    {
        { "pointers", ".channel = 1, .start = start_rows, .wait = wait_all", ".channel = 1, .start = start_rows, .wait = wait_none", "read-before-arrival", "kernel" },
        { "pointers", "[OUTPUT] = { .name = \"output\", .channel = 0, .start = start_rows, .wait = wait_all", "[OUTPUT] = { .name = \"output\", .channel = 0, .start = start_rows, .wait = wait_none", "in-flight-at-return", "store" },
        { "pointers", "b.in[~t & 1]", "b.in[t & 1]", "read-before-arrival", "kernel" },
        { "pointers", "memset(to, c->input_zero_point, IN_BYTES)", "memset(to, c->input_zero_point, IN_BYTES + 1)", "outside-buffer", "fill" },
        { "pointers", "{ .first = 2, .count = 5, .rows = 3 }", "{ .first = 2, .count = 5, .skip = 1, .rows = 3 }", "outside-buffer", "load" },
        { "queue", "WAIT(1) /*@wait in@*/", ";", "read-before-arrival", "tile" },
        { "queue", "WAIT(0) /*@wait out@*/", "if (t == 0) WAIT(0)", "read-before-arrival", "tile" },
        { "queue", "WAIT(0) /*@last@*/", ";", "in-flight-at-return", "store" },
        { "queue", "WAIT(0) /*@constants@*/", "for (int k = 0; k < 2; k++) { PUSH(&queue, bias, A32(c->bias), .row_bytes = 4, .rows = 1, .planes = 1); send(&queue); } /*@constants@*/", "ring-overflow", "constants" },
        { "queue", "tileproof_buffer(what, P8(at), (size_t)bytes); /*@carve@*/", "tileproof_buffer(what, P8(at), (size_t)bytes - 1);", "outside-buffer", "tile" },
        { "machine", "until(1, t->loaded); /*@wait@*/", "(void)idma_desc_done(1, t->loaded);", "read-before-arrival", "kernel" },
        { "machine", "until(0, last); /*@constants@*/", ";", "read-before-arrival", "kernel" },
        { "machine", "until(0, last); /*@last@*/", ";", "in-flight-at-return", "store" },
        { "machine", "in[t->next->number & 1]", "in[t->number & 1]", "read-before-arrival", "kernel" },
        { "machine", "x < PITCH; x++", "x < PITCH - 1; x++", "never-written", "kernel" },
    };

    [SkippableTheory]
    [MemberData(nameof(WrongPrograms))]
    public void WrongProgram_BreaksARuleAtItsLine(string program, string old, string changed, string rule, string tag)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        Dictionary<string, string> files = ForeignStyles.Changed(program, old, changed);
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, files));
        IReadOnlyList<RecordedHazard> hazards = RecordedCheck.Check(ProgramRecorder.Record(session.Run(new DeviceRunSettings())), DeviceBench.Machine);
        string place = ForeignPrograms.PlaceOf(files, tag);
        Assert.True(
            hazards.Any(hazard => hazard.Hazard.Rule.Name == rule && (hazard.Origin?.Frames ?? []).Concat(hazard.OtherOrigin?.Frames ?? []).Any(frame => frame.Place == place)),
            $"{rule} at {place} is not among {string.Join("; ", hazards.Select(static hazard => $"{hazard.Hazard.Rule} at {hazard.Origin} with {hazard.OtherOrigin}"))}");
    }
}
