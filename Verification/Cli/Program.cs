using TileProof.Cli;

using var signals = new TerminationSignals();
return CommandLineApplication.Invoke(args, CommandContext.OfThisProcess(signals.Token));
