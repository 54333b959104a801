using TileProof.Tests.Cli;
using TileProof.Tests.Device;
using TileProof.Tests.Sharding;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Fuzzing;

namespace TileProof.Tests.Fuzzing;

/// <summary>Processes of campaigns with programs in C that are killed, stopped twice, or whose disk is full: the same command goes on, and its reports are those of one run.</summary>
public sealed class KilledCampaignTests : IDisposable
{
    private const int Cases = 6000;

    /// <summary>Enough for a second line of the journal, and few enough for a busy machine.</summary>
    private const int TwoBlocks = 2500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly string[] Reports = ["fuzz.csv", "fuzz_failures.csv", "fuzz.json", "fuzz.md"];

    private readonly TemporaryFolder folder = new();

    private string Journal => folder["parts", FuzzJournal.FileName];

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Campaign_KilledAfterMoreAndMoreCases_GoesOnToTheReportsOfOneRun()
    {
        Require();
        for (int kill = 0; kill < 3; kill++)
        {
            StopAfterAnotherBlock("-KILL");
        }

        Finish();
    }

    /// <summary>Two signals, the second while the first is obeyed: all reports are there, or none.</summary>
    [SkippableFact]
    public void Campaign_StoppedTwice_LeavesAllReportsOrNone()
    {
        Require();
        for (int stop = 0; stop < 3; stop++)
        {
            Array.ForEach([.. Reports.Where(report => File.Exists(folder["parts", report]))], report => File.Delete(folder["parts", report]));
            StopAfterAnotherBlock("-INT", "-INT");
            Assert.Contains(Reports.Count(report => File.Exists(folder["parts", report])), (int[])[0, Reports.Length]);
        }

        Finish();
    }

    /// <summary>Without programs in C: the limit on the size of files, which stands for a full disk, is one on the memory that a process shares with them too.</summary>
    [SkippableFact]
    public void Campaign_DiskFull_OneLineAndGoesOn()
    {
        Require();
        Assert.StartsWith("tileproof: cannot write the journal '", RunLimited(24, Command("parts", TwoBlocks, inC: false)), StringComparison.Ordinal);
        Assert.True(new FileInfo(Journal).Length > 4096);
        Finish(TwoBlocks, inC: false);
    }

    /// <summary>The journal fits, the largest report does not: no report is there, and nothing but the journal.</summary>
    [SkippableFact]
    public void Campaign_DiskFullAtTheReports_OneLineNoReportsAndGoesOn()
    {
        Require();
        string[] command = ["fuzz", "--cases", "300", "--seed", "31", "--out", folder["parts"]];
        Assert.StartsWith("tileproof: cannot write '", RunLimited(30, command), StringComparison.Ordinal);
        Assert.Equal([Journal], Directory.GetFileSystemEntries(folder["parts"]));
        using var again = ProgramProcess.Start(command);
        Assert.Equal(0, again.WaitForEnd().ExitCode);
        Assert.All(Reports, report => Assert.True(File.Exists(folder["parts", report]), report));
    }

    /// <summary>The last line of a command that may write no file of more blocks of 512 bytes, the unit of sh.</summary>
    private static string RunLimited(int blocks, string[] command)
    {
        (int exitCode, string _, string error) = ProgramProcess.RunInShell(
            $"trap '' XFSZ; ulimit -f {blocks};", "", command, new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" });
        Assert.Equal(ExitCode.BadInput, exitCode);
        return error.TrimEnd('\n').Split('\n')[^1];
    }

    private static void Require()
    {
        SlowTests.SkipUnlessAsked();
        SpecialFiles.SkipOnWindows();
        DeviceBench.RequireCompiler();
    }

    private string[] Command(string name, int cases = Cases, bool inC = true) =>
        ["fuzz", "--cases", $"{cases}", "--seed", "31", .. inC ? (string[])["--programs", RepositoryPaths.Fixture("programs", "corrected", "kernels.json")] : [], "--out", folder[name]];

    private void StopAfterAnotherBlock(params string[] signals)
    {
        long bytes = File.Exists(Journal) ? new FileInfo(Journal).Length : 0;
        using var run = ProgramProcess.Start(Command("parts"));
        Assert.True(SlurmCluster.Wait(Patience, () => run.HasEnded || (File.Exists(Journal) && new FileInfo(Journal).Length > bytes)));
        Assert.False(run.HasEnded);
        Array.ForEach(signals, run.Signal);
        Assert.NotEqual(0, run.WaitForEnd().ExitCode);
    }

    private void Finish(int cases = Cases, bool inC = true)
    {
        using var last = ProgramProcess.Start(Command("parts", cases, inC));
        Assert.Equal(0, last.WaitForEnd().ExitCode);
        using var one = ProgramProcess.Start(Command("one", cases, inC));
        Assert.Equal(0, one.WaitForEnd().ExitCode);
        Assert.All(Reports, report => Assert.Equal(
            File.ReadAllText(folder["one", report]).Replace(folder["one"], "OUT", StringComparison.Ordinal), File.ReadAllText(folder["parts", report]).Replace(folder["parts"], "OUT", StringComparison.Ordinal)));
    }
}
