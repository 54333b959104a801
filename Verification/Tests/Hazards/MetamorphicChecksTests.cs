using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Verification;

namespace TileProof.Tests.Hazards;

public sealed class MetamorphicChecksTests
{
    private static readonly DspConfiguration Small = DspConfiguration.FromBankBytes(16384, 16384);

    [Fact]
    public void Bytes_EveryBankSize_AreTheSame()
    {
        DspConfiguration[] configurations = [.. new[] { 4096, 8192, 16384, 32768, 62976 }.Select(static bytes => DspConfiguration.FromBankBytes(bytes, bytes))];
        foreach (Conv2dShape shape in new[] { ResNetLayerShapes.ResNet18[0], ResNetLayerShapes.ResNet18[6], ResNetLayerShapes.Pointwise[2] })
        {
            Assert.Empty(MetamorphicChecks.DifferingConfigurations(ConvolutionCase.Create(shape, 1, 11), configurations));
        }
    }

    [Fact]
    public void Bytes_PublishedVariant_Differ() => Assert.NotEmpty(MetamorphicChecks.DifferingConfigurations(
        ConvolutionCase.Create(ResNetLayerShapes.ResNet18[3], 1, 11), [Small, Small.With(KernelVariant.Published)]));

    [Fact]
    public void Batch_OfTwo_EqualsTwoOfOne()
    {
        ConvolutionCase layer = ConvolutionCase.Create(ResNetLayerShapes.ResNet18[5], 2, 11);

        Assert.True(MetamorphicChecks.BatchEqualsSingles(layer, Small));
        Assert.False(MetamorphicChecks.BatchEqualsSingles(layer, Small.With(KernelVariant.Published)));
    }

    [Fact]
    public void ReversedOutputChannels_ReverseTheOutput()
    {
        Assert.True(MetamorphicChecks.ReversedChannelsReverseOutput(ConvolutionCase.Create(ResNetLayerShapes.ResNet18[3], 2, 11), Small));
        Assert.False(MetamorphicChecks.ReversedChannelsReverseOutput(
            ConvolutionCase.Create(ResNetLayerShapes.ResNet18[3], 1, 11), Small.With(KernelVariant.Published)));
    }
}
