using FsCheck;
using FsCheck.Fluent;

namespace TileProof.Tests.Support;

/// <summary>Properties of generated values: the same values at every run, and the smallest value that fails in the message.</summary>
internal static class Properties
{
    private const ulong Seed = 19111;
    private const ulong Gamma = 7;

    /// <summary>Checks a property on that many values.</summary>
    /// <param name="count">How many values are generated.</param>
    /// <param name="values">Generates them.</param>
    /// <param name="smaller">Simpler values to try in place of one that fails, the simplest first.</param>
    /// <param name="property">Throws, as assertions do, when a value does not have it.</param>
    public static void ForAll<T>(int count, Gen<T> values, Func<T, IEnumerable<T>> smaller, Action<T> property) =>
        Prop.ForAll(Arb.From(values, smaller), property)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(Seed, Gamma).WithQuietOnSuccess(true));

    /// <summary>Numbers between a value and the simplest one, that one first.</summary>
    public static IEnumerable<int> Towards(int simplest, int value)
    {
        for (int step = value - simplest; step != 0; step /= 2)
        {
            yield return value - step;
        }
    }
}
