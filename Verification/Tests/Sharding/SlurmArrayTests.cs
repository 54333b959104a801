using System.Diagnostics;
using System.Globalization;
using System.Text;
using TileProof.Cli;
using TileProof.Tests.Cli;
using TileProof.Tests.Support;

namespace TileProof.Tests.Sharding;

/// <summary><c>eng/cluster/slurm.sbatch</c> on a real Slurm: a task is killed and queued again, and the merged reports are those of one run.</summary>
public sealed class SlurmArrayTests : IDisposable
{
    private const int ShardCount = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly ShardCommand runs = new();

    private string[] Command => ["verify", "--networks", runs.QuantizedNetwork, "--banks", "4096x8192,8192x4096", "--adversarial", "1500", "--gpu", "host"];

    public void Dispose() => runs.Dispose();

    [SkippableFact]
    public void Submit_TaskKilledAndQueuedAgain_MergedIsOneRun()
    {
        SlowTests.SkipUnlessAsked();
        using var cluster = new SlurmCluster();
        string program = typeof(CommandLineApplication).Assembly.Location;
        Skip.If(program.Contains(' ', StringComparison.Ordinal), "the path of the program has spaces, which TILEPROOF cannot have");
        using (var one = ProgramProcess.Start([.. Command, "--no-cache", "--out", runs["one"]], new Dictionary<string, string> { ["DOTNET_PROCESSOR_COUNT"] = "1" }))
        {
            Assert.Equal(0, one.WaitForEnd().ExitCode);
        }

        (int exitCode, string output) = cluster.Run(
            "bash",
            [Path.Combine(RepositoryPaths.RepositoryRoot, "eng", "cluster", "slurm.sbatch"), $"{ShardCount}", runs["campaign"], .. Command],
            ("TILEPROOF", $"dotnet {program}"),
            ("TILEPROOF_CACHE", runs["cache"]));
        Assert.True(exitCode == 0, output);

        // The task that does most by count is killed once it has some results, and must not have ended.
        string results = runs["campaign", "shards", "2", "results.txt"];
        Assert.True(SlurmCluster.Wait(Patience, () => File.Exists(results) && new FileInfo(results).Length > 0), "no result comes");
        Assert.NotNull(ProcessOf("2/3"));
        using (Process kill = Process.Start("kill", ["-KILL", ProcessOf("2/3")!]))
        {
            kill.WaitForExit();
        }

        Assert.True(SlurmCluster.Wait(Patience, () => LogOf("shard-2").Contains("the program ended with 137; queued again", StringComparison.Ordinal)), LogOf("shard-2"));

        // Slurm waits two minutes before it starts a job that was queued again.
        Assert.True(SlurmCluster.Wait(Patience, () => Pending().Length > 0));
        Assert.True(
            SlurmCluster.Wait(Patience, () =>
            {
                Array.ForEach(Pending(), job => cluster.Run("scontrol", ["update", $"JobId={job}", "StartTime=now"]));
                return File.Exists(runs["campaign", "reports", "run.json"]) && cluster.Run("squeue", ["--noheader"]).Output.Trim().Length == 0;
            }),
            $"{cluster.Run("squeue", []).Output}{LogOf("shard-1")}{LogOf("shard-2")}{LogOf("shard-3")}{LogOf("merge")}");

        Assert.Contains("results are there from an earlier run", LogOf("shard-2"), StringComparison.Ordinal);
        Directory.Move(runs["campaign", "reports"], runs["merged"]);
        runs.AssertSameFiles();

        string[] Pending() => cluster.Run("squeue", ["--noheader", "--array", "--format=%i %r"]).Output
            .Split('\n').Where(static line => line.EndsWith(" BeginTime", StringComparison.Ordinal)).Select(static line => line.Split(' ')[0]).ToArray();

        string LogOf(string name) => File.Exists(runs["campaign", "logs", $"{name}.log"]) ? File.ReadAllText(runs["campaign", "logs", $"{name}.log"]) : "";
    }

    /// <summary>The process of a shard of this campaign; null when it is not running.</summary>
    private string? ProcessOf(string shard) => Directory.EnumerateDirectories("/proc")
        .Select(static path => Path.GetFileName(path))
        .Where(static name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .FirstOrDefault(name => ArgumentsOf(name) is ["dotnet", .. var args] && args.Contains(shard) && args.Any(argument => argument.StartsWith(runs["campaign"], StringComparison.Ordinal)));

    private static string[] ArgumentsOf(string process)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{process}/cmdline")).Split('\0');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
