namespace TileProof.Cli;

/// <summary>The output and error streams that this process was started with.</summary>
internal static class StandardStreams
{
    private const int OutputDescriptor = 1;
    private const int ErrorDescriptor = 2;

    /// <summary>Receives results; a write ends the run where nobody can receive them.</summary>
    public static ConsoleWriter Output { get; } = new(Descriptor.IsGiven(OutputDescriptor) ? Console.Out : null, isRequired: true);

    /// <summary>Receives messages, and drops them where nobody can read them.</summary>
    public static ConsoleWriter Error { get; } = new(Descriptor.IsGiven(ErrorDescriptor) ? Console.Error : null, isRequired: false);

    /// <summary>Whether the error stream leads to a terminal.</summary>
    public static bool IsErrorTerminal => Descriptor.IsGiven(ErrorDescriptor) && !Console.IsErrorRedirected;
}
