using TileProof.HwModel.Proof;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Proof;

namespace TileProof.Tests.Proof;

/// <summary>A first stage that falls is named with its accumulator, and the outputs of two stages are those of every accumulator.</summary>
public sealed class StagedOutputsTests
{
    private const int Limit = NarrowingRuns.Limit;
    private static readonly OutputConstants Constants = new(8, 64, 15, -128, 127);

    [Fact]
    public void Problem_StageThatOnlyRises_IsNone() => Assert.Null(new StagedOutputs(Falling(Limit), Constants).Problem);

    /// <summary>In the first block of 2^16 accumulators, at its end, in the middle, and the first and the last accumulator of the last block.</summary>
    [Theory]
    [InlineData(-Limit + 300)]
    [InlineData(-Limit + 65_535)]
    [InlineData(-Limit + 65_536)]
    [InlineData(12_345)]
    [InlineData(Limit - 65_536)]
    [InlineData(Limit - 1)]
    public void Problem_StageThatFalls_IsNamedWithItsAccumulator(int accumulator) =>
        Assert.Equal($"accumulator {accumulator}: falling narrows it to less than the one before", new StagedOutputs(Falling(accumulator), Constants).Problem);

    /// <summary>Narrows to the accumulator divided by 256; to one less than before at one accumulator.</summary>
    private static RequantizationStages Falling(int accumulator) => new(
        "falling",
        (_, first, narrowed) =>
        {
            for (int i = 0; i < narrowed.Length; i++)
            {
                narrowed[i] = (short)((first + i) >> 8);
            }

            int at = accumulator - first;
            if (at >= 0 && at < narrowed.Length)
            {
                narrowed[at] = (short)(((accumulator - 1) >> 8) - 1);
            }
        },
        RequantizationForms.Scalar.Scale);
}
