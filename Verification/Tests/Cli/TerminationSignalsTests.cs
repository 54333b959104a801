using System.Diagnostics;
using System.Globalization;
using TileProof.Cli;

namespace TileProof.Tests.Cli;

public sealed class TerminationSignalsTests
{
    [SkippableFact]
    public void Token_FirstSignal_IsCancelledAndTheProcessGoesOn()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no kill command");
        using var signals = new TerminationSignals();
        Assert.False(signals.Token.IsCancellationRequested);
        using Process kill = Process.Start("kill", ["-TERM", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.True(signals.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
    }
}
