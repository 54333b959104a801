using System.Diagnostics;
using System.Globalization;
using TileProof.Cli;
using TileProof.Tests.Harness;
using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

public sealed class StoppedRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public void Verify_StoppedBySignal_EndsWithOneLineAndNoFile(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no kill command");
        Skip.If(signal == "-INT" && IsInterruptIgnored(), "SIGINT is ignored here, as for background jobs of a shell, and every program started keeps that");
        using var layers = new LayerVectorFiles();
        layers.Repeat(200);
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLineApplication).Assembly.Location, "verify", "--vectors", layers.Parent, "--out", folder["reports"]])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process run = Process.Start(start)!;
        Task<string> output = run.StandardOutput.ReadToEndAsync();
        string? firstProgress = run.StandardError.ReadLine();
        using Process kill = Process.Start("kill", [signal, run.Id.ToString(CultureInfo.InvariantCulture)]);
        Task<string> errors = run.StandardError.ReadToEndAsync();
        if (!run.WaitForExit(Patience))
        {
            run.Kill();
            Assert.Fail($"the run goes on after signal {signal}");
        }

        string lines = errors.GetAwaiter().GetResult();
        output.GetAwaiter().GetResult();
        Assert.NotNull(firstProgress);
        Assert.EndsWith("tileproof: stopped; nothing more is written\n", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", lines, StringComparison.Ordinal);
        Assert.Equal(signal == "-INT" ? ExitCode.Cancelled : ExitCode.Terminated, run.ExitCode);
        Assert.Empty(folder.Files);
    }

    private static bool IsInterruptIgnored()
    {
        const string Status = "/proc/self/status";
        const string Ignored = "SigIgn:";
        const ulong Interrupt = 1 << 1;
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(static line => line.StartsWith(Ignored, StringComparison.Ordinal)) : null;
        return line is not null && (ulong.Parse(line[Ignored.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0;
    }
}
