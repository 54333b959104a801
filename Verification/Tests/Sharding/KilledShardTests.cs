using TileProof.Tests.Cli;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Sharding;

namespace TileProof.Tests.Sharding;

/// <summary>Processes of shards that are killed, or whose disk is full: what was written stays, and the same command goes on from it.</summary>
public sealed class KilledShardTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ShardCommand runs = new();

    private string[] Command => ["verify", "--networks", runs.QuantizedNetwork, "--banks", "4096x8192,8192x4096", "--adversarial", "1500", "--gpu", "host", "--no-cache"];

    private string[] ShardTwo => [.. Command, "--shard", "2/2", "--out", runs["2"]];

    private string Results => runs["2", ResultJournal.FileName];

    public void Dispose() => runs.Dispose();

    [SkippableFact]
    public void Shard_KilledAfterMoreAndMoreResults_GoesOnAndMergesToOneRun()
    {
        SlowTests.SkipUnlessAsked();
        SpecialFiles.SkipOnWindows();
        string oneOutput = RunTheOthers();
        int before = 0;
        for (int kill = 0; kill < 4; kill++)
        {
            long bytes = File.Exists(Results) ? new FileInfo(Results).Length : 0;
            using var shard = ProgramProcess.Start(ShardTwo);
            Assert.True(SlurmCluster.Wait(Patience, () => shard.HasEnded || (File.Exists(Results) && new FileInfo(Results).Length > bytes)));
            Assert.False(shard.HasEnded);
            shard.Signal("-KILL");
            Assert.NotEqual(0, shard.WaitForEnd().ExitCode);
            int after = ResultJournal.Read(Results).Count;
            Assert.True(after > before);
            before = after;
        }

        Finish(oneOutput);
    }

    /// <summary>A limit on the size of files stands for a full disk: 4, 8 and 16 blocks of 512 bytes, which is in the first, in a middle and in a late result.</summary>
    [SkippableFact]
    public void Shard_DiskFull_LosesTheResultUnderWayOnly()
    {
        SlowTests.SkipUnlessAsked();
        SpecialFiles.SkipOnWindows();
        string oneOutput = RunTheOthers();
        int before = 0;
        foreach (int blocks in (int[])[4, 8, 16])
        {
            // The runtime writes no file of its own with this setting, and is told of the limit instead of killed.
            (int exitCode, string _, string error) = ProgramProcess.RunInShell(
                $"trap '' XFSZ; ulimit -f {blocks};", "", ShardTwo, new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" });
            int after = ResultJournal.Read(Results).Count;
            Assert.Equal(ExitCode.BadInput, exitCode);
            string line = error.TrimEnd('\n').Split('\n')[^1];
            Assert.StartsWith($"tileproof: cannot write '{Results}': ", line, StringComparison.Ordinal);
            Assert.EndsWith($"make room and run the same command again: it goes on from the {after} results that are there", line, StringComparison.Ordinal);
            Assert.True(after > before);
            before = after;
        }

        Finish(oneOutput);
    }

    private string RunTheOthers()
    {
        (int exitCode, string output, string _) = ShardCommand.Invoke([.. Command, "--out", runs["one"]]);
        Assert.Equal(0, exitCode);
        Assert.Equal(0, runs.RunShard(Command, 1, 2).ExitCode);
        return output;
    }

    private void Finish(string oneOutput)
    {
        using var last = ProgramProcess.Start(ShardTwo);
        (int exitCode, string output, string _) = last.WaitForEnd();
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain(", 0 were there)", output, StringComparison.Ordinal);
        runs.AssertMerges(ExitCode.Proven, 2, oneOutput);
    }
}
