using System.ComponentModel;
using System.Diagnostics;

namespace TileProof.Tests.Support;

/// <summary>Runs a C or C++ compiler and the programs that it makes.</summary>
internal static class CCompiler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static bool IsThere(string compiler)
    {
        try
        {
            return Run(compiler, Path.GetTempPath(), "--version").ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    public static (int ExitCode, string Output, string Error) Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"{program} did not end within {Patience.TotalSeconds} s.");
        }

        return (process.ExitCode, output, error.Result);
    }
}
