using System.Diagnostics;
using System.IO.Compression;
using TileProof.Tests.Support;

namespace TileProof.Tests.Packaging;

/// <summary>The tool package, installed from a folder in an empty home and run.</summary>
public sealed class ToolPackageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Package_InstalledInAnEmptyHome_Runs()
    {
        SlowTests.SkipUnlessAsked();
        Skip.If(OperatingSystem.IsWindows(), "the test sets up a Unix home");
        string configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        Run(null, "dotnet", "pack", Path.Combine(RepositoryPaths.RepositoryRoot, "Verification", "Cli", "TileProof.Cli.csproj"), "--no-build", "--configuration", configuration, "--output", folder["packages"], "--nologo", "--verbosity", "quiet");
        string package = Assert.Single(Directory.GetFiles(folder["packages"], "*.nupkg"));
        using (ZipArchive archive = ZipFile.OpenRead(package))
        {
            string[] files = [.. archive.Entries.Select(static entry => entry.FullName)];
            Assert.All(
                ["README.md", "LICENSE", "THIRD-PARTY-NOTICES.md", "licenses/ILGPU/LICENSE.txt", "licenses/Google.FlatBuffers/LICENSE", "licenses/Microsoft.ML.OnnxRuntime/ThirdPartyNotices.txt"],
                name => Assert.Contains(name, files));
            Assert.All(["linux-x64", "linux-arm64", "osx-arm64", "win-x64"], system => Assert.Contains(files, name => name.Contains($"/runtimes/{system}/native/", StringComparison.Ordinal)));
        }

        Directory.CreateDirectory(folder["home"]);
        File.WriteAllText(folder["home", "nuget.config"], $"<configuration><packageSources><clear /><add key=\"folder\" value=\"{folder["packages"]}\" /></packageSources></configuration>");
        Run(folder["home"], "dotnet", "tool", "install", "tileproof", "--tool-path", folder["tools"], "--configfile", folder["home", "nuget.config"]);
        string tool = folder["tools", "tileproof"];
        Assert.StartsWith("0.", Run(folder["home"], tool, "--version"), StringComparison.Ordinal);
        Assert.Contains("proven: ", Run(folder["home"], tool, "verify", "--networks", "resnet18", "--layers", "conv1,fc", "--banks", "16k", "--input", "32", "--images", "0", "--out", folder["reports"]), StringComparison.Ordinal);
        Assert.True(File.Exists(folder["reports", "report.html"]));
        Assert.Contains("3_64_64_64_7_7_32_32_2_2_3_1", Run(folder["home"], tool, "plan", "--networks", "resnet18", "--banks", "16k"), StringComparison.Ordinal);
        Assert.Contains("complete ", Run(folder["home"], tool, "completion", "bash"), StringComparison.Ordinal);
        Assert.Equal("no differences\n", Run(folder["home"], tool, "diff", folder["reports"], folder["reports"]));
    }

    /// <summary>Runs a program to its end and returns what it printed; in an empty home where one is named.</summary>
    private static string Run(string? home, string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        if (home is not null)
        {
            foreach (string name in new[] { "TILEPROOF_CACHE", "TILEPROOF_OUT", "NUGET_PACKAGES", "XDG_DATA_HOME" })
            {
                start.Environment.Remove(name);
            }

            start.Environment["HOME"] = home;
            start.Environment["DOTNET_CLI_HOME"] = home;
            start.WorkingDirectory = home;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)}: {process.ExitCode}\n{output}\n{error.GetAwaiter().GetResult()}");
        return output;
    }
}
