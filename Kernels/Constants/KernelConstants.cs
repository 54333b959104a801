namespace TileProof.Kernels.Constants;

/// <summary>Operands that stay the same from run to run, such as weights. Executors prepare them once and keep them by identity.</summary>
public abstract class KernelConstants
{
    private protected KernelConstants()
    {
    }

    /// <summary>The arrays that an executor may keep a prepared form of.</summary>
    internal abstract IReadOnlyList<Array> Arrays { get; }

    private protected static void RequireLength(int actual, int expected, string what, string parameterName)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"Expected {expected} {what}, not {actual}.", parameterName);
        }
    }
}
