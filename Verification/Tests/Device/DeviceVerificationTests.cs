using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TileProof.HwModel.Dma;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Device;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Tests.Device;

/// <summary>A whole run on one layer with several tiles: what it says, writes and exits with.</summary>
public sealed partial class DeviceVerificationTests
{
    private const string FirstProgram = """
        #include <tileproof.h>
        #include <xtensa/idma.h>
        IDMA_BUFFER_DEFINE(ring, 8, IDMA_2D_DESC);
        static signed char weights[16384] __attribute__((section(".dram1.data")));
        int my_conv(const tp_conv2d *c)
        {
            int taps = c->in_channels * c->kernel_height * c->kernel_width;
            idma_init(0, MAX_BLOCK_16, 16, TICK_CYCLES_8, 0, NULL);
            idma_init_loop(ring, IDMA_2D_DESC, 8, NULL, NULL);
            for (int oc = 0; oc < c->out_channels; oc++) {
                idma_copy_desc(weights, (void *)(c->weights + oc * taps), (size_t)taps, 0);
                WAIT;
                for (int y = 0; y < c->out_height; y++)
                    for (int x = 0; x < c->out_width; x++) {
                        int sum = c->bias[oc];
                        for (int ic = 0; ic < c->in_channels; ic++)
                            for (int ky = 0; ky < c->kernel_height; ky++)
                                for (int kx = 0; kx < c->kernel_width; kx++) {
                                    int iy = y * c->stride + ky - c->padding, ix = x * c->stride + kx - c->padding;
                                    int outside = iy < 0 || ix < 0 || iy >= c->in_height || ix >= c->in_width;
                                    sum += (outside ? c->input_zero_point : c->input[(ic * c->in_height + iy) * c->in_width + ix]) * weights[(ic * c->kernel_height + ky) * c->kernel_width + kx];
                                }
                        sum = (sum << 8) >> 8;
                        sum = (sum + (1 << (c->accum_shift - 1))) >> c->accum_shift;
                        sum = sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum;
                        long long v = ((long long)sum * (c->scales ? c->scales[oc] : c->output_scale) + (1ll << (c->output_shift - 1))) >> c->output_shift;
                        v = v > c->relu_max ? c->relu_max : v < c->relu_min ? c->relu_min : v;
                        c->output[(oc * c->out_height + y) * c->out_width + x] = (signed char)v;
                    }
            }
            WRITE_BACK;
            return 0;
        }
        """;

    private const string Layer = "64_16_16_64_3_3_16_16_1_1_1_1";

    [SkippableFact]
    public void PublishedSample_IsNotProven_AndEveryReportSaysWhy()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        string said = Run(folder, "published", ExitCode.NotProven);
        Assert.Contains("cause: no wait on channel 1 before conv_tiles.h:", said, StringComparison.Ordinal);
        Assert.Contains("no hazard, bytes equal", said, StringComparison.Ordinal);
        (long Explained, long All)[] bytes = [.. WrongBytesOfCauses().Matches(said).Select(static match => (Number(match.Groups[1].Value), Number(match.Groups[2].Value)))];
        Assert.NotEmpty(bytes);
        Assert.All(bytes, static one => Assert.InRange(one.Explained, 1, one.All));
        Assert.Contains("schedules: ", said, StringComparison.Ordinal);
        Assert.Contains("cycles at banks 16k, memory model, calibrated: ", said, StringComparison.Ordinal);
        using JsonDocument sarif = JsonDocument.Parse(File.ReadAllText(folder["findings.sarif"]));
        Assert.Empty(SarifRules.Broken(sarif.RootElement));
        JsonElement[] results = [.. sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()];
        Assert.Contains(results, static result => result.TryGetProperty("codeFlows", out _));
        Assert.Contains(results, static result => result.TryGetProperty("fixes", out JsonElement fixes) && fixes.ToString().Contains("idma_hw_wait_all(1);", StringComparison.Ordinal));

        string[] cycles = File.ReadAllLines(folder["device_cycles.csv"]);
        Assert.Contains(cycles, static line => line.Contains(",memory-model,calibrated,", StringComparison.Ordinal));
        string[] rows = File.ReadAllLines(folder["device_cases.csv"])[1..];
        Assert.Contains(rows, static line => line.Contains(",modelled,", StringComparison.Ordinal));
        Assert.Contains("harmed", File.ReadLines(folder["adversarial.csv"]).First(), StringComparison.Ordinal);

        string page = File.ReadAllText(folder["report.html"]);
        Assert.Contains("NOT proven: sample-published</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<b>no wait on channel 1 before conv_tiles.h:", page, StringComparison.Ordinal);
        Assert.Matches("""<b> *\d+  .*XAI_ERR_TYPE status = conv_compute.*</b>\n<b> +\u2191 called here""", page);
        Assert.Matches("""<b> *\d+ +idma_copy_3d_desc64.*</b>\n<b> +\u2191 the transfer is issued""", page);
        Assert.Contains("<a href=\"#cause-", page, StringComparison.Ordinal);
        Assert.Contains("<td>conv_tiles.h:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("RecordedHazard", page, StringComparison.Ordinal);
        XElement tests = XElement.Load(folder["results.xml"]);
        Assert.Equal(["verdict", "resnet18, banks 16k"], tests.Elements("testsuite").Select(static suite => suite.Attribute("name")!.Value));
        Assert.Equal(4, tests.Elements("testsuite").Last().Elements("testcase").Count(static test => test.Element("failure") is { } failure && failure.Attribute("message")!.Value.Contains("kinds of hazard", StringComparison.Ordinal)));

        // What it recorded breaks the same rules at the same lines when it is read again.
        var again = new StringWriter();
        int code = RecordedVerification.Execute(new VerifyOptions { ProgramsFile = folder[$"{Layer}_16k.tileprogram.jsonl"], Banks = [BankSetting.Parse("16k")] }, again);
        Assert.Equal(ExitCode.NotProven, code);
        Assert.Equal(Places(said), Places(again.ToString()));
        Assert.NotEmpty(Places(said));
    }

    [SkippableFact]
    public void CorrectedSample_IsProven()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        string said = Run(folder, "corrected", ExitCode.Proven);
        Assert.Contains("proven: sample-corrected, 4 calls at a bank setting in 16 runs", said, StringComparison.Ordinal);
        Assert.Contains("0 with other bytes, other instructions or a fault", said, StringComparison.Ordinal);
        Assert.Contains("</span>Proven: sample-corrected</h1>", File.ReadAllText(folder["report.html"]), StringComparison.Ordinal);
        Assert.Empty(XElement.Load(folder["results.xml"]).Descendants("failure"));
        Assert.Equal("nothing is wrong\n", File.ReadAllText(folder["device_findings.txt"]));
        Assert.False(File.Exists(folder[$"{Layer}_16k.tileprogram.jsonl"]));
    }

    /// <summary>On a machine with one bank, convolutions use it and everything else works through the cache.</summary>
    [SkippableTheory]
    [InlineData("published", ExitCode.NotProven)]
    [InlineData("corrected", ExitCode.Proven)]
    public void MachineWithOneBank_RunsTheSamples(string library, int exitCode)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        string said = Run(folder, library, exitCode, BankSetting.DefaultsOf(DescribedMachine.WideOneBank), ["1-8", "70-76"]);
        Assert.Contains(" 0 faults", said, StringComparison.Ordinal);
        Assert.Equal(exitCode == ExitCode.NotProven, said.Contains(" in DRAM0", StringComparison.Ordinal));
    }

    /// <summary>A first program: one loop nest over everything, weights by DMA. Without a wait, one is offered; without a write-back, the finding says what is lost.</summary>
    [SkippableTheory]
    [InlineData(false, true, "tried: no hazard, bytes equal")]
    [InlineData(true, false, "the core wrote it and nothing wrote it back")]
    [InlineData(true, true, "proven: first, 1 call")]
    public void FirstProgram_IsToldWhatItLacks(bool waits, bool writesBack, string expected)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["conv.c"], FirstProgram.Replace("WAIT;", waits ? "idma_hw_wait_all();" : "", StringComparison.Ordinal).Replace("WRITE_BACK;", writesBack ? "xthal_dcache_region_writeback(c->output, (size_t)(c->out_channels * c->out_height * c->out_width));" : "", StringComparison.Ordinal));
        File.WriteAllText(folder["kernels.json"], """{ "name": "first", "sources": ["conv.c"], "entries": { "conv2d": "my_conv" } }""");
        string said = Run(folder, folder["kernels.json"], waits && writesBack ? ExitCode.Proven : ExitCode.NotProven, layers: ["256_4_4_512_1_1_2_2_2_2_0_1"]);
        Assert.Contains(expected, said, StringComparison.Ordinal);
    }

    /// <summary>For machines, the output is one object, with what the tables hold.</summary>
    [SkippableFact]
    public void Json_HasCausesFindingsAndRows()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        using JsonDocument said = JsonDocument.Parse(Run(folder, "published", ExitCode.NotProven, json: true));
        JsonElement root = said.RootElement;
        Assert.False(root.GetProperty("proven").GetBoolean());
        Assert.Equal(16, root.GetProperty("cases").GetArrayLength());
        Assert.Equal(16, root.GetProperty("cycles").GetArrayLength());
        Assert.NotEqual(0, root.GetProperty("causes").GetArrayLength());
        JsonElement finding = root.GetProperty("findings").EnumerateArray().First(static one => one.GetProperty("rule").GetString() == "read-before-arrival");
        Assert.EndsWith("conv_tiles.h", finding.GetProperty("file").GetString(), StringComparison.Ordinal);
        Assert.Contains(" <- conv.c:", finding.GetProperty("place").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, finding.GetProperty("channel").GetInt32());

        var again = new StringWriter();
        RecordedVerification.Execute(
            new VerifyOptions { ProgramsFile = folder[$"{Layer}_16k.tileprogram.jsonl"], Banks = [BankSetting.Parse("16k")], PrintsJson = true, JUnitFile = folder["recorded.xml"] }, again);
        using JsonDocument recorded = JsonDocument.Parse(again.ToString());
        Assert.NotEqual(0, recorded.RootElement.GetProperty("findings").GetArrayLength());
        Assert.Single(XElement.Load(folder["recorded.xml"]).Descendants("failure"));
    }

    private static long Number(string digits) => long.Parse(digits, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@" and ([\d,]+) of ([\d,]+) wrong bytes")]
    private static partial Regex WrongBytesOfCauses();

    private static string Run(TemporaryFolder folder, string library, int exitCode, IReadOnlyList<BankSetting>? banks = null, IReadOnlyList<string>? layers = null, bool json = false)
    {
        var said = new StringWriter();
        int code = DeviceVerification.Execute(
            new VerifyOptions
            {
                Networks = ["resnet18"],
                Banks = banks ?? [BankSetting.Parse("16k")],
                Layers = layers ?? [Layer],
                Landings = [LandingKind.AtIssue, LandingKind.AtWait, LandingKind.Random, LandingKind.Modelled],
                AdversarialSchedules = 6,
                ProgramsFile = library.EndsWith(".json", StringComparison.Ordinal) ? library : RepositoryPaths.Fixture("programs", library, "kernels.json"),
                SarifFile = folder["findings.sarif"],
                JUnitFile = folder["results.xml"],
                PrintsJson = json,
                OutputFolder = folder.FullPath,
                CacheFolder = Path.Combine(Path.GetTempPath(), "tileproof-tests-device-cache"),
            },
            new RecordedProgress(), said, CancellationToken.None);
        Assert.True(exitCode == code, said.ToString());
        return said.ToString();
    }

    private static string[] Places(string said) =>
        [.. said.Split('\n').Where(static line => line.Contains(": read-before-arrival: ", StringComparison.Ordinal)).Select(static line => line.Split(": read-before-arrival")[0]).Order(StringComparer.Ordinal)];
}
