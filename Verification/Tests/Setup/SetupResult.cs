using System.Diagnostics;

namespace TileProof.Tests.Setup;

/// <summary>How a run of the script ended.</summary>
internal sealed record SetupResult(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits for the end of a process.</summary>
    public static SetupResult Of(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(Patience));
        return new SetupResult(process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
