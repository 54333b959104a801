using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Sharding;

namespace TileProof.Tests.Sharding;

/// <summary>Which folders are merged, and what is said of those that are not.</summary>
public sealed class ShardSetTests : IDisposable
{
    private static readonly ShardManifest Manifest = new()
    {
        Shard = "1/3", Arguments = ["verify", "--banks", "16k"], Versions = "TileProof 1", Build = "b", Engines = ["one core"], Settings = "s", JobList = "l", Jobs = 9, OwnJobs = 3, Finished = true,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_AllShardsInAnyOrder_AreOneRun()
    {
        ShardSet set = ShardSet.Read([Write("c", Manifest with { Shard = "3/3", Engines = ["two cores", "one core"] }), Write("a", Manifest), Write("b", Manifest with { Shard = "2/3" })]);
        Assert.Equal([folder["a"], folder["b"], folder["c"]], set.Folders);
        Assert.Equal("one core and two cores", set.Engines);
        Assert.Equal(Manifest.Arguments, set.Manifest.Arguments);
    }

    [Fact]
    public void Read_FirstMiddleOrLastShardMissing_NamesIt()
    {
        string[] folders = [.. Enumerable.Range(1, 3).Select(number => Write($"{number}", Manifest with { Shard = $"{number}/3" }))];
        for (int missing = 0; missing < 3; missing++)
        {
            Assert.Equal($"1 of 3 shards are missing: {missing + 1}/3", Refusal([.. folders.Where((_, index) => index != missing)]));
        }

        Assert.Equal("2 of 3 shards are missing: 1/3, 3/3", Refusal([folders[1]]));
        string[] few = [.. Enumerable.Range(1, 2).Select(number => Write($"of 20 {number}", Manifest with { Shard = $"{number}/20" }))];
        Assert.EndsWith("missing: 3/20, 4/20, 5/20, 6/20, 7/20, 8/20, 9/20, 10/20, 11/20, 12/20, 13/20, 14/20 and 6 more", Refusal(few), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ShardTwice_NamesBothFolders() => Assert.Equal(
        $"shard 2/3 is there 2 times: '{folder["b"]}', '{folder["c"]}'",
        Refusal([Write("a", Manifest), Write("b", Manifest with { Shard = "2/3" }), Write("c", Manifest with { Shard = "2/3" }), Write("d", Manifest with { Shard = "3/3" })]));

    /// <summary>One shard, the first, a middle or the last, of another run.</summary>
    [Fact]
    public void Read_ShardOfAnotherRun_NamesItAndTheDifference()
    {
        (Func<ShardManifest, ShardManifest> Change, string Difference)[] changes =
        [
            (static manifest => manifest with { Versions = "TileProof 2" }, "was made by another version, "),
            (static manifest => manifest with { Build = "c" }, "was made by another build of the program"),
            (static manifest => manifest with { Arguments = ["verify", "--banks", "61k"] }, "ran with other settings, 'verify --banks "),
            (static manifest => manifest with { Settings = "t" }, "ran on other networks, plans or images than their names say"),
            (static manifest => manifest with { JobList = "m" }, "has another list of cases"),
            (static manifest => manifest with { Shard = manifest.Shard.Replace("/3", "/4", StringComparison.Ordinal) }, "is shard "),
        ];
        foreach ((Func<ShardManifest, ShardManifest> change, string difference) in changes)
        {
            for (int other = 0; other < 3; other++)
            {
                string message = Refusal([.. Enumerable.Range(0, 3).Select(index =>
                {
                    ShardManifest manifest = Manifest with { Shard = $"{index + 1}/3" };
                    return Write($"{index}", index == other ? change(manifest) : manifest);
                })]);
                Assert.StartsWith($"shard {Math.Max(other, 1) + 1}/", message, StringComparison.Ordinal);
                Assert.Contains($": it {difference}", message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Read_Unfinished_NamesThem() => Assert.Equal(
        "1 of 3 shards have not finished: 3/3; run their command again, it goes on from what is there",
        Refusal([Write("a", Manifest), Write("c", Manifest with { Shard = "3/3", Finished = false }), Write("b", Manifest with { Shard = "2/3" })]));

    [Fact]
    public void Read_FolderOfNoShard_IsNamed()
    {
        Directory.CreateDirectory(folder["empty"]);
        Assert.StartsWith($"'{folder["empty"]}' is no folder of a shard", Refusal([folder["empty"]]), StringComparison.Ordinal);
        Directory.CreateDirectory(folder["run"]);
        foreach (string text in (string[])["{\"versions\":\"x\"}", "null", "{", "{\"shard\":\"4/3\"}"])
        {
            File.WriteAllText(folder["run", "run.json"], text);
            Assert.Contains("is not of a shard", Refusal([folder["run"]]), StringComparison.Ordinal);
        }
    }

    /// <summary>A folder takes the results of its own shard of its own run and of no other.</summary>
    [Fact]
    public void Open_FolderOfAnotherShardOrRun_IsRefused()
    {
        ShardManifest own = Manifest with { Finished = false };
        ShardFolder.Open(folder["own"], own).Dispose();
        ShardFolder.Open(folder["own"], own).Dispose();
        Assert.Contains("is shard 1/3 and not 2/3", Assert.Throws<UserInputException>(() => ShardFolder.Open(folder["own"], own with { Shard = "2/3" })).Message, StringComparison.Ordinal);
        Assert.Contains("has another list of cases", Assert.Throws<UserInputException>(() => ShardFolder.Open(folder["own"], own with { JobList = "m" })).Message, StringComparison.Ordinal);
        File.Delete(folder["own", "run.json"]);
        Assert.Contains("without the run.json of a shard", Assert.Throws<UserInputException>(() => ShardFolder.Open(folder["own"], own)).Message, StringComparison.Ordinal);
    }

    /// <summary>A shard that went on at another kind of host names both, and a look at a finished one adds none.</summary>
    [Fact]
    public void Finish_OnAnotherHost_NamesTheEnginesOfThoseThatComputed()
    {
        ShardManifest own = Manifest with { Finished = false };
        ShardFolder.Open(folder["own"], own).Dispose();
        Finish(own with { Engines = ["two cores"] }, hasComputed: true);
        Assert.Equal(["one core", "two cores"], ShardManifest.Read(folder["own"])!.Engines);
        Assert.True(ShardManifest.Read(folder["own"])!.Finished);
        Finish(own with { Engines = ["three cores"] }, hasComputed: false);
        Assert.Equal(["one core", "two cores"], ShardManifest.Read(folder["own"])!.Engines);

        void Finish(ShardManifest manifest, bool hasComputed)
        {
            using var opened = ShardFolder.Open(folder["own"], manifest);
            opened.Finish(hasComputed);
        }
    }

    private static string Refusal(string[] folders) => Assert.Throws<UserInputException>(() => ShardSet.Read(folders)).Message;

    private string Write(string name, ShardManifest manifest)
    {
        Directory.CreateDirectory(folder[name]);
        manifest.Write(folder[name]);
        return folder[name];
    }
}
