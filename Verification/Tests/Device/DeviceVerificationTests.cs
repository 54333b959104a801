using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
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
        Assert.Contains(cycles, static line => line.Contains(",MemoryModel,calibrated,", StringComparison.Ordinal));
        string[] rows = File.ReadAllLines(folder["device_cases.csv"])[1..];
        Assert.Contains(rows, static line => line.Contains(",modelled,", StringComparison.Ordinal));
        Assert.Contains("harmed", File.ReadLines(folder["adversarial.csv"]).First(), StringComparison.Ordinal);

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

    private static long Number(string digits) => long.Parse(digits, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@" and ([\d,]+) of ([\d,]+) wrong bytes")]
    private static partial Regex WrongBytesOfCauses();

    private static string Run(TemporaryFolder folder, string library, int exitCode, IReadOnlyList<BankSetting>? banks = null, IReadOnlyList<string>? layers = null)
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
                ProgramsFile = RepositoryPaths.Fixture("programs", library, "kernels.json"),
                SarifFile = folder["findings.sarif"],
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
