using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.Hazards;

namespace TileProof.Tests.Hazards;

public sealed class AdversarialRunTests
{
    private static readonly Conv2dShape[] Shapes = [ResNetLayerShapes.ResNet18[0], ResNetLayerShapes.ResNet18[3], ResNetLayerShapes.ResNet18[8]];

    [Fact]
    public void Corrected_RandomLandingPlacesAndPoison_SameBytesAndNoHazard()
    {
        foreach (Conv2dShape shape in Shapes)
        {
            foreach (AdversarialResult result in AdversarialRun.Execute(ConvolutionCase.Create(shape, 1, 7), DspConfiguration.FromBankBytes(16384, 16384), 6, seed: 3))
            {
                Assert.True(result.IsUnharmed, $"{shape.ConfigKey}: {result.Schedule}: {result.DifferingBytes} bytes, {string.Join("; ", result.Hazards)}");
            }
        }
    }

    [Fact]
    public void Published_LandingAtTheWait_IsHarmed()
    {
        IReadOnlyList<AdversarialResult> results = AdversarialRun.Execute(
            ConvolutionCase.Create(Shapes[1], 1, 7), ProgramLibrary.Published.MachineFor(DspConfiguration.FromBankBytes(16384, 16384)), 4, seed: 3, ProgramLibrary.Published);

        Assert.All(results, static result => Assert.False(result.IsUnharmed));
        Assert.Contains(results, static result => result.DifferingBytes > 0);
    }

    [Fact]
    public void Schedules_SameSeed_AreTheSame()
    {
        string[] Schedules(int seed) => [.. AdversarialRun.Execute(ConvolutionCase.Create(Shapes[2], 1, 7), DspConfiguration.FromBankBytes(16384, 16384), 4, seed)
            .Select(static result => result.Schedule.ToString())];

        Assert.Equal(Schedules(3), Schedules(3));
        Assert.NotEqual(Schedules(3), Schedules(4));
    }

    [SkippableFact]
    public void Corrected_EveryLayerAndBank_TwentySchedules()
    {
        SlowTests.SkipUnlessAsked();
        foreach (int bankBytes in new[] { 4096, 8192, 16384, 24576, 32768, 62976 })
        {
            foreach (Conv2dShape shape in ResNetLayerShapes.ResNet18.Concat(ResNetLayerShapes.Pointwise))
            {
                Assert.All(
                    AdversarialRun.Execute(ConvolutionCase.Create(shape, 1, 7), DspConfiguration.FromBankBytes(bankBytes, bankBytes), 20, seed: 1),
                    static result => Assert.True(result.IsUnharmed));
            }
        }
    }
}
