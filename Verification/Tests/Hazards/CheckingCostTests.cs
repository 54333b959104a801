using TileProof.HwModel.Machine;
using TileProof.Verification;

namespace TileProof.Tests.Hazards;

public sealed class CheckingCostTests
{
    private const int Rounds = 40;

    [SkippableTheory]
    [InlineData(16384)]
    [InlineData(62976)]
    public void Measure_EveryResNet18Layer_RulesCostAtMostFifteenPercent(int bankBytes)
    {
        Skip.If(Environment.GetEnvironmentVariable("TILEPROOF_SLOW_TESTS") != "1", "set TILEPROOF_SLOW_TESTS=1");
        CheckingCost cost = CheckingCost.Measure(ResNetLayerShapes.ResNet18, DspConfiguration.FromBankBytes(bankBytes, bankBytes), Rounds);

        Assert.InRange(cost.Ratio, -1, 0.15);
    }
}
