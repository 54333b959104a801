namespace TileProof.Tests.Execution;

/// <summary>Values from a seed, the same on every machine.</summary>
internal static class SeededValues
{
#pragma warning disable CA5394 // reproducible values are wanted, not secure ones
    /// <summary>Uniform over all 256 values.</summary>
    public static sbyte[] Int8(int count, int seed)
    {
        var values = new byte[count];
        new Random(seed).NextBytes(values);
        return Array.ConvertAll(values, static value => unchecked((sbyte)value));
    }

    /// <summary>Uniform in -limit..limit.</summary>
    public static int[] Int32(int count, int limit, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(-limit, limit + 1))];
    }

    /// <summary>Uniform in -limit..limit.</summary>
    public static float[] Float32(int count, float limit, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 2 * limit)];
    }
#pragma warning restore CA5394
}
