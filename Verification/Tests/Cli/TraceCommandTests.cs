using System.Globalization;
using System.Text.Json;
using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.HwModel.Timing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Tests.Cli;

public sealed class TraceCommandTests
{
    private static readonly string[] Tracks = ["DMA channel 0", "DMA channel 1", "core"];

    /// <summary>Every tiled program, by index, name and key; the published ones race.</summary>
    [Theory]
    [InlineData("6", "16k", "corrected", "release")]
    [InlineData("6", "16k", "published", "memory-model")]
    [InlineData("conv1", "61k", "corrected", "memory-model")]
    [InlineData("64_16_16_128_1_1_8_8_2_2_0_1", "8k", "corrected", "turbo")]
    [InlineData("maxpool", "16384x8192", "corrected", "memory-model-zero-latency")]
    [InlineData("layer1.0.add", "16k", "corrected", "release")]
    [InlineData("fc", "61k", "published", "release")]
    public void Trace_OfACall_IsInTheTraceEventFormatAndNeverOverlapsOnATrack(string layer, string bank, string programs, string mode)
    {
        using var folder = new TemporaryFolder();
        string file = folder["trace.json"];
        (int exitCode, string output, string error) = Invoke("trace", "--layers", layer, "--banks", bank, "--programs", programs, "--mode", mode, "-o", file);
        Assert.Empty(error);
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.EndsWith($"wrote {file}; open it in ui.perfetto.dev (1 us is 1 cycle)\n", output, StringComparison.Ordinal);
        using JsonDocument trace = JsonDocument.Parse(File.ReadAllBytes(file));
        JsonElement[] events = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray()];
        Assert.All(events, RequireFormat);
        Assert.Equal(Tracks, Of(events, "M").Where(static e => Name(e) == "thread_name").Select(static e => e.GetProperty("args").GetProperty("name").GetString()));
        Assert.Single(Of(events, "M"), static e => Name(e) == "process_name");
        Assert.NotEmpty(Of(events, "X"));
        foreach (IGrouping<int, JsonElement> track in Of(events, "X").GroupBy(static e => e.GetProperty("tid").GetInt32()))
        {
            RequireNoOverlap([.. track]);
        }

        RequireOccupancy([.. Of(events, "C")], BankSetting.Parse(bank));
        Assert.Equal(programs == "published", Of(events, "i").Any());
    }

    /// <summary>The calls follow each other without a gap, each with what its own trace holds; together they take what the single ones take.</summary>
    [Theory]
    [InlineData("corrected", false)]
    [InlineData("published", true)]
    public void Trace_OfANetwork_HasAllCallsOneBehindTheOther(string programs, bool hasHazards)
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, _) = Invoke(TraceRun.Execute, folder.FullPath, "trace", "--networks", "resnet18", "--banks", "61k", "--programs", programs, "--json");
        Assert.Equal(ExitCode.Proven, exitCode);
        using JsonDocument said = JsonDocument.Parse(output);
        Assert.Equal(folder["trace-resnet18-61k.json"], said.RootElement.GetProperty("file").GetString());
        using JsonDocument trace = JsonDocument.Parse(File.ReadAllBytes(folder["trace-resnet18-61k.json"]));
        JsonElement[] events = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray()];
        Assert.All(events.Where(static e => e.GetProperty("tid").GetInt32() != 3), RequireFormat);

        // Where a program returns with transfers under way, they go on beside the next call.
        foreach (IGrouping<int, JsonElement> track in Of(events, "X").GroupBy(static e => e.GetProperty("tid").GetInt32()).Where(track => !hasHazards || track.Key is (int)TimelineTrack.Core or 3))
        {
            RequireNoOverlap([.. track]);
        }

        JsonElement[] calls = [.. Of(events, "X").Where(static e => e.GetProperty("cat").GetString() == "call")];
        Assert.Equal(77, calls.Length);
        double now = 0;
        foreach (JsonElement call in calls)
        {
            Assert.Equal(now, call.GetProperty("ts").GetDouble(), 3);
            now += call.GetProperty("dur").GetDouble();
        }

        Assert.Equal(said.RootElement.GetProperty("cycles").GetInt64(), Math.Round(now));
        Assert.Equal(said.RootElement.GetProperty("hazards").GetInt32(), Of(events, "i").Count());
        JsonElement conv1 = said.RootElement.GetProperty("calls")[1];
        (_, string alone, _) = Invoke(TraceRun.Execute, folder.FullPath, "trace", "--networks", "resnet18", "--banks", "61k", "--programs", programs, "--layers", "1", "--json");
        using JsonDocument single = JsonDocument.Parse(alone);
        Assert.Equal(single.RootElement.GetProperty("cycles").GetInt64(), Math.Round(conv1.GetProperty("length_cycles").GetDouble()));
        Assert.Equal(single.RootElement.GetProperty("transfers").GetInt32(), conv1.GetProperty("transfers").GetInt32());
        Assert.Equal(single.RootElement.GetProperty("hazards").GetArrayLength(), conv1.GetProperty("hazards").GetInt32());
        Assert.Equal(hasHazards, conv1.GetProperty("hazards").GetInt32() > 0);
    }

    [Fact]
    public void Trace_DefaultFile_IsNamedAfterTheCall()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, _, _) = Invoke(TraceRun.Execute, folder.FullPath, "trace", "--layers", "0");
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.True(File.Exists(folder["trace-resnet18-0-61k.json"]));
    }

    [Fact]
    public void Trace_HelpExamples_AreAllAccepted()
    {
        (_, string help, _) = Invoke("trace", "--help");
        string[] examples = [.. help.Split("Examples:\n")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Trim().Split("  ")[0])];
        Assert.NotEmpty(examples);
        foreach (string example in examples)
        {
            TraceOptions? seen = null;
            Invoke(
                (options, _) =>
                {
                    seen = options;
                    return ExitCode.Proven;
                },
                "reports",
                example.Split(' ')[1..]);
            Assert.NotNull(seen);
        }
    }

    [Theory]
    [InlineData("unknown layer '77'; valid: indices 0 to 76 and ranges of them, call names such as fc.dequantize, keys such as dequantize_1000, or their beginnings (verify --list shows all)", "--layers", "77")]
    [InlineData("unknown layer '-1'; valid: indices 0 to 76 and ranges of them, call names such as fc.dequantize, keys such as dequantize_1000, or their beginnings (verify --list shows all)", "--layers", "-1")]
    [InlineData("'layer1' names 15 layers of resnet18, such as layer1.0.conv1 and layer1.1.relu; name one", "--layers", "layer1")]
    [InlineData("'--layer' is called '--layers', as in every command; see 'tileproof trace --help'", "--layer", "6")]
    [InlineData("'--network' is called '--networks', as in every command; see 'tileproof trace --help'", "--layers", "6", "--network=resnet50")]
    [InlineData("a trace shows DMA and local banks; '--banks cache' has neither", "--layers", "6", "--banks", "cache")]
    [InlineData("'16k,32k' names more than one bank setting; a trace shows one", "--layers", "6", "--banks", "16k,32k")]
    [InlineData("'all' names more than one network; a trace shows one", "--layers", "6", "--networks", "all")]
    [InlineData("unknown machine mode 'fast'; valid: turbo, release, memory-model, memory-model-zero-latency", "--layers", "6", "--mode", "fast")]
    [InlineData("a trace of your own programs shows one call; name it with --layers", "--programs", "kernels.json")]
    [InlineData("cannot write 'no such folder/trace.json': the folder does not exist", "--layers", "0", "-o", "no such folder/trace.json")]
    public void Trace_BadInput_IsOneLine(string message, params string[] args)
    {
        (int exitCode, string output, string error) = Invoke(["trace", .. args]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Empty(output);
        Assert.Equal($"tileproof: {message}\n", error);
    }

    [Fact]
    public void Trace_CallWithoutDma_IsOneLine()
    {
        (int exitCode, _, string error) = Invoke("trace", "--layers", "avgpool.quantize");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.StartsWith("tileproof: nothing to trace with banks 61k: avgpool.quantize: ", error, StringComparison.Ordinal);
    }

    /// <summary>The fields that the trace event format asks for, by phase.</summary>
    private static void RequireFormat(JsonElement e)
    {
        Assert.False(string.IsNullOrEmpty(Name(e)));
        Assert.Equal(1, e.GetProperty("pid").GetInt32());
        Assert.InRange(e.GetProperty("tid").GetInt32(), 0, Tracks.Length - 1);
        Assert.InRange(e.GetProperty("ts").GetDouble(), 0, 1e12);
        switch (e.GetProperty("ph").GetString())
        {
            case "M":
                Assert.Contains(Name(e), new[] { "process_name", "thread_name" });
                Assert.False(string.IsNullOrEmpty(e.GetProperty("args").GetProperty("name").GetString()));
                break;
            case "X":
                Assert.True(e.GetProperty("dur").GetDouble() >= 0);
                string category = e.GetProperty("cat").GetString()!;
                Assert.True(e.GetProperty("tid").GetInt32() == (int)TimelineTrack.Core ? Enum.TryParse<CycleCategory>(category, out _) : Enum.TryParse<TransferPurpose>(category, out _), category);
                break;
            case "C":
                Assert.All(e.GetProperty("args").EnumerateObject(), static series => Assert.True(series.Value.GetInt64() >= 0));
                break;
            case "i":
                Assert.Equal("t", e.GetProperty("s").GetString());
                Assert.False(string.IsNullOrEmpty(e.GetProperty("args").GetProperty("detail").GetString()));
                break;
            default:
                Assert.Fail($"phase {e.GetProperty("ph")}");
                break;
        }
    }

    private static void RequireNoOverlap(IReadOnlyList<JsonElement> spans)
    {
        const double Rounding = 1e-6;
        double end = 0;
        foreach (JsonElement span in spans)
        {
            double start = span.GetProperty("ts").GetDouble();
            Assert.True(start >= end - Rounding, string.Create(CultureInfo.InvariantCulture, $"{Name(span)} starts at {start}, before {end}"));
            end = start + span.GetProperty("dur").GetDouble();
        }
    }

    private static void RequireOccupancy(IReadOnlyList<JsonElement> samples, BankSetting bank)
    {
        long Used(JsonElement sample, string name) => sample.GetProperty("args").GetProperty(name).GetInt64();
        Assert.InRange(samples.Max(sample => Used(sample, "DRAM0")), 1, bank.Dram0Bytes);
        Assert.InRange(samples.Max(sample => Used(sample, "DRAM1")), 1, bank.Dram1Bytes);
        Assert.Equal(0, Used(samples[^1], "DRAM0"));
        Assert.Equal(samples.Select(static e => e.GetProperty("ts").GetDouble()).Order(), samples.Select(static e => e.GetProperty("ts").GetDouble()));
    }

    private static IEnumerable<JsonElement> Of(JsonElement[] events, string phase) => events.Where(e => e.GetProperty("ph").GetString() == phase);

    private static string Name(JsonElement e) => e.GetProperty("name").GetString()!;

    private static (int ExitCode, string Output, string Error) Invoke(params string[] args) => Invoke(TraceRun.Execute, "reports", args);

    private static (int ExitCode, string Output, string Error) Invoke(Func<TraceOptions, TextWriter, int> execute, string folder, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = output, Error = error, Progress = new PlainProgress(error), DefaultOutputFolder = folder };
        int exitCode = CommandLineApplication.Invoke(CommandLineApplication.CreateRoot([TraceCommand.Create(context, execute)]), args, context);
        return (exitCode, output.ToString(), error.ToString());
    }
}
