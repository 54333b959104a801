using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;

namespace TileProof.Tests.Programs;

public sealed class KernelParametersTests
{
    /// <summary>Two input and three output channels a group.</summary>
    private static readonly Conv2dShape Grouped = Conv2dShape.Create(12, 7, 9, 18, 3, 3, 1, 1, groups: 6);

    [Theory]
    [InlineData(12, 18, 6)]
    [InlineData(4, 6, 2)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 2, 1)]
    public void GroupsOf_WholeGroupsOrOneInPart_CountsThem(int inChannels, int outChannels, int groups) =>
        Assert.Equal(groups, new KernelParameters(ProgramKernel.Convolution, 2, outChannels, inChannels).GroupsOf(Grouped));

    [Fact]
    public void GroupsOf_Dense_IsOne() =>
        Assert.Equal(1, new KernelParameters(ProgramKernel.Convolution, 2, 5, 7).GroupsOf(Conv2dShape.Create(12, 7, 9, 18, 3, 3, 1, 1)));

    [Theory]
    [InlineData(12, 4)]
    [InlineData(12, 17)]
    [InlineData(4, 5)]
    [InlineData(1, 3)]
    [InlineData(0, 0)]
    public void GroupsOf_NoWholeGroups_IsAFaultOfTheMachine(int inChannels, int outChannels) => Assert.Equal(
        $"12_7_9_18_3_3_7_9_1_1_1_1_g6: a kernel call has {inChannels} input channels and {outChannels} output channels, which are no whole groups.",
        Assert.Throws<HardwareFaultException>(() => new KernelParameters(ProgramKernel.Convolution, 2, outChannels, inChannels).GroupsOf(Grouped)).Message);
}
