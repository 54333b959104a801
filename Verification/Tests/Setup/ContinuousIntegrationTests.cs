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

    /// <summary>What failed stands before the last line, with every line of its message; what passed or was skipped does not.</summary>
    [SkippableFact]
    public void Run_FailedTests_AreListedBeforeTheLastLine()
    {
        const string results = """
              <Results>
                <UnitTestResult testId="1" testName="Area.Passes" outcome="Passed" testListId="1" />
                <UnitTestResult testId="2" testName="Area.Fails(name: &quot;a &amp;lt; b&quot;)" duration="0" outcome="Failed" testListId="1">
                  <Output>
                    <StdOut>what it printed</StdOut>
                    <ErrorInfo>
                      <Message>Assert.Equal() Failure: Values differ&#xD;
            Expected: &lt;1&gt;
            Actual:   &lt;2&gt;</Message>
                      <StackTrace>   at Area.Fails()</StackTrace>
                    </ErrorInfo>
                  </Output>
                </UnitTestResult>
                <UnitTestResult testId="3" testName="Area.Skipped" outcome="NotExecuted" testListId="1">
                  <Output>
                    <ErrorInfo>
                      <Message>no device</Message>
                    </ErrorInfo>
                  </Output>
                </UnitTestResult>
                <UnitTestResult testId="4" testName="Area.FailsLast" duration="0" outcome="Failed" testListId="1">
                  <Output>
                    <ErrorInfo>
                      <Message>one line</Message>
                    </ErrorInfo>
                  </Output>
                </UnitTestResult>
              </Results>
            """;
        SetupResult result = sandbox.RunContinuousIntegration(
            ("COUNTERS", "total=\"4\" executed=\"3\" passed=\"1\" failed=\"2\""), ("RESULTS", results), ("RUN_EXIT", "1"));
        Assert.EndsWith(
            """
            FAILED Area.Fails(name: "a &lt; b")
                Assert.Equal() Failure: Values differ
                Expected: <1>
                Actual:   <2>
            FAILED Area.FailsLast
                one line
            1 passed, 2 failed, 1 skipped

            """,
            result.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("Area.Passes", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("no device", result.Output, StringComparison.Ordinal);
    }

    /// <summary>Each further pass leaves results of its own, whose failures are listed as well.</summary>
    [SkippableFact]
    public void Run_FurtherPasses_WriteResultFilesOfTheirOwn()
    {
        SetupResult result = sandbox.RunContinuousIntegration(("COUNTERS", "total=\"1\" executed=\"1\" passed=\"1\" failed=\"0\""));
        Assert.Equal(
            ["[trx;LogFileName=tests.trx]", "[trx;LogFileName=DOTNET_EnableAVX2.trx]", "[trx;LogFileName=DOTNET_EnableHWIntrinsic.trx]"],
            result.Output.Split('\n').Where(static line => line.StartsWith("[trx", StringComparison.Ordinal)));
        Assert.EndsWith("1 passed, 0 failed, 0 skipped\n", result.Output, StringComparison.Ordinal);
    }
}
