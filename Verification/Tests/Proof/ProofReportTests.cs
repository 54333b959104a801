using System.Globalization;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Execution;
using TileProof.Tests.Snapshots;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Proof;

namespace TileProof.Tests.Proof;

/// <summary>What people read of the proofs: every count with one thing and with several, and every wrong call in its words.</summary>
public sealed class ProofReportTests
{
    private static readonly BankSetting Large = BankSetting.Parse("16384x8192");
    private static readonly BankSetting Small = BankSetting.Parse("4096x2048");
    private static readonly Conv2dCall First = Calls.Conv(Conv2dShape.Create(2, 7, 5, 3, 3, 3, 1, 1), 5) with { Name = "conv1" };
    private static readonly Conv2dCall Second = Calls.Conv(Conv2dShape.Create(3, 7, 5, 4, 1, 1, 1, 0), 6) with { Name = "conv2" };
    private static readonly WordMismatch Mismatch = new(new TensorIndex(0, 1, 2, 3), "c0 h1", "uses row 7 where row 8 belongs");

    [Fact]
    public void Describe_WrongProgram_NamesItsTileWhereThereAreTiles()
    {
        CallProof proof = Of(First, Large);
        const string Place = "net conv1 (2_7_5_3_3_3_7_5_1_1_1_1), banks 16384x8192: not proven for every input";

        Assert.Equal($"{Place}: 7 of 105 words are wrong, first of [0, 1, 2, 3] in tile c0 h1, which uses row 7 where row 8 belongs", ProofReport.Describe(Wrong(proof, Mismatch)));
        Assert.Equal($"{Place}: 7 of 105 words are wrong, first of [0, 1, 2, 3], which uses row 7 where row 8 belongs", ProofReport.Describe(Wrong(proof, Mismatch with { Tile = "" })));
        Assert.Equal($"{Place}: left the bank", ProofReport.Describe(proof with { Movement = new ProgramProof(0, 0, null, "left the bank") }));
    }

    [Fact]
    public void DescribeArithmetic_Difference_IsTheWholeOfIt() =>
        Assert.Equal("net conv1 (2_7_5_3_3_3_7_5_1_1_1_1): accumulator 5: scalar oracle 1, vector128 2", ProofReport.DescribeArithmetic(Differs(Of(First, Large))));

    /// <summary>One program at one and at two bank settings, and two programs.</summary>
    [Fact]
    public void Write_OneAndSeveral_AreCounted()
    {
        CallProof one = Of(First, Large);

        Assert.Contains("\n1 different program serves 1 call at a bank setting; 105 output bytes were compared", ProofReport.Write([one]), StringComparison.Ordinal);
        Assert.Contains("\n1 different program serves 2 calls at a bank setting; 105 output bytes were compared", ProofReport.Write([one, one with { Bank = Small }]), StringComparison.Ordinal);
        Assert.Contains("\n2 different programs serve 2 calls at a bank setting; 245 output bytes were compared", ProofReport.Write([one, Of(Second, Small)]), StringComparison.Ordinal);
        Assert.Contains("\nNo program of this run is of an operator that the prover covers.\n", ProofReport.Write([one with { Movement = null }]), StringComparison.Ordinal);
        Assert.Equal("", ProofReport.Write([]));
    }

    /// <summary>The bound is that of all different programs together: two of 2^-n pass with 2^-(n - 1).</summary>
    [Fact]
    public void Write_ErrorBound_IsTheSumOfAllPrograms()
    {
        CallProof one = Of(First, Large);
        CallProof other = one with { Subject = one.Subject! with { Programs = "published" } };
        int bits = ProofRow.ErrorBoundBits(one.Subject!);

        Assert.Equal(bits, BoundOf(one));
        Assert.Equal(bits, BoundOf(one, one with { Bank = Small }));
        Assert.Equal(bits - 1, BoundOf(one, other));
        Assert.Equal(bits - 1, BoundOf(one, other, Of(Second, Small) with { Movement = null }));

        static int BoundOf(params CallProof[] proofs)
        {
            string text = ProofReport.Write(proofs);
            const string Before = " has a probability below 2^-";
            int at = text.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
            return int.Parse(text.AsSpan(at, text.AsSpan(at).IndexOf('.')), CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public void Write_SoundAndWrong_Snapshot()
    {
        QuantizedReluCall relu = Calls.Relu(TensorShape.FromNchw(1, 3, 7, 5)) with { Name = "relu" };
        CallProof first = Of(First, Large);
        CallProof wraps = Wraps(Of(Second, Large), 3);
        CallProof rectifier = Of(relu, Large) with { Arithmetic = new ElementwiseProof(ElementwiseProof.EveryLevel, 256, 120, null) };
        CallProof[] proofs =
        [
            first, Wrong(first with { Bank = Small }, Mismatch), wraps, wraps with { Bank = Small, Movement = new ProgramProof(0, 0, null, "left the bank") },
            rectifier, rectifier with { Bank = Small },
            Of(relu with { Name = "other" }, Large) with { Arithmetic = new ElementwiseProof(ElementwiseProof.EveryLevel, 256, 120, "input 3: scalar oracle 1, vector core 2") },
            Of(Calls.Mean(TensorShape.FromNchw(1, 3, 7, 5)), Large) with { Movement = null },
            Of(Calls.Softmax(1, 7), Large), Of(Calls.Softmax(2, 7), Large),
        ];

        Snapshot.Verify(ProofReport.Write(proofs));
    }

    /// <summary>At most twenty wrong programs are listed, the first of them.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(33)]
    public void Write_ManyWrong_TwentyAreListed(int count)
    {
        CallProof[] proofs = [.. Enumerable.Range(0, count).Select(static i => Wrong(Of(First with { Name = $"call{i}" }, Large), Mismatch))];
        string[] listed = [.. ProofReport.Write(proofs).Split('\n').Where(static line => line.Contains("not proven for every input", StringComparison.Ordinal))];
        Assert.Equal(Enumerable.Range(0, 20).Select(static i => $"* net call{i} "), listed.Select(static line => line[..line.IndexOf('(', StringComparison.Ordinal)]));
    }

    [Fact]
    public void DescribeRanges_NoneOneAndTheWorst()
    {
        CallProof sound = Of(First, Large);
        CallProof wraps = Wraps(Of(Second, Large), 3);
        CallProof wrapsMore = Wraps(Of(Second with { Name = "conv3" }, Large), 40);

        Assert.Null(ProofReport.DescribeRanges([sound with { Bounds = null }]));
        Assert.Equal("the accumulators of 1 call cannot wrap for any input", ProofReport.DescribeRanges([sound, sound with { Bank = Small }]));
        Assert.Equal("the accumulators of 2 calls cannot wrap for any input", ProofReport.DescribeRanges([sound, Of(First, Small)]));
        Assert.Equal(
            "the accumulators of 1 of 2 calls may wrap for some input, most net conv2: may wrap, by 3, in channel 2, and over the codes 0..127 of its network cannot wrap",
            ProofReport.DescribeRanges([sound, wraps, wraps with { Bank = Small }]));
        Assert.Equal(
            "the accumulators of 2 of 3 calls may wrap for some input, most net conv3: may wrap, by 40, in channel 2, and over the codes 0..127 of its network cannot wrap",
            ProofReport.DescribeRanges([wraps, wrapsMore, sound]));
    }

    /// <summary>A proven call with a program of its own bank setting; convolutions with the ranges of their accumulators and what is shown of their constants.</summary>
    internal static CallProof Of(OperatorCall call, BankSetting bank)
    {
        var golden = new GoldenCall
        {
            Network = "net", Call = call, Reference = "", Inputs = [], Expected = Tensor.Create(call.Output.Shape, call.Output.ElementType), Agreements = [],
            Requantization = (call as Conv2dCall)?.Requantize(ParameterDerivation.L1Norm),
        };
        var proof = new CallProof(golden, bank) { Subject = ProofSubject.Of(golden, bank, new VerifyOptions()), Movement = new ProgramProof(call.Output.LengthBytes, 0, null, null) };
        return call is not Conv2dCall convolution ? proof : proof with
        {
            Bounds = AccumulatorBounds.OfConvolution(convolution, golden.Requantization!, CodeRange.All),
            ReachableBounds = AccumulatorBounds.OfConvolution(convolution, golden.Requantization!, CodeRange.All),
            Arithmetic = new RequantizationProof(1L << 24, 1000, 1255, null),
        };
    }

    private static CallProof Wrong(CallProof proof, WordMismatch first) => proof with { Movement = new ProgramProof(proof.Movement!.WordCount, 7, first, null) };

    private static CallProof Differs(CallProof proof) => proof with { Arithmetic = proof.Arithmetic! with { Difference = "accumulator 5: scalar oracle 1, vector128 2" } };

    /// <summary>The bias of channel 2 makes its accumulator leave 24 bits at its largest, but for inputs of 0 to 127.</summary>
    private static CallProof Wraps(CallProof proof, int by)
    {
        var call = (Conv2dCall)proof.Golden.Call with { Weights = [.. Enumerable.Repeat((sbyte)-1, 12)] };
        Requantization requantization = proof.Golden.Requantization! with { KernelBias = [0, 0, (1 << 23) - 1 - (3 * 128) + by, 0], AccumulatorShift = 9 };
        return proof with
        {
            Bounds = AccumulatorBounds.OfConvolution(call, requantization, CodeRange.All),
            ReachableBounds = AccumulatorBounds.OfConvolution(call, requantization, new CodeRange(0, 127)),
        };
    }
}
