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
        SlowTests.SkipUnlessAsked();
        ArgumentNullException.ThrowIfNull(command);
        using var runs = new ShardCommand();
        runs.AssertMergedIsOneRun(command.Split(' '), ExitCode.Proven, count: 8);
    }
}
