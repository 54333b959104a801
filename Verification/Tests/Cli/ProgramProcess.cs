using System.Diagnostics;
using System.Globalization;
using TileProof.Cli;

namespace TileProof.Tests.Cli;

/// <summary>The program in a process of its own, where its exit code, its streams and its signals are real.</summary>
internal sealed class ProgramProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;

    private ProgramProcess(ProcessStartInfo start, IReadOnlyDictionary<string, string>? environment)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        output = process.StandardOutput.ReadToEndAsync();
        error = process.StandardError.ReadToEndAsync();
    }

    private static string Assembly => typeof(CommandLineApplication).Assembly.Location;

    /// <summary>Starts the program.</summary>
    public static ProgramProcess Start(IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null) =>
        new(new ProcessStartInfo("dotnet", [Assembly, .. args]), environment);

    /// <summary>Runs the program from a shell, to its end.</summary>
    /// <param name="before">Commands of the shell that go before, such as <c>ulimit -n 40;</c>.</param>
    /// <param name="redirections">Such as <c>2&gt;&amp;-</c>.</param>
    /// <param name="args">Arguments of the program.</param>
    /// <param name="environment">Variables to set.</param>
    public static (int ExitCode, string Output, string Error) RunInShell(
        string before, string redirections, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var run = new ProgramProcess(new ProcessStartInfo("sh", ["-c", $"{before} exec dotnet \"$0\" \"$@\" {redirections}", Assembly, .. args]), environment);
        return run.WaitForEnd();
    }

    /// <summary>Whether the process has loaded a file whose path has this in it. Only where the system says so (<c>/proc</c>).</summary>
    public bool HasLoaded(string part)
    {
        try
        {
            return File.ReadLines($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/maps").Any(line => line.Contains(part, StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Whether the process has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>Sends a signal such as <c>-TERM</c>.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [name, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end; a process that goes on for minutes fails the test.</summary>
    public (int ExitCode, string Output, string Error) WaitForEnd()
    {
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail("the program goes on");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    public void Dispose() => process.Dispose();
}
