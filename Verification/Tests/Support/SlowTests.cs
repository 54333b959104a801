namespace TileProof.Tests.Support;

/// <summary>Tests that take long run only when the environment asks for them.</summary>
internal static class SlowTests
{
    private const string Variable = "TILEPROOF_SLOW_TESTS";

    /// <summary>Whether <c>TILEPROOF_SLOW_TESTS=1</c>, or 2 for those of several minutes too.</summary>
    public static bool AreAsked => Environment.GetEnvironmentVariable(Variable) is "1" or "2";

    public static void SkipUnlessAsked() => Skip.IfNot(AreAsked, $"slow; runs with {Variable}=1");

    /// <summary>For the whole of what a slow test has a part of.</summary>
    public static void SkipUnlessAllAsked() => Skip.IfNot(Environment.GetEnvironmentVariable(Variable) == "2", $"takes minutes; runs with {Variable}=2");
}
