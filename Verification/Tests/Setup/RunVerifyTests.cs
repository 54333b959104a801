using System.Diagnostics;
using System.Globalization;

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
        Assert.Equal(
            [
                "dotnet --version",
                "npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000",
                "dotnet restore Verification/Cli/TileProof.Cli.csproj --nologo",
                "dotnet restore eng/IlgpuProbe/IlgpuProbe.csproj --nologo",
                SetupSandbox.RestoreCompiler,
                sandbox.Publish(precompiled: true),
                $"dotnet {sandbox.Program} verify --banks 4k, 8k --out a  b",
            ],
            sandbox.Calls);
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
        Assert.Equal(builds, sandbox.Calls.Contains(sandbox.Publish(precompiled: true)));
        Assert.DoesNotContain(sandbox.Calls, call => call.StartsWith("npm", StringComparison.Ordinal));
        Assert.DoesNotContain(sandbox.Calls, call => call.Contains("IlgpuProbe", StringComparison.Ordinal));
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
    public void LockFileChanged_InstallsAgain()
    {
        sandbox.Run([]);
        sandbox.ForgetCalls();
        sandbox.WriteFile("package-lock.json", "{ \"integrity\": \"sha512-other\" }");
        sandbox.Run([]);
        Assert.Contains(sandbox.Calls, call => call.StartsWith("npm ci", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Test_Slow_SetsTheVariableAndPassesTheRestOn()
    {
        SetupResult result = sandbox.Run(["--test", "--slow", "--filter", "Name~A B"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("dotnet restore Harness.sln --nologo", sandbox.Calls);
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
    public void NpmMissing_IsOneLine()
    {
        sandbox.RemoveTool("npm");
        IsOneLine(sandbox.Run(["--test"]), "run-verify: npm is missing: install Node.js 20 or later with npm (https://nodejs.org), then run this again\n");
    }

    [SkippableFact]
    public void NpmRegistryUnreachable_IsOneLineWithoutHost()
    {
        SetupResult result = sandbox.Run([], ("NPM_ERROR", "npm error code ECONNREFUSED\nnpm error request to https://packages.example/x failed"));
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "run-verify: installing the npm packages\n" +
            "run-verify: the npm packages could not be installed: the package registry cannot be reached; check the network and 'npm config get registry', " +
            $"then run this again (log: {sandbox.Root}/artifacts/setup.log)\n",
            result.Error);
    }

    [SkippableFact]
    public void NuGetRegistryUnreachable_IsOneLineWithoutHost()
    {
        SetupResult result = sandbox.Run([], ("RESTORE_ERROR", "error NU1301: Unable to load the service index for source https://packages.example/index.json."));
        Assert.Equal(2, result.ExitCode);
        Assert.EndsWith(
            "run-verify: the .NET packages could not be restored: the package registry cannot be reached; check the network and 'dotnet nuget list source', " +
            $"then run this again (log: {sandbox.Root}/artifacts/setup.log)\n",
            result.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("example", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void BuildFails_ShowsTheEndOfTheLogWithoutAddressesAndBuildsAgainNextTime()
    {
        SetupResult result = sandbox.Run([], ("BUILD_ERROR", "a.cs(1,2): error CS1002: ; expected (https://packages.example/help)"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("a.cs(1,2): error CS1002: ; expected (<address>\n", result.Error, StringComparison.Ordinal);
        Assert.EndsWith($"run-verify: the build failed (log: {sandbox.Root}/artifacts/setup.log)\n", result.Error, StringComparison.Ordinal);
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
        Assert.False(Directory.Exists(Path.Combine(sandbox.Root, "artifacts/lock")));
    }

    [SkippableFact]
    public void LockOfADeadProcess_IsRemoved()
    {
        using Process gone = Process.Start("true");
        gone.WaitForExit();
        sandbox.WriteFile("artifacts/lock/process", gone.Id.ToString(CultureInfo.InvariantCulture) + "\n");
        Assert.Equal(0, sandbox.Run([]).ExitCode);
    }

    [SkippableFact]
    public void LockOfAnUnrelatedProcess_IsRemoved()
    {
        // Process ids are used again: a live process that is none of ours does not hold the lock.
        using Process other = Process.Start("sleep", ["60"]);
        try
        {
            sandbox.WriteFile("artifacts/lock/process", other.Id.ToString(CultureInfo.InvariantCulture) + "\n");
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

    private static void IsOneLine(SetupResult result, string line)
    {
        Assert.Equal(line, result.Error);
        Assert.Empty(result.Output);
        Assert.Equal(2, result.ExitCode);
    }
}
