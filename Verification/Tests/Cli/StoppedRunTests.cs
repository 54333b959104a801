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
        using var layers = new LayerVectorFiles();
        layers.Repeat(200);
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLineApplication).Assembly.Location, "verify", "--vectors", layers.Parent, "--out", folder["reports"]])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process run = Process.Start(start)!;
        string? firstProgress = run.StandardError.ReadLine();
        using Process kill = Process.Start("kill", [signal, run.Id.ToString(CultureInfo.InvariantCulture)]);
        string lines = run.StandardError.ReadToEnd();
        Assert.True(run.WaitForExit(Patience));
        Assert.NotNull(firstProgress);
        Assert.EndsWith("tileproof: stopped; nothing more is written\n", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", lines, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.Empty(folder.Files);
    }
}
