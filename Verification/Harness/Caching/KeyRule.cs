namespace TileProof.Verification.Caching;

/// <summary>The part of a cache key that an object gives: everything that it holds, but for what is declared irrelevant, each with its reason.</summary>
/// <typeparam name="T">What the key is made from; a field that it gets tomorrow is part of the key without anyone thinking of it.</typeparam>
public sealed class KeyRule<T>
    where T : class
{
    private readonly HashSet<string> leftOut;

    /// <summary>Makes a rule.</summary>
    /// <param name="irrelevant">Properties that results do not depend on, and why.</param>
    /// <exception cref="ArgumentException">The type holds no such property, or a reason is missing.</exception>
    public KeyRule(IReadOnlyDictionary<string, string> irrelevant)
    {
        ArgumentNullException.ThrowIfNull(irrelevant);
        foreach ((string name, string reason) in irrelevant)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(reason);
            if (!Names.Contains(name))
            {
                throw new ArgumentException($"{typeof(T).Name} holds no '{name}'.", nameof(irrelevant));
            }
        }

        Irrelevant = irrelevant;
        leftOut = irrelevant.Keys.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The properties and fields that objects of the type store.</summary>
    public IReadOnlySet<string> Names { get; } = ContentHash.FieldsOf(typeof(T)).Select(ContentHash.NameOf).ToHashSet(StringComparer.Ordinal);

    /// <summary>What is left out, with the reasons.</summary>
    public IReadOnlyDictionary<string, string> Irrelevant { get; }

    /// <summary>A hash over everything else.</summary>
    public string Of(T value) => ContentHash.OfAllBut(value, leftOut);
}
