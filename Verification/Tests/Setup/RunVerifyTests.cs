using System.Diagnostics;
using System.Xml.Linq;

namespace TileProof.Tests.Setup;

public sealed class RunVerifyTests : IDisposable
{
    private readonly SetupSandbox sandbox;

    public RunVerifyTests()
    {
        Skip.If(OperatingSystem.IsWindows(), "run-verify.sh needs bash");
        sandbox = new SetupSandbox();
    }

    public void Dispose() => sandbox?.Dispose();

    [SkippableFact]
    public void FirstRun_SetsUpBuildsAndPassesArgumentsOn()
    {
        SetupResult result = sandbox.Run(["--banks", "4k, 8k", "--out", "a  b"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["dotnet --version", sandbox.Publish, $"dotnet {sandbox.Program} verify --banks 4k, 8k --out a  b"], sandbox.Calls);
        Assert.Equal(
            $"slow= out={sandbox.Root}/reports\n[{sandbox.Program}]\n[verify]\n[--banks]\n[4k, 8k]\n[--out]\n[a  b]\n",
            result.Output);
    }

    [SkippableFact]
    public void SecondRun_NothingChanged_OnlyRuns()
    {
        sandbox.Run([]);
        sandbox.ForgetCalls();
        SetupResult result = sandbox.Run([], ("RUN_EXIT", "1"));
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Equal([$"dotnet {sandbox.Program} verify"], sandbox.Calls);
    }

    [SkippableFact]
    public void CommandName_RunsThatCommand()
    {
        sandbox.Run([]);
        sandbox.ForgetCalls();
        Assert.Equal(0, sandbox.Run(["inject", "--banks", "16k"]).ExitCode);
        Assert.Equal([$"dotnet {sandbox.Program} inject --banks 16k"], sandbox.Calls);
    }

    /// <summary>Trained weights are restored for a command that names them, until they are there.</summary>
    [SkippableFact]
    public void TrainedNetworkNamed_ItsWeightsAreRestoredOnce()
    {
        sandbox.Run([]);
        sandbox.ForgetCalls();
        string packages = Path.Combine(sandbox.Root, "packages");
        SetupResult result = sandbox.Run(["plan", "--networks", "resnet18-imagenet"], ("NUGET_PACKAGES", packages));
        Assert.Equal((0, "run-verify: restoring the trained weights (60 MB, once)\n"), (result.ExitCode, result.Error));
        Assert.Equal(
            ["dotnet restore eng/TrainedNetworks.csproj --nologo --verbosity quiet", $"dotnet {sandbox.Program} plan --networks resnet18-imagenet"], sandbox.Calls);

        string version = XDocument.Load(Path.Combine(sandbox.Root, "Directory.Packages.props")).Descendants("TrainedResNet18Version").Single().Value.Trim('[', ']');
        sandbox.WriteFile($"packages/microsoft.ml.dnnimagefeaturizer.resnet18/{version}/.nupkg.metadata", "{}");
        sandbox.Run([], ("NUGET_PACKAGES", packages));
        sandbox.ForgetCalls();
        Assert.Empty(sandbox.Run(["plan", "--networks", "resnet18-imagenet"], ("NUGET_PACKAGES", packages)).Error);
        Assert.Equal([$"dotnet {sandbox.Program} plan --networks resnet18-imagenet"], sandbox.Calls);
    }

    /// <summary>Where the log of the set-up cannot be written, one line says so.</summary>
    [SkippableFact]
    public void TrainedNetworkNamed_LogNotWritable_IsOneLine()
    {
        sandbox.Run([]);
        File.Delete(Path.Combine(sandbox.Root, "artifacts/setup.log"));
        sandbox.WriteFile("artifacts/setup.log/in the way", "");
        SetupResult result = sandbox.Run(["plan", "--networks", "resnet18-imagenet"], ("NUGET_PACKAGES", Path.Combine(sandbox.Root, "packages")));
        Assert.Equal(2, result.ExitCode);
        Assert.Equal($"run-verify: cannot write to {sandbox.Root}/artifacts: allow it, or copy the repository to a folder of your own\n", result.Error);
    }

    [SkippableTheory]
    [InlineData("Verification/Cli/Program.cs", true)]
    [InlineData("Verification/Cli/New File.cs", true)]
    [InlineData("Directory.Build.props", true)]
    [InlineData("README.md", false)]
    [InlineData("reports/summary.csv", false)]
    [InlineData("Verification/Cli/obj/x.cs", false)]
    [InlineData("Verification/Tests/A.B.verified.txt", false)]
    public void SecondRun_FileChanged_BuildsOnlyWhenItMatters(string file, bool builds)
    {
        sandbox.Run([]);
        sandbox.ForgetCalls();
        sandbox.WriteFile(file, "// changed\n");
        sandbox.Run([]);
        Assert.Equal(builds, sandbox.Calls.Contains(sandbox.Publish));
    }

    [SkippableFact]
    public void SecondRun_FileRemovedOrOutputRemoved_Builds()
    {
        sandbox.WriteFile("Verification/Cli/Other.cs", "");
        sandbox.Run([]);
        File.Delete(Path.Combine(sandbox.Root, "Verification/Cli/Other.cs"));
        sandbox.Run([]);
        File.Delete(sandbox.Program);
        sandbox.Run([]);
        Assert.Equal(6, sandbox.Builds.Count);
    }

    [SkippableFact]
    public void TestsAndProgram_EachStaysCurrentWhenTheOtherIsBuilt()
    {
        sandbox.Run([]);
        sandbox.Run(["--test"]);
        sandbox.ForgetCalls();
        sandbox.Run([]);
        sandbox.Run(["--test"]);
        Assert.Equal([$"dotnet {sandbox.Program} verify", $"dotnet test {sandbox.Root}/Verification/Tests/bin/Release/net10.0/TileProof.Tests.dll --nologo"], sandbox.Calls);
    }

    [SkippableFact]
    public void Test_Slow_SetsTheVariableAndPassesTheRestOn()
    {
        SetupResult result = sandbox.Run(["--test", "--slow", "--filter", "Name~A B"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("dotnet build Harness.sln --configuration Release --nologo --verbosity quiet -nodeReuse:false", sandbox.Calls);
        Assert.DoesNotContain(sandbox.Calls, call => call.Contains("Precompiled", StringComparison.Ordinal));
        Assert.StartsWith("slow=1 ", result.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            $"[test]\n[{sandbox.Root}/Verification/Tests/bin/Release/net10.0/TileProof.Tests.dll]\n[--nologo]\n[--filter]\n[Name~A B]\n",
            result.Output,
            StringComparison.Ordinal);
    }

    [SkippableFact]
    public void DotnetMissing_IsOneLine()
    {
        sandbox.RemoveTool("dotnet");
        IsOneLine(
            sandbox.Run([]),
            "run-verify: dotnet is missing: install the .NET SDK 10.0.100 or a later 10.0 (https://dot.net), then run this again\n");
    }

    [SkippableFact]
    public void SdkTooOld_IsOneLine() => IsOneLine(
        sandbox.Run([], ("SDK_TOO_OLD", "1")),
        "run-verify: no .NET SDK here satisfies global.json: install the .NET SDK 10.0.100 or a later 10.0 (https://dot.net), then run this again\n");

    [SkippableFact]
    public void NuGetRegistryUnreachable_IsOneLineWithoutHost()
    {
        SetupResult result = sandbox.Run([], ("BUILD_ERROR", "error NU1301: Unable to load the service index for source https://packages.example/index.json."));
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "run-verify: restoring packages and building\n" +
            "run-verify: the package registry cannot be reached; check the network and 'dotnet nuget list source', " +
            $"then run this again (log: {sandbox.Root}/artifacts/setup.log)\n",
            result.Error);
    }

    [SkippableFact]
    public void BuildFails_ShowsTheEndOfTheLogWithoutAddressesAndBuildsAgainNextTime()
    {
        SetupResult result = sandbox.Run([], ("BUILD_ERROR", "a.cs(1,2): error CS1002: ; expected (https://packages.example/help)"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("a.cs(1,2): error CS1002: ; expected (<address>)\n", result.Error, StringComparison.Ordinal);
        Assert.EndsWith($"run-verify: the build failed: mend what the lines above name, then run this again (log: {sandbox.Root}/artifacts/setup.log)\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, sandbox.Run([]).ExitCode);
    }

    [SkippableFact]
    public void TwoFirstRunsAtOnce_BuildOnce()
    {
        using Process first = sandbox.Start("run-verify.sh", [], ("BUILD_SECONDS", "1"));
        using Process second = sandbox.Start("run-verify.sh", [], ("BUILD_SECONDS", "1"));
        Assert.Equal(0, SetupResult.Of(first).ExitCode);
        Assert.Equal(0, SetupResult.Of(second).ExitCode);
        Assert.Equal(["begin", "end"], sandbox.Builds.Select(line => line.Split(' ')[0]));
        Assert.False(sandbox.IsLocked);
    }

    [SkippableFact]
    public void SourcesChangedDuringARun_BuildWaitsForItsEnd()
    {
        sandbox.Run([]);
        using Process running = sandbox.Start("run-verify.sh", [], ("RUN_SECONDS", "2"));
        string line = running.StandardOutput.ReadLine()!; // the program has started
        sandbox.WriteFile("Verification/Cli/Program.cs", "// changed\n");
        sandbox.ForgetCalls();
        SetupResult second = sandbox.Run([]);
        Assert.StartsWith("slow=", line, StringComparison.Ordinal);
        Assert.Equal($"run-verify: waiting for process {running.Id}: it runs the old program\nrun-verify: restoring packages and building\n", second.Error);
        Assert.Equal(["dotnet --version", "ended", sandbox.Publish, $"dotnet {sandbox.Program} verify"], sandbox.Calls);
        Assert.Equal(0, SetupResult.Of(running).ExitCode);
    }

    // A supervisor that waits for the end of a build in vain kills the shell, and the lock stays.
    [SkippableTheory]
    [InlineData("-TERM", 143)]
    [InlineData("-INT", 130)]
    public void SignalDuringABuild_EndsItAtOnce(string signal, int exitCode)
    {
        Skip.If(signal == "-INT" && Cli.StoppedRunTests.IsInterruptIgnored(), "SIGINT is ignored here, as for background jobs of a shell, and every program started keeps that");
        using Process running = sandbox.Start("run-verify.sh", [], ("BUILD_SECONDS", "8"));
        while (sandbox.Builds.Count == 0 && !running.HasExited)
        {
            Thread.Sleep(20);
        }

        using (Process kill = Process.Start("kill", [signal, $"{running.Id}"]))
        {
            kill.WaitForExit();
        }

        Assert.Equal(exitCode, SetupResult.Of(running).ExitCode);
        Assert.DoesNotContain(sandbox.Builds, static line => line.StartsWith("end", StringComparison.Ordinal));
        Assert.False(sandbox.IsLocked);
        Assert.Equal(0, sandbox.Run([]).ExitCode);
    }

    [SkippableFact]
    public void StartedThroughLinks_FindsTheRepository()
    {
        string first = sandbox.Link("a link", $"{sandbox.Root}/run-verify.sh");
        string second = sandbox.Link("second", Path.GetFileName(first));
        using Process running = sandbox.Start(second, ["networks"]);
        Assert.Equal(0, SetupResult.Of(running).ExitCode);
        Assert.Equal($"dotnet {sandbox.Program} networks", sandbox.Calls[^1]);
    }

    [SkippableFact]
    public void LockOfADeadProcess_IsRemoved()
    {
        using Process gone = Process.Start("true");
        gone.WaitForExit();
        sandbox.Lock(gone.Id);
        Assert.Equal(0, sandbox.Run([]).ExitCode);
        Assert.False(sandbox.IsLocked);
    }

    [SkippableFact]
    public void LockOfAnUnrelatedProcess_IsRemoved()
    {
        // Process ids are used again: a live process that is none of ours does not hold the lock.
        using Process other = Process.Start("sleep", ["60"]);
        try
        {
            sandbox.Lock(other.Id);
            sandbox.WriteFile($"artifacts/runs/{other.Id}", "");
            Assert.Equal(0, sandbox.Run([]).ExitCode);
        }
        finally
        {
            other.Kill();
        }
    }

    [SkippableFact]
    public void ArtifactsNotWritable_IsOneLine()
    {
        sandbox.WriteFile("artifacts", "a file");
        IsOneLine(sandbox.Run([]), $"run-verify: cannot write to {sandbox.Root}/artifacts: allow it, or copy the repository to a folder of your own\n");
    }

    [SkippableFact]
    public void SetUpThatCannotBeWrittenTo_RunsUntilABuildIsNeeded()
    {
        sandbox.Run([]);
        Directory.Delete(Path.Combine(sandbox.Root, "artifacts/runs"), recursive: true);
        sandbox.WriteFile("artifacts/runs", "where nothing can be written");
        SetupResult result = sandbox.Run([]);
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        sandbox.WriteFile("Verification/Cli/Program.cs", "// changed\n");
        IsOneLine(sandbox.Run([]), $"run-verify: cannot write to {sandbox.Root}/artifacts: allow it, or copy the repository to a folder of your own\n");
    }

    private static void IsOneLine(SetupResult result, string line)
    {
        Assert.Equal(line, result.Error);
        Assert.Empty(result.Output);
        Assert.Equal(2, result.ExitCode);
    }
}
