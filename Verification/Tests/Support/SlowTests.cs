namespace TileProof.Tests.Support;

/// <summary>Tests that take minutes run only when the environment asks for them.</summary>
internal static class SlowTests
{
    private const string Variable = "TILEPROOF_SLOW_TESTS";

    /// <summary>Whether <c>TILEPROOF_SLOW_TESTS=1</c>.</summary>
    public static bool AreAsked => Environment.GetEnvironmentVariable(Variable) == "1";

    public static void SkipUnlessAsked() => Skip.IfNot(AreAsked, $"slow; runs with {Variable}=1");
}
