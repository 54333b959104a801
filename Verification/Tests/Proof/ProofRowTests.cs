using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Operators.Words;
using TileProof.Tests.Execution;
using TileProof.Verification.Options;
using TileProof.Verification.Proof;

namespace TileProof.Tests.Proof;

/// <summary>Rows of <c>proof.csv</c>: what is proven, what is wrong, and what is tested on examples only.</summary>
public sealed class ProofRowTests
{
    private static readonly BankSetting Bank = BankSetting.Parse("16384x8192");
    private static readonly CallProof Proven = ProofReportTests.Of(Calls.Conv(Conv2dShape.Create(2, 7, 5, 3, 3, 3, 1, 1), 5), Bank);

    [Fact]
    public void Of_ProvenConvolution_HasItsBoundRangesAndCounts()
    {
        var row = ProofRow.Of(Proven, "corrected");

        Assert.Equal(("net", 0, "conv", "conv2d", "2_7_5_3_3_3_7_5_1_1_1_1", "16384x8192", "corrected"), (row.Network, row.CallIndex, row.Call, row.Operator, row.ConfigKey, row.Bank, row.Programs));
        Assert.Equal(Proven.Subject!.Plan!.ToString(), row.Plan);
        Assert.Equal(("every input", 105, 0, "", "", ""), (row.Movement, row.Words, row.WrongWords, row.FirstWrong, row.Tile, row.Explanation));

        // 18 products are 5 bits, 105 words 7.
        Assert.Equal($"2^-{RingWords.ErrorBoundBits(18) - 7}", row.ErrorBound);
        Assert.Equal((Proven.Bounds!.Smallest, Proven.Bounds.Largest, Proven.Bounds.Margin, "cannot wrap", "cannot saturate"), (row.AccumulatorSmallest, row.AccumulatorLargest, row.AccumulatorMargin, row.Accumulator, row.Intermediate));
        Assert.Equal(("-128..127", Proven.Bounds.Smallest, Proven.Bounds.Largest, "cannot wrap", "cannot saturate"), (row.NetworkInputs, row.NetworkSmallest, row.NetworkLargest, row.NetworkAccumulator, row.NetworkIntermediate));
        Assert.Equal(("every accumulator", 1L << 24, 1000L, 1255, ""), (row.Arithmetic, row.ComparedValues, row.ReachableAccumulators, row.ChangePoints, row.ArithmeticDifference));
    }

    [Fact]
    public void Of_WrongProgram_SaysWhereAndWhy()
    {
        var mismatch = new WordMismatch(new TensorIndex(0, 1, 2, 3), "c0 h1", "uses row 7 where row 8 belongs");
        var row = ProofRow.Of(Proven with { Movement = new ProgramProof(105, 7, mismatch, null), Arithmetic = Proven.Arithmetic! with { Difference = "accumulator 5" } }, "corrected");
        Assert.Equal(("wrong", 105, 7, "", "[0, 1, 2, 3]", "c0 h1", "uses row 7 where row 8 belongs"), (row.Movement, row.Words, row.WrongWords, row.ErrorBound, row.FirstWrong, row.Tile, row.Explanation));
        Assert.Equal(("wrong", "accumulator 5"), (row.Arithmetic, row.ArithmeticDifference));

        var fault = ProofRow.Of(Proven with { Movement = new ProgramProof(0, 0, null, "left the bank") }, "corrected");
        Assert.Equal(("wrong", 0, 0, "", "", "", "left the bank"), (fault.Movement, fault.Words, fault.WrongWords, fault.ErrorBound, fault.FirstWrong, fault.Tile, fault.Explanation));
    }

    [Fact]
    public void Of_OperatorWithoutProof_IsTestedOnExamples()
    {
        var row = ProofRow.Of(ProofReportTests.Of(Calls.Softmax(2, 7), Bank) with { Subject = null, Movement = null }, "corrected");

        Assert.Equal(("examples", 0, 0, "", "", "", "", ""), (row.Movement, row.Words, row.WrongWords, row.ErrorBound, row.Plan, row.FirstWrong, row.Tile, row.Explanation));
        Assert.Equal((null, null, null, "", ""), (row.AccumulatorSmallest, row.AccumulatorLargest, row.AccumulatorMargin, row.Accumulator, row.Intermediate));
        Assert.Equal(("", null, null, "", ""), (row.NetworkInputs, row.NetworkSmallest, row.NetworkLargest, row.NetworkAccumulator, row.NetworkIntermediate));
        Assert.Equal(("examples", 0L, 0L, 0, ""), (row.Arithmetic, row.ComparedValues, row.ReachableAccumulators, row.ChangePoints, row.ArithmeticDifference));
    }

    /// <summary>Words and products count by their bits: from a power of two on there is one fewer, and no bound is better than none.</summary>
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(63, 1, -5)]
    [InlineData(64, 1, -6)]
    [InlineData(int.MaxValue, 1, -30)]
    [InlineData(int.MaxValue, 1 << 30, int.MinValue)]
    public void ErrorBoundBits_MoreWords_FewerBits(int words, int products, int more)
    {
        int one = ProofRow.ErrorBoundBits(Proven.Subject! with { WordCount = 1, ProductCount = 1 });
        Assert.Equal(Math.Max(0, more == int.MinValue ? 0 : one + more), ProofRow.ErrorBoundBits(Proven.Subject! with { WordCount = words, ProductCount = products }));
    }
}
