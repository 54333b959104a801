namespace TileProof.Verification.Sharding;

/// <summary>Cuts a list of jobs into shards of equal predicted cost. The same list and count give the same cut on every machine.</summary>
/// <remarks>
/// The dearest job first, each to the shard with the least to do (longest processing time first: the slowest shard takes at most one job more
/// than the mean), where a shard that takes the first job of a group is charged the preparations of the group too, so that jobs of a group
/// stay together unless that leaves others waiting. Of equal shards the one with the lower number takes the job.
/// </remarks>
internal sealed class ShardSplit
{
    private readonly int[] owners;

    /// <summary>Cuts a list.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="count">How many shards.</param>
    public ShardSplit(IReadOnlyList<Job> jobs, int count)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        owners = new int[jobs.Count];
        Costs = new long[count];
        JobCounts = new int[count];
        var all = new Lightest(Costs, Enumerable.Range(0, count));
        var groups = new Dictionary<string, Lightest>(StringComparer.Ordinal);
        var groupsOf = new List<Lightest>[count];
        foreach (int index in Enumerable.Range(0, jobs.Count).OrderByDescending(index => jobs[index].Cost))
        {
            Job job = jobs[index];
            if (!groups.TryGetValue(job.Group, out Lightest? group))
            {
                groups.Add(job.Group, group = new Lightest(Costs, []));
            }

            int shard = all.Shard;
            if (group.Count > 0 && Costs[group.Shard] <= Costs[shard] + job.GroupCost)
            {
                shard = group.Shard;
            }
            else
            {
                Costs[shard] += job.GroupCost;
                (groupsOf[shard] ??= []).Add(group);
            }

            owners[index] = shard;
            Costs[shard] += job.Cost;
            JobCounts[shard]++;
            all.Update(shard);
            groupsOf[shard].ForEach(member => member.Update(shard));
        }
    }

    /// <summary>What each shard is predicted to take, in the unit of <see cref="Job.Cost"/>.</summary>
    public long[] Costs { get; }

    /// <summary>How many jobs each shard has.</summary>
    public int[] JobCounts { get; }

    /// <summary>The number of the shard that has a job, from 1.</summary>
    public int OwnerOf(int index) => owners[index] + 1;

    /// <summary>The shard with the least to do of some; costs only grow, so that outdated entries are found when they come up.</summary>
    private sealed class Lightest
    {
        private readonly long[] costs;
        private readonly PriorityQueue<int, (long Cost, int Shard)> queue = new();

        public Lightest(long[] costs, IEnumerable<int> shards)
        {
            this.costs = costs;
            foreach (int shard in shards)
            {
                Update(shard);
            }
        }

        public int Count => queue.Count;

        public int Shard
        {
            get
            {
                while (true)
                {
                    queue.TryPeek(out int shard, out (long Cost, int Shard) priority);
                    if (priority.Cost == costs[shard])
                    {
                        return shard;
                    }

                    queue.Dequeue();
                }
            }
        }

        public void Update(int shard) => queue.Enqueue(shard, (costs[shard], shard));
    }
}
