namespace TileProof.Verification;

/// <summary>The exit codes of the command line.</summary>
public static class ExitCode
{
    /// <summary>Every case was proven.</summary>
    public const int Proven = 0;

    /// <summary>At least one case showed a mismatch or a hazard.</summary>
    public const int NotProven = 1;

    /// <summary>The command line or a file that it names is not usable.</summary>
    public const int BadInput = 2;

    /// <summary>The program itself failed.</summary>
    public const int InternalFault = 3;

    /// <summary>The user stopped the run (Ctrl-C): 128 + SIGINT, as shells report it.</summary>
    public const int Cancelled = 130;

    /// <summary>Another program stopped the run: 128 + SIGTERM, as shells report it.</summary>
    public const int Terminated = 143;
}
