using TileProof.HwModel.Device;
using TileProof.HwModel.Machine;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;

namespace TileProof.Tests.Device;

public sealed class DeviceFaultTests
{
    /// <summary>A statement in place of the wait before the kernel, what it is reported as, and a part of the words.</summary>
    public static TheoryData<string, DeviceFaultKind, string> Faults => new()
    {
        { "while (idma_desc_done(1, 9999) == 0) { } /*@here@*/", DeviceFaultKind.TimeLimit, "endless loop" },
        { "for (;;) { pool_used[0] ^= 1; } /*@here@*/", DeviceFaultKind.TimeLimit, "endless loop" },
        { "*(volatile int *)0 = 1; /*@here@*/", DeviceFaultKind.Signal, "null pointer" },
        { "pool_used[0] = pool_used[1] / (n - n); /*@here@*/", DeviceFaultKind.Signal, "division by zero" },
        { "abort(); /*@here@*/", DeviceFaultKind.Abort, "abort" },
        { "exit(3); /*@here@*/", DeviceFaultKind.Exit, "exit with status 3" },
        { "_exit(0); /*@here@*/", DeviceFaultKind.Exit, "exit with status 0" },
        { "memset(malloc(1u << 30), 1, 1u << 30); /*@here@*/", DeviceFaultKind.Allocation, "1024 MiB" },
        { "idma_hw_wait_all(9); /*@here@*/", DeviceFaultKind.Channel, "channel 9" },
    };

    [SkippableTheory]
    [MemberData(nameof(Faults))]
    public void Fault_IsTold_WithItsLine_AndTheNextRunIsWhole(string statement, DeviceFaultKind kind, string words)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        Dictionary<string, string> files = ElsewhereProgram.Files(("WAIT_IN(); /*@wait in@*/", statement));
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, files) with { TimeLimitMilliseconds = 700 });
        DeviceRun run = session.Run(new DeviceRunSettings());
        Assert.Equal(kind, run.Fault);
        Assert.Contains(words, TileProof.Verification.Device.DeviceFaultText.Of(run, 700), StringComparison.Ordinal);
        Assert.Equal($"main.c:{ElsewhereProgram.LineOf(files, "here")}", run.FaultOrigin?.Innermost.Place);
        Assert.Equal(kind, session.Run(new DeviceRunSettings()).Fault);
    }

    [SkippableFact]
    public void StackOverflow_IsTold()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        Dictionary<string, string> files = ElsewhereProgram.Files(
            ("int run(const tp_conv2d *c)", "int deeper(int depth) { volatile char room[4096]; room[0] = (char)depth; return deeper(depth + 1) + room[0]; } /*@here@*/\nint run(const tp_conv2d *c)"),
            ("WAIT_IN(); /*@wait in@*/", "WAIT_IN(); if (deeper(0)) return 1;"));
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, files));
        DeviceRun run = session.Run(new DeviceRunSettings());
        Assert.Equal(DeviceFaultKind.StackOverflow, run.Fault);
        Assert.Equal($"main.c:{ElsewhereProgram.LineOf(files, "here")}", run.FaultOrigin?.Innermost.Place);
    }

    [SkippableFact]
    public void StatusThatIsNotZero_IsARefusal()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, ElsewhereProgram.Files(("WAIT_IN(); /*@wait in@*/", "return 7;"))));
        Assert.Equal("refused with status 7", TileProof.Verification.Device.DeviceFaultText.Of(session.Run(new DeviceRunSettings()), 4000));
    }

    [SkippableFact]
    public void BankAllocationOf1GiB_OverflowsItsBank_AtItsLine()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        Dictionary<string, string> files = ElsewhereProgram.Files(("WAIT_IN(); /*@wait in@*/", "WAIT_IN(); tileproof_buffer(\"huge\", dram0_pool, 1u << 30); /*@here@*/"));
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, files));
        Assert.Contains(
            RecordedCheck.Check(ProgramRecorder.Record(session.Run(new DeviceRunSettings())), DeviceBench.Machine),
            static hazard => hazard.Hazard.Rule.Name == "bank-overflow" && hazard.Hazard.Buffer == "huge");
    }

    [SkippableFact]
    public void CompileError_NamesFileAndLine()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        Dictionary<string, string> files = ElsewhereProgram.Files(("WAIT_IN(); /*@wait in@*/", "int = 3; /*@here@*/"));
        var exception = Assert.Throws<DeviceBuildException>(() => DeviceBench.Open(DeviceBench.Program(folder, files)));
        Assert.Contains($"main.c:{ElsewhereProgram.LineOf(files, "here")}: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.False(exception.IsMissingCompiler);
    }

    [SkippableFact]
    public void MissingSymbol_IsNamed()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        Dictionary<string, string> files = ElsewhereProgram.Files(("int helper_rows(int number, int all, int rows);", "int helper_rows(int number, int all, int rows); int nowhere(void);"), ("WAIT_IN(); /*@wait in@*/", "nowhere(); /*@here@*/"));
        var exception = Assert.Throws<DeviceBuildException>(() => DeviceBench.Open(DeviceBench.Program(folder, files)));
        Assert.Equal($"'nowhere' is used at main.c:{ElsewhereProgram.LineOf(files, "here")} and defined in no source", exception.Message);
    }

    [SkippableFact]
    public void MissingEntry_IsNamed()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        DeviceProgram program = DeviceBench.Program(folder, ElsewhereProgram.Files()) with { Entries = new Dictionary<OperatorKind, DeviceEntry> { [OperatorKind.Conv2d] = new("other") } };
        Assert.Equal("'other', the entry of Conv2d, is defined in no source", Assert.Throws<DeviceBuildException>(() => DeviceBench.Open(program)).Message);
    }

    [Fact]
    public void MissingCompiler_SaysWhatToInstall()
    {
        var exception = Assert.Throws<DeviceBuildException>(() => DeviceCompiler.Find("no-such-compiler"));
        Assert.True(exception.IsMissingCompiler);
        Assert.Contains("install it", exception.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Build_IsFoundAgain_UntilAHeaderChanges()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        using var cache = new TemporaryFolder();
        DeviceProgram program = DeviceBench.Program(folder, ElsewhereProgram.Files());
        string table = TileProof.Verification.Export.LayerConfigHeader.Write(BankBytes.Of(4096, 5120), [DeviceBench.Plan], []);
        var first = new DeviceBuilder(cache.FullPath);
        first.Build(program, table, DeviceBench.Machine);
        var second = new DeviceBuilder(cache.FullPath);
        second.Build(program, table, DeviceBench.Machine);
        Assert.Equal((1, 0), (first.CompiledCount, second.CompiledCount));

        File.AppendAllText(folder["pool.h"], "\n/* changed */\n");
        var third = new DeviceBuilder(cache.FullPath);
        third.Build(program, table, DeviceBench.Machine);
        Assert.Equal(1, third.CompiledCount);
    }
}
