using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Verification.Hazards;

namespace TileProof.Tests.Hazards;

public sealed class MetamorphicChecksTests
{
    private static readonly DspConfiguration Small = DspConfiguration.FromBankBytes(16384, 16384);

    [Fact]
    public void Bytes_EveryBankSize_AreTheSame()
    {
        foreach (Conv2dShape shape in new[] { ResNetLayerShapes.ResNet18[0], ResNetLayerShapes.ResNet18[6], ResNetLayerShapes.Pointwise[2] })
        {
            Assert.Empty(MetamorphicChecks.DifferingRuns(
            [
                .. new[] { 4096, 8192, 16384, 32768, 62976 }.Select(bankBytes =>
                    new ConvolutionRun { Case = ConvolutionCase.Create(shape, 1, 11), Configuration = DspConfiguration.FromBankBytes(bankBytes, bankBytes) }),
            ]));
        }
    }

    [Fact]
    public void Bytes_PublishedPrograms_Differ() => Assert.NotEmpty(MetamorphicChecks.DifferingRuns(
        [Corrected(ResNetLayerShapes.ResNet18[3], 1), Published(ResNetLayerShapes.ResNet18[3], 1)]));

    [Fact]
    public void Batch_OfTwo_EqualsTwoOfOne()
    {
        Assert.True(MetamorphicChecks.BatchEqualsSingles(Corrected(ResNetLayerShapes.ResNet18[5], 2)));
        Assert.False(MetamorphicChecks.BatchEqualsSingles(Published(ResNetLayerShapes.ResNet18[5], 2)));
    }

    [Fact]
    public void ReversedOutputChannels_ReverseTheOutput()
    {
        Assert.True(MetamorphicChecks.ReversedChannelsReverseOutput(Corrected(ResNetLayerShapes.ResNet18[3], 2)));
        Assert.False(MetamorphicChecks.ReversedChannelsReverseOutput(Published(ResNetLayerShapes.ResNet18[3], 1)));
    }

    private static ConvolutionRun Corrected(Conv2dShape shape, int batch) => new() { Case = ConvolutionCase.Create(shape, batch, 11), Configuration = Small };

    private static ConvolutionRun Published(Conv2dShape shape, int batch) => Corrected(shape, batch) with
    {
        Configuration = ProgramLibrary.Published.MachineFor(Small),
        Programs = ProgramLibrary.Published,
    };
}
