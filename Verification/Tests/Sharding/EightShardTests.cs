using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.Sharding;

/// <summary>The commands as they are, in eight shards: minutes each.</summary>
public sealed class EightShardTests
{
    [SkippableTheory]
    [InlineData("verify --adversarial 3")]
    [InlineData("tune")]
    [InlineData("inject --banks 8192x16384")]
    public void Command_InEightShards_MergedIsOneRun(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        SlowTests.SkipUnlessAsked();
        if (command != "tune")
        {
            SlowTests.SkipUnlessAllAsked();
        }

        using var runs = new ShardCommand();
        runs.AssertMergedIsOneRun(command.Split(' '), ExitCode.Proven, count: 8);
    }

    /// <summary>Images of ten classes through a network of a thousand, with every layer judged.</summary>
    [SkippableFact]
    public void Accuracy_InEightShards_MergedIsOneRun()
    {
        SlowTests.SkipUnlessAsked();
        using var runs = new ShardCommand();
        runs.AssertMergedIsOneRun(
            [
                "accuracy", "--networks", "resnet18", "--resize", "stretch", "--images", "43", "--layer-images", "3", "--compare", "derivation,per-channel",
                "--input-data", RepositoryPaths.Fixture("fashion-mnist", "test-images-idx3-ubyte.gz"), "--labels", RepositoryPaths.Fixture("fashion-mnist", "test-labels-idx1-ubyte.gz"),
            ],
            ExitCode.Proven,
            count: 8);
        Assert.All(Enumerable.Range(1, 8), number => Assert.NotEmpty(File.ReadAllText(runs[$"{number}", "results.txt"])));
    }
}
