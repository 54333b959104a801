using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Tests.Execution;

/// <summary>Shapes that a user may bring, on the simulated DSP against the scalar oracle under every landing, at a tiled and at a small bank size.</summary>
public sealed class UserShapesTests
{
    private static readonly int[] BankBytes = [4096, 62976];

    [Theory]
    [InlineData(1, 9, 9, 1, 3, 1, 1)] // one channel in, one out
    [InlineData(3, 63, 65, 5, 7, 2, 3)] // odd sizes
    [InlineData(5, 8, 8, 17, 3, 2, 1)]
    [InlineData(17, 7, 5, 1, 3, 1, 1)]
    [InlineData(2049, 1, 1, 3, 1, 1, 0)] // one position
    [InlineData(2049, 2, 2, 5, 1, 2, 0)]
    [InlineData(17, 1, 1, 6, 3, 1, 1)] // kernels larger than the image, with padding
    [InlineData(3, 2, 2, 4, 7, 2, 3)]
    [InlineData(5, 1, 3, 2, 7, 2, 3)]
    public void Run_ShapeOfAUser_EqualsTheOracle(int inChannels, int inHeight, int inWidth, int outChannels, int kernel, int stride, int padding)
    {
        Conv2dShape shape = Conv2dShape.Create(inChannels, inHeight, inWidth, outChannels, kernel, kernel, stride, padding);
        Conv2dCall call = Calls.Conv(shape, 31, batch: 2);
        foreach (int bankBytes in BankBytes)
        {
            OracleComparison.AssertEqualUnderEveryLanding(call, Calls.Inputs(call, 32), DspConfiguration.FromBankBytes(bankBytes, bankBytes), OperatorRouting.Published);
        }
    }

    [Theory]
    [InlineData(70_000, 200, 200, 8)] // input beyond 2^31 - 1 elements
    [InlineData(60_000, 1, 1, 60_000)] // weights beyond it
    public void Create_Overflow_IsRefusedWithTheNumbers(int inChannels, int inHeight, int inWidth, int outChannels)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => Conv2dShape.Create(inChannels, inHeight, inWidth, outChannels, 1, 1, 1, 0));
        Assert.Contains("elements; at most 2147483647 are supported", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_KernelLargerThanThePaddedImage_IsRefused() => Assert.Contains(
        "a 5x5 kernel, strides 1x1, pa",
        Assert.Throws<ArgumentOutOfRangeException>(() => Conv2dShape.Create(3, 2, 2, 4, 5, 5, 1, 1)).Message,
        StringComparison.Ordinal);
}
