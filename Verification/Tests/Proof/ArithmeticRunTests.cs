using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Proof;
using TileProof.Verification.Sharding;
using Calls = TileProof.Tests.Execution.Calls;

namespace TileProof.Tests.Proof;

/// <summary>Each different set of constants is one job, priced by how many it holds; convolutions share what their first one takes longer.</summary>
public sealed class ArithmeticRunTests
{
    private static readonly BankSetting Bank = BankSetting.Parse("16384x8192");

    [Fact]
    public void Execute_DifferentConstants_AreAJobEach()
    {
        var shape = Conv2dShape.Create(2, 7, 5, 3, 3, 3, 1, 1);
        GoldenCall[] calls =
        [
            ProofReportTests.Of(Calls.Relu(TensorShape.FromNchw(1, 3, 7, 5)), Bank).Golden,
            ProofReportTests.Of(Calls.Conv(shape, 5), Bank).Golden,
            ProofReportTests.Of(Calls.Softmax(2, 7), Bank).Golden,
            ProofReportTests.Of(Calls.Conv(shape, 5, perChannel: true), Bank).Golden,
            ProofReportTests.Of(Calls.Conv(shape, 5), Bank).Golden,
            ProofReportTests.Of(Calls.Relu(TensorShape.FromNchw(1, 2, 9, 5)), Bank).Golden,
        ];
        var jobs = new NotedJobs();

        Assert.Empty(new ArithmeticRun(new VerifyOptions(), cache: null, jobs, new RecordedProgress(), CancellationToken.None).Execute(calls, static _ => new Dictionary<GoldenCall, AccumulatorBounds>()));

        Assert.Equal(
            [("proofs", JobCosts.OfArithmetic(1), 0L), ("requantization", JobCosts.OfArithmetic(1), JobCosts.FirstArithmetic), ("requantization", JobCosts.OfArithmetic(3), JobCosts.FirstArithmetic)],
            jobs.Noted.Select(static job => (job.Group, job.Cost, job.GroupCost)));
        Assert.Equal(3, jobs.Noted.Select(static job => job.Key).Distinct().Count());
        Assert.All(jobs.Noted, static job => Assert.StartsWith("arithmetic ", job.Key, StringComparison.Ordinal));
    }

    /// <summary>Takes no job.</summary>
    private sealed class NotedJobs : JobSource
    {
        public List<Job> Noted { get; } = [];

        public override bool IsWhole => false;

        public override bool IsSharded => true;

        protected internal override bool Takes(Job job)
        {
            Noted.Add(job);
            return false;
        }
    }
}
