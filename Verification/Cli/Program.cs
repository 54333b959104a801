using System.Runtime.CompilerServices;
using TileProof.Cli;

int exitCode;
try
{
    exitCode = Run(args);
}
catch (Exception exception) when (LoadProblem.Is(exception))
{
    LoadProblem.Report(exception);
    exitCode = LoadProblem.ExitCode;
}

ProcessExit.Now(exitCode);
return exitCode;

// Apart from the code that starts first, which needs no part of the program that may be missing.
[MethodImpl(MethodImplOptions.NoInlining)]
static int Run(string[] args)
{
    using var signals = new TerminationSignals(ProcessExit.Stopped);
    return CommandLineApplication.Invoke(args, CommandContext.OfThisProcess(signals));
}
