using TileProof.Cli;

int exitCode;
try
{
    using var signals = new TerminationSignals(ProcessExit.Now);
    exitCode = CommandLineApplication.Invoke(args, CommandContext.OfThisProcess(signals));
}
catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or IOException)
{
    ProcessExit.Say($"tileproof: cannot start: {exception.Message}; is the program whole, and the limit of open files ('ulimit -n') 256 or more?");
    exitCode = 2;
}

ProcessExit.AfterFlush(exitCode);
return exitCode;
