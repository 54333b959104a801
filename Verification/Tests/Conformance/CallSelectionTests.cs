using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Tests.Conformance;

/// <summary>Layers by index, range, name, key or beginning, the same in every command.</summary>
public sealed class CallSelectionTests
{
    private static readonly Network Sample = SampleNetwork.Create();

    [Theory]
    [InlineData("1", "conv1")]
    [InlineData("6,1", "conv1 block.conv1")]
    [InlineData("1-3", "conv1 relu1 relu1.dequantize")]
    [InlineData("15-99", "fc.dequantize softmax")]
    [InlineData("conv1", "conv1")]
    [InlineData("8_4_4_8_3_3_4_4_1_1_1_1", "block.conv1")]
    [InlineData("block.conv", "block.conv1 block.conv1.dequantize")]
    [InlineData("8_4_4", "block.conv1")]
    [InlineData("fc,fc.", "fc fc.dequantize")]
    public void Select_AnyForm_NamesTheCalls(string layers, string expected) =>
        Assert.Equal(expected.Split(' '), CallSelection.Select(Sample.Calls, VerifyOptions.ParseLayers(layers)).Select(static call => call.Name));

    /// <summary>A name that a call has is that call alone, also where it begins others: <c>relu1</c> is not <c>relu1.dequantize</c>.</summary>
    [Fact]
    public void Select_NameThatBeginsOthers_IsThatCallAlone() => Assert.Equal("relu1", Assert.Single(CallSelection.Select(Sample.Calls, ["relu1"])).Name);

    [Theory]
    [InlineData("99")]
    [InlineData("3-1")]
    [InlineData("-1")]
    [InlineData("1-2-3")]
    [InlineData("onv1")]
    [InlineData("CONV1")]
    public void Select_FitsNoCall_IsRefused(string layer)
    {
        string message = Assert.Throws<UserInputException>(() => CallSelection.Select(Sample.Calls, ["conv1", layer])).Message;
        Assert.StartsWith($"unknown layer '{layer}'; valid: indices 0 to ", message, StringComparison.Ordinal);
    }

    /// <summary>An index counts in each network.</summary>
    [Fact]
    public void Select_IndexInTwoNetworks_IsACallOfEach()
    {
        Network other = SampleNetwork.Create().WithName("other");
        OperatorCall[] calls = CallSelection.Select([Sample, other], new VerifyOptions { Layers = ["1"] });
        Assert.Equal(["conv1", "conv1"], calls.Select(static call => call.Name));
        Assert.NotSame(calls[0], calls[1]);
    }
}
