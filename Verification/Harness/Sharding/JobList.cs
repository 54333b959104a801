using System.Security.Cryptography;
using System.Text;

namespace TileProof.Verification.Sharding;

/// <summary>A run that computes nothing and notes its jobs: the list that is cut into shards.</summary>
internal sealed class JobList : JobSource
{
    private readonly List<Job> jobs = [];
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool IsWhole => false;

    /// <inheritdoc/>
    public override bool IsSharded => true;

    /// <summary>The jobs in the order of the run.</summary>
    public IReadOnlyList<Job> Jobs => jobs;

    /// <summary>A hash over the jobs in their order with what they are predicted to take: who has the same cuts the run alike.</summary>
    public string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (Job job in jobs)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{job.Key}\t{job.Cost}\t{job.Group}\t{job.GroupCost}\n")));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <inheritdoc/>
    protected internal override bool Takes(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (!keys.Add(job.Key) || job.Key.AsSpan().IndexOfAny('\t', '\n', '\r') >= 0 || job.Cost < 1)
        {
            throw new InvalidOperationException($"The job '{job.Key}' occurs twice, has no name of one line, or no cost.");
        }

        jobs.Add(job);
        return false;
    }
}
