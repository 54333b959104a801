using TileProof.Verification.Sharding;

namespace TileProof.Tests.Sharding;

/// <summary>How a list of jobs is cut: each job once, evenly, alike everywhere, with little preparation done twice.</summary>
public sealed class ShardSplitTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Split_JobsOfManyCosts_SlowestShardHasAtMostOneJobMoreThanTheMean(int count)
    {
        var random = new Random(3);
        Job[] jobs = [.. Enumerable.Range(0, 2000).Select(index => new Job($"job {index}", 1 + (long)Math.Pow(10, 6 * random.NextDouble()), "all", GroupCost: 0))];
        var split = new ShardSplit(jobs, count);

        long[] costs = new long[count];
        for (int index = 0; index < jobs.Length; index++)
        {
            Assert.InRange(split.OwnerOf(index), 1, count);
            costs[split.OwnerOf(index) - 1] += jobs[index].Cost;
        }

        Assert.Equal(costs, split.Costs);
        Assert.Equal(jobs.Length, split.JobCounts.Sum());
        Assert.Equal(jobs.Sum(static job => job.Cost), split.Costs.Sum());
        long dearest = jobs.Max(static job => job.Cost);
        Assert.True(split.Costs.Max() <= split.Costs.Average() + dearest);
        Assert.True(count > 100 || split.Costs.Max() < 1.02 * split.Costs.Average(), "a long list can be cut evenly");
    }

    [Fact]
    public void Split_EqualCosts_LowerShardsHaveTheMore() =>
        Assert.Equal([3, 2, 2], new ShardSplit([.. Enumerable.Range(0, 7).Select(static index => new Job($"{index}", 5, "all", 0))], 3).JobCounts);

    /// <summary>Jobs whose preparation is dear stay in one shard, and spread where others would wait for them.</summary>
    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(10, 4)]
    public void Split_GroupsWithPreparations_SpreadOnlyWhereThatPays(long preparation, int shardsPerGroup)
    {
        Job[] jobs = [.. from job in Enumerable.Range(0, 40) from @group in Enumerable.Range(0, 4) select new Job($"{group} {job}", 20, $"group {group}", preparation)];
        var split = new ShardSplit(jobs, 4);
        foreach (IGrouping<string, int> group in Enumerable.Range(0, jobs.Length).GroupBy(index => jobs[index].Group, split.OwnerOf))
        {
            Assert.True(group.Distinct().Count() <= shardsPerGroup, group.Key);
        }

        // Every shard that runs a job of a group is charged its preparation, once.
        IEnumerable<(int, string)> prepared = jobs.Select((job, index) => (split.OwnerOf(index), job.Group)).Distinct();
        Assert.Equal((160 * 20) + (preparation * prepared.Count()), split.Costs.Sum());
    }

    [Fact]
    public void Hash_AnyJobChangedOrMoved_IsAnother()
    {
        Job[] jobs = [.. Enumerable.Range(0, 5).Select(static index => new Job($"job {index}", 10 + index, "all", 7))];
        Job[][] lists =
        [
            jobs,
            [.. jobs.Reverse()],
            [.. jobs.Skip(1)],
            [.. jobs.SkipLast(1)],
            .. from at in (int[])[0, 2, 4]
               from changed in (Job[])[jobs[at] with { Key = "other" }, jobs[at] with { Cost = 99 }, jobs[at] with { Group = "other" }, jobs[at] with { GroupCost = 8 }]
               select (Job[])[.. jobs.Select((job, index) => index == at ? changed : job)],
        ];
        string[] hashes = [.. lists.Select(HashOf)];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(hashes[0], HashOf([.. jobs]));
    }

    [Fact]
    public void List_KeyTwiceOrWithATabOrNoCost_IsAFaultOfTheProgram()
    {
        var list = new JobList();
        list.Takes(new Job("a", 1, "all", 0));
        Assert.Throws<InvalidOperationException>(() => list.Takes(new Job("a", 1, "all", 0)));
        Assert.Throws<InvalidOperationException>(() => list.Takes(new Job("b\tc", 1, "all", 0)));
        Assert.Throws<InvalidOperationException>(() => list.Takes(new Job("d", 0, "all", 0)));
    }

    private static string HashOf(Job[] jobs)
    {
        var list = new JobList();
        Assert.All(jobs, job => Assert.False(list.Takes(job)));
        return list.Hash;
    }
}
