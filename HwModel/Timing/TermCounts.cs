namespace TileProof.HwModel.Timing;

/// <summary>How often each coefficient of a machine mode lies on the critical path of a call: the derivative of its cycles.</summary>
/// <remarks>The work of the core always lies on it; of the transfers, those lie on it whose end the core waits for.</remarks>
public sealed class TermCounts
{
    private static readonly int CoreCount = Enum.GetValues<CoreTerm>().Length;
    private readonly double[] counts = new double[Length];

    /// <summary>Coefficients of one machine mode: those of the core, then those of its memory system.</summary>
    public static int Length { get; } = CoreCount + Enum.GetValues<MemoryTerm>().Length;

    /// <summary>All counts, at the places that <see cref="IndexOf(CoreTerm)"/> and <see cref="IndexOf(MemoryTerm)"/> say.</summary>
    public ReadOnlySpan<double> Values => counts;

    /// <summary>The count of a core term.</summary>
    public double this[CoreTerm term] => counts[IndexOf(term)];

    /// <summary>The count of a memory term.</summary>
    public double this[MemoryTerm term] => counts[IndexOf(term)];

    /// <summary>The place of a core term.</summary>
    public static int IndexOf(CoreTerm term) => (int)term;

    /// <summary>The place of a memory term.</summary>
    public static int IndexOf(MemoryTerm term) => CoreCount + (int)term;

    internal void Add(CoreTerm term, double count) => counts[IndexOf(term)] += count;

    internal void Add(MemoryTerm term, double count) => counts[IndexOf(term)] += count;

    internal void Set(TermCounts other) => other.counts.AsSpan().CopyTo(counts);
}
