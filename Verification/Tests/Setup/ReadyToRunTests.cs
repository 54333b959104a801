namespace TileProof.Tests.Setup;

public sealed class ReadyToRunTests : IDisposable
{
    private const string StartsLater = "run-verify: the ReadyToRun compiler could not be restored: everything works without it, but runs start later\n";

    private readonly SetupSandbox sandbox;

    public ReadyToRunTests()
    {
        Skip.If(OperatingSystem.IsWindows(), "run-verify.sh needs bash");
        sandbox = new SetupSandbox();
    }

    public void Dispose() => sandbox?.Dispose();

    [SkippableFact]
    public void NoCompiler_PublishesWithoutIt()
    {
        SetupResult result = sandbox.Run([], ("COMPILER_ERROR", "error NU1101: Unable to find package"));
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("run-verify: restoring packages and building\n" + StartsLater, result.Error);
        Assert.Equal([sandbox.Publish, sandbox.PublishWithoutCompiler, $"dotnet {sandbox.Program} verify"], sandbox.Calls.TakeLast(3));

        sandbox.ForgetCalls();
        Assert.Empty(sandbox.Run([]).Error);
        Assert.Equal([$"dotnet {sandbox.Program} verify"], sandbox.Calls);
    }

    [SkippableFact]
    public void BuildFails_IsNotTriedWithoutTheCompiler()
    {
        sandbox.Run([], ("BUILD_ERROR", "error CS1002: ; expected"));
        Assert.Equal(["dotnet --version", sandbox.Publish], sandbox.Calls);
    }
}
