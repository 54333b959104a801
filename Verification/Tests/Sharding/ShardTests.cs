using TileProof.Verification;
using TileProof.Verification.Sharding;

namespace TileProof.Tests.Sharding;

public sealed class ShardTests
{
    [Theory]
    [InlineData("1/1", 1, 1)]
    [InlineData("1/8", 1, 8)]
    [InlineData("8/8", 8, 8)]
    [InlineData("100000/100000", 100000, 100000)]
    public void Parse_NumberOfCount_CountsFromOne(string text, int number, int count)
    {
        var shard = Shard.Parse(text);
        Assert.Equal((number, count, text), (shard.Number, shard.Count, shard.ToString()));
        Assert.Equal(Shard.Of(number, count), shard);
    }

    [Theory]
    [InlineData("0/8")]
    [InlineData("9/8")]
    [InlineData("1/0")]
    [InlineData("1/100001")]
    [InlineData("-1/8")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("a/8")]
    [InlineData("1/ 8")]
    [InlineData("")]
    public void Parse_AnythingElse_IsRefusedWithTheForm(string text) => Assert.Equal(
        $"shard '{text}' is not I/N with I from 1 to N and N up to 100000: 1/8 is the first of eight, 8/8 the last",
        Assert.Throws<UserInputException>(() => Shard.Parse(text)).Message);

    [Fact]
    public void Takes_EveryPlaceOfAnEndlessList_BelongsToOneShard()
    {
        Shard[] shards = [.. Enumerable.Range(1, 3).Select(static number => Shard.Of(number, 3))];
        for (long index = 0; index < 10; index++)
        {
            Assert.Equal((int)(index % 3) + 1, Assert.Single(shards, shard => shard.Takes(index)).Number);
        }

        Assert.True(shards[0].Takes(3_000_000_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => shards[0].Takes(-1));
    }
}
