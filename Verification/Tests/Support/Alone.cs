namespace TileProof.Tests.Support;

/// <summary>Tests of what the whole process shares: no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Alone
{
    /// <summary>The name that a class of such tests gives as its collection.</summary>
    public const string Name = "alone";
}
