using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Verification.Fuzzing;

namespace TileProof.Tests.Fuzzing;

/// <summary>What is left of a failing case is what the failure needs, and nothing else.</summary>
public sealed class FuzzShrinkerTests
{
    private static readonly FuzzFinding Finding = new(FuzzFindingKind.WrongBytes, "");

    [Fact]
    public void Shrink_WideConvolution_LeavesTheTwoExtentsThatMatter()
    {
        FuzzCase smallest = Shrink(static one => one.Calls.Any(static call => call.Operator == OperatorKind.Conv2d && call.Outputs >= 5) && one.Width >= 9);
        FuzzCall call = Assert.Single(smallest.Calls);
        Assert.Equal((9, 1, 1, 1, 5), (smallest.Width, smallest.Height, smallest.Channels, smallest.Batch, call.Outputs));
        Assert.Equal((1, 1, 1, 1, 0, 0), (call.KernelHeight, call.KernelWidth, call.StrideHeight, call.StrideWidth, call.PadTop, call.BiasLimit));
        Assert.Null(call.Plan);
        Assert.Equal(DspConfiguration.FromBankBytes(1024, 1024), smallest.Machine.Configuration);
        Assert.Equal((ProgramLibrary.Corrected, FuzzData.Zero, FuzzData.Zero, 0), (smallest.Programs, smallest.Inputs, call.Weights, smallest.DataSeed));
    }

    [Fact]
    public void Shrink_Network_LeavesTheCallThatMatters()
    {
        FuzzCase smallest = Shrink(static one => one.Calls.Any(static call => call.Operator == OperatorKind.MaxPool2d && call.StrideHeight == 2), networks: true);
        Assert.Equal(OperatorKind.MaxPool2d, Assert.Single(smallest.Calls).Operator);
        Assert.Equal((1, 1, 1), (smallest.Channels, smallest.Height, smallest.Width));
    }

    [Fact]
    public void Shrink_PairOfCalls_KeepsBoth()
    {
        FuzzCase smallest = Shrink(
            static one => one.Calls.Any(static call => call.Operator == OperatorKind.Mean) && one.Calls.Any(static call => call.Operator == OperatorKind.QuantizePerTensor), networks: true);
        Assert.Equal(2, smallest.Calls.Count);
    }

    [Fact]
    public void Shrink_MachineThatMatters_StaysInThatRespectOnly()
    {
        FuzzCase smallest = Shrink(static one => one.Machine.Configuration is { DmaChannelCount: 1, RingDepth: > 2 } && one.Machine.Configuration.Banks.Count >= 3);
        DspConfiguration machine = smallest.Machine.Configuration;
        Assert.Equal(1, machine.DmaChannelCount);
        Assert.Equal(DspConfiguration.FromBankBytes(machine.Banks) with { DmaChannelCount = 1, RingDepth = machine.RingDepth }, machine);
        Assert.All(machine.Banks, static bytes => Assert.Equal(DspConfiguration.MinimumBankBytes, bytes));
    }

    /// <summary>Another kind of finding is another defect.</summary>
    [Fact]
    public void Shrink_AnotherFinding_IsNoSubstitute()
    {
        FuzzCase large = FuzzGenerator.Of(4, 1);
        var shrinker = new FuzzShrinker(static _ => new FuzzFinding(FuzzFindingKind.NotProven, ""), CancellationToken.None);
        Assert.Equal((large, Finding), shrinker.Shrink(large, Finding));
    }

    private static FuzzCase Shrink(Func<FuzzCase, bool> fails, bool networks = false)
    {
        FuzzCase large = Enumerable.Range(0, 20_000).Select(static index => FuzzGenerator.Of(4, index)).First(one => fails(one) && (!networks || one.Calls.Count > 3));
        return new FuzzShrinker(one => fails(one) ? Finding : null, CancellationToken.None).Shrink(large, Finding).Case;
    }
}
