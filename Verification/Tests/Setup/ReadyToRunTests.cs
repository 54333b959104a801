namespace TileProof.Tests.Setup;

public sealed class ReadyToRunTests : IDisposable
{
    private const string StartsLater = "run-verify: the ReadyToRun compiler could not be restored: everything works without it, but runs start later\n";

    private static readonly (string Name, string Value) CompilerMissing = ("COMPILER_ERROR", "error NU1101: Unable to find package");

    private readonly SetupSandbox sandbox;

    public ReadyToRunTests()
    {
        Skip.If(OperatingSystem.IsWindows(), "run-verify.sh needs bash");
        sandbox = new SetupSandbox();
    }

    public void Dispose() => sandbox?.Dispose();

    [SkippableFact]
    public void NoCompiler_PublishesWithoutItAndTriesOnce()
    {
        SetupResult result = sandbox.Run([], CompilerMissing);
        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith(
            "run-verify: restoring the ReadyToRun compiler (optional)\n" + StartsLater + "run-verify: building\n", result.Error, StringComparison.Ordinal);
        Assert.Equal([sandbox.Publish(precompiled: false), $"dotnet {sandbox.Program} verify"], sandbox.Calls.TakeLast(2));

        sandbox.ForgetCalls();
        sandbox.WriteFile("Verification/Cli/Program.cs", "// changed\n");
        Assert.Contains(StartsLater, sandbox.Run([]).Error, StringComparison.Ordinal);
        Assert.DoesNotContain(SetupSandbox.RestoreCompiler, sandbox.Calls);
        Assert.Contains(sandbox.Publish(precompiled: false), sandbox.Calls);
    }

    [SkippableTheory]
    [InlineData("ilgpu")]
    [InlineData("readytorun")]
    public void ProbeDeleted_TriesAgain(string probe)
    {
        sandbox.Run([], CompilerMissing);
        sandbox.ForgetCalls();
        File.Delete(Path.Combine(sandbox.Root, $"artifacts/{probe}.probe"));
        sandbox.Run([]);
        Assert.Equal(probe == "ilgpu", sandbox.Calls.Any(call => call.Contains("IlgpuProbe", StringComparison.Ordinal)));
        Assert.Equal(probe == "readytorun", sandbox.Calls.Contains(SetupSandbox.RestoreCompiler));
        Assert.Contains(sandbox.Publish(precompiled: probe == "readytorun"), sandbox.Calls);
    }

    [SkippableFact]
    public void ReadyToRunFalse_SkipsTheCompiler()
    {
        SetupResult result = sandbox.Run([], ("ReadyToRun", "false"));
        Assert.DoesNotContain(SetupSandbox.RestoreCompiler, sandbox.Calls);
        Assert.Contains(sandbox.Publish(precompiled: false), sandbox.Calls);
        Assert.DoesNotContain("ReadyToRun", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ReadyToRunTrue_AbsenceOfTheCompilerIsAnError()
    {
        SetupResult result = sandbox.Run([], ("ReadyToRun", "true"), CompilerMissing);
        Assert.Equal(2, result.ExitCode);
        Assert.EndsWith(
            CompilerMissing.Value + "\n" +
            $"run-verify: the ReadyToRun compiler could not be restored (log: {sandbox.Root}/artifacts/setup.log)\n",
            result.Error,
            StringComparison.Ordinal);
        Assert.Empty(sandbox.Builds);
    }

    [SkippableFact]
    public void ReadyToRunTrue_TriesInSpiteOfWhatIsRemembered()
    {
        sandbox.Run([], CompilerMissing);
        sandbox.ForgetCalls();
        sandbox.Run([], ("ReadyToRun", "true"));
        Assert.Contains(sandbox.Publish(precompiled: true), sandbox.Calls);
    }
}
