using System.Numerics;
using System.Runtime.CompilerServices;

namespace TileProof.Operators;

/// <summary>Random numbers by position: the same seed, stream and counter give the same number on every machine and in any order.</summary>
/// <remarks>
/// The mixing function of SplitMix64 over <c>key + counter * increment</c>. Only integer arithmetic and exact conversions are
/// used, so that parallel or partial generation cannot change a result. Not for cryptography.
/// </remarks>
public readonly record struct CounterRandom
{
    private const ulong Increment = 0x9E3779B97F4A7C15;
    private const ulong TextOffset = 0xCBF29CE484222325;
    private const ulong TextPrime = 0x100000001B3;

    /// <summary>1 over the standard deviation of a sum of four 16-bit uniform integers: <c>sqrt(3 / (2^32 - 1))</c>.</summary>
    private const float NormalStep = 2.6428996e-5f;

    /// <summary>The mean of that sum: 4 * 65535 / 2.</summary>
    private const int NormalCentre = 131070;

    private readonly ulong key;

    private CounterRandom(ulong key) => this.key = key;

    /// <summary>The root stream of a seed.</summary>
    public static CounterRandom FromSeed(ulong seed) => new(Mix(unchecked(seed + Increment)));

    /// <summary>A stream of its own for a name, such as that of a layer.</summary>
    public CounterRandom Stream(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong hash = TextOffset;
        foreach (char character in name)
        {
            hash = unchecked((hash ^ character) * TextPrime);
        }

        return new CounterRandom(Mix(key ^ hash));
    }

    /// <summary>A stream of its own for a number, such as that of an image.</summary>
    public CounterRandom Stream(int number) => new(Mix(key ^ Mix(unchecked(((ulong)number + 1) * Increment))));

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Bits(int counter) => Mix(unchecked(key + ((ulong)counter * Increment)));

    /// <summary>A multiple of 2^-24 in 0..1, 1 excluded.</summary>
    public float Uniform(int counter) => (Bits(counter) >> 40) * (1f / (1 << 24));

    /// <summary>A number in <paramref name="minimum"/>..<paramref name="maximum"/>.</summary>
    public float Uniform(int counter, float minimum, float maximum) => minimum + (Uniform(counter) * (maximum - minimum));

    /// <summary>An integer in 0..<paramref name="exclusiveMaximum"/> - 1.</summary>
    public int Below(int counter, int exclusiveMaximum) => (int)Math.BigMul(Bits(counter), (ulong)exclusiveMaximum, out _);

    /// <summary>int8 levels, each of the 256 equally likely: those at the counters from 0.</summary>
    public sbyte[] Levels(int count)
    {
        var levels = new sbyte[count];
        for (int i = 0; i < count; i++)
        {
            levels[i] = unchecked((sbyte)Bits(i));
        }

        return levels;
    }

    /// <summary>A number with mean 0, variance 1 and a nearly normal distribution, in -3.47..3.47.</summary>
    /// <remarks>The sum of four uniform 16-bit integers (Irwin-Hall), centred and scaled: no logarithm, no cosine.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Normal(int counter)
    {
        ulong bits = Bits(counter);
        int sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
        return (sum - NormalCentre) * NormalStep;
    }

    /// <summary>The numbers that <see cref="Normal"/> gives at evenly spaced counters, bit for bit.</summary>
    /// <param name="firstCounter">The counter of the first number. No counter may leave the range of an int.</param>
    /// <param name="step">From one counter to the next.</param>
    /// <param name="normals">Receives the numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Normals(int firstCounter, int step, Span<float> normals)
    {
        // Each register holds a counter in 64 bits; two of them give one register of 32-bit numbers.
        int lanes = Vector<ulong>.Count;
        ulong increment = unchecked((ulong)step * Increment);
        Vector<ulong> state = new Vector<ulong>(unchecked(key + ((ulong)firstCounter * Increment))) + (Vector<ulong>.Indices * increment);
        var skip = new Vector<ulong>(unchecked((ulong)lanes * increment));
        int done = 0;
        for (; done + (2 * lanes) <= normals.Length; done += 2 * lanes)
        {
            Vector<long> low = SumOfParts(Mix(state));
            Vector<long> high = SumOfParts(Mix(state + skip));
            Vector<int> sums = Vector.Narrow(low, high) - new Vector<int>(NormalCentre);
            (Vector.ConvertToSingle(sums) * NormalStep).CopyTo(normals[done..]);
            state += skip + skip;
        }

        for (; done < normals.Length; done++)
        {
            normals[done] = Normal(unchecked(firstCounter + (done * step)));
        }
    }

    /// <summary>The sum of the four 16-bit parts of each element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<long> SumOfParts(Vector<ulong> bits)
    {
        var everyOther = new Vector<ulong>(0x0000FFFF0000FFFF);
        Vector<ulong> pairs = (bits & everyOther) + ((bits >>> 16) & everyOther);
        return Vector.AsVectorInt64((pairs + (pairs >>> 32)) & new Vector<ulong>(uint.MaxValue));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ulong> Mix(Vector<ulong> value)
    {
        value = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >>> 27)) * 0x94D049BB133111EB;
        return value ^ (value >>> 31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
