namespace TileProof.Verification.DeviceLog;

/// <summary>What a comparison of a log says: what was compared, what was not, and why it proves nothing where it does not.</summary>
/// <param name="Compared">Short phrases, each with its counts; empty when nothing was.</param>
/// <param name="NotCompared">The same of what the log holds and nothing stands for.</param>
/// <param name="Problems">Why the log is not proven; empty when it is.</param>
public sealed record LogVerdict(IReadOnlyList<string> Compared, IReadOnlyList<string> NotCompared, IReadOnlyList<string> Problems)
{
    /// <summary>Whether something was compared and nothing is wrong with it.</summary>
    public bool IsProven => Problems.Count == 0;

    /// <summary>The exit code (see <see cref="ExitCode"/>).</summary>
    public int ExitCode => IsProven ? Verification.ExitCode.Proven : Verification.ExitCode.NotProven;

    /// <summary>Whether every value compared is the same, which the published guidance does not ask for.</summary>
    public required bool IsExact { get; init; }

    /// <summary>Two or three lines that end a report.</summary>
    public string Describe() =>
        $"compared    : {ListOf(Compared)}\n"
        + (NotCompared.Count == 0 ? "" : $"not compared: {ListOf(NotCompared)}\n")
        + (IsProven ? IsExact ? "proven: every value is the same\n" : "proven within the published guidance, not value for value\n" : $"NOT proven: {ListOf(Problems)}\n");

    private static string ListOf(IReadOnlyList<string> phrases) => phrases.Count == 0 ? "nothing" : string.Join("; ", phrases);
}
