namespace TileProof.Tests.Setup;

public sealed class ContinuousIntegrationTests : IDisposable
{
    private readonly SetupSandbox sandbox;

    public ContinuousIntegrationTests()
    {
        Skip.If(OperatingSystem.IsWindows(), ".ci/run needs bash");
        sandbox = new SetupSandbox();
    }

    public void Dispose() => sandbox?.Dispose();

    [SkippableTheory]
    [InlineData("total=\"12\" executed=\"10\" passed=\"10\" failed=\"0\" error=\"0\" notExecuted=\"0\"", "0", "10 passed, 0 failed, 2 skipped", 0)]
    [InlineData("total=\"12\" executed=\"12\" passed=\"9\" failed=\"3\" error=\"0\" notExecuted=\"0\"", "1", "9 passed, 3 failed, 0 skipped", 1)]
    [InlineData("total=\"12\" executed=\"12\" passed=\"9\" failed=\"3\" error=\"0\" notExecuted=\"0\"", "0", "9 passed, 3 failed, 0 skipped", 1)]
    [InlineData("total=\"2\" executed=\"0\" passed=\"0\" failed=\"0\" error=\"0\" notExecuted=\"0\"", "0", "0 passed, 0 failed, 2 skipped", 1)]
    [InlineData("", "0", "0 passed, 0 failed, 0 skipped", 1)]
    [InlineData("", "134", "0 passed, 0 failed, 0 skipped", 134)]
    public void Run_AnyOutcome_CountsOnTheLastLineAndExitCode(string counters, string testExitCode, string lastLine, int exitCode)
    {
        SetupResult result = sandbox.RunContinuousIntegration(("COUNTERS", counters), ("RUN_EXIT", testExitCode));
        Assert.Equal(lastLine, result.Output.TrimEnd('\n').Split('\n')[^1]);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith("slow=1 ", result.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Run_OldResultFile_IsNotCounted()
    {
        sandbox.RunContinuousIntegration(("COUNTERS", "total=\"12\" executed=\"12\" passed=\"12\" failed=\"0\""));
        SetupResult result = sandbox.RunContinuousIntegration();
        Assert.EndsWith("0 passed, 0 failed, 0 skipped\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [SkippableFact]
    public void Run_SetUpFails_CountsNothingAndFails()
    {
        sandbox.RemoveTool("dotnet");
        SetupResult result = sandbox.RunContinuousIntegration();
        Assert.Equal("0 passed, 0 failed, 0 skipped\n", result.Output);
        Assert.Equal(2, result.ExitCode);
    }
}
