namespace TileProof.Operators;

/// <summary>The numbers of a <see cref="CounterRandom"/>, one after another, for draws whose count is not known beforehand.</summary>
/// <param name="source">The stream; the same stream gives the same sequence on every machine.</param>
public sealed class RandomSequence(CounterRandom source)
{
    private int counter;

    /// <summary>The next integer in 0..<paramref name="exclusiveMaximum"/> - 1.</summary>
    public int Below(int exclusiveMaximum) => source.Below(unchecked(counter++), exclusiveMaximum);
}
