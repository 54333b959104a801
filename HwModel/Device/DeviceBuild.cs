namespace TileProof.HwModel.Device;

/// <summary>A device program as an executable, for one layer table and one machine.</summary>
public sealed class DeviceBuild
{
    private readonly SourceLines lines;

    private readonly IReadOnlyDictionary<string, uint> functionEnds;

    internal DeviceBuild(DeviceProgram program, string executable, IReadOnlyList<BankVariable> variables, IReadOnlyDictionary<string, uint> functionEnds)
    {
        this.functionEnds = functionEnds;
        Program = program;
        Executable = executable;
        Variables = variables;
        lines = new SourceLines(executable);
    }

    /// <summary>What was built.</summary>
    public DeviceProgram Program { get; }

    /// <summary>The executable.</summary>
    public string Executable { get; }

    /// <summary>The variables in the banks, by address.</summary>
    public IReadOnlyList<BankVariable> Variables { get; }

    /// <summary>The line that closes a function; null where debug information does not say.</summary>
    public SourceOrigin? ClosingLineOf(string function) => functionEnds.TryGetValue(function, out uint end) && lines.Resolve([[end]])[0] is { } origin
        ? new SourceOrigin([origin.Frames[^1]])
        : null;

    /// <summary>Where call stacks come from; what the harness and the headers add is left out.</summary>
    /// <param name="stacks">Return addresses from the inside out.</param>
    /// <returns>One origin a stack; null where no line of the user's is in it.</returns>
    public IReadOnlyList<SourceOrigin?> Resolve(IReadOnlyList<uint[]> stacks) => lines.Resolve(stacks);
}
