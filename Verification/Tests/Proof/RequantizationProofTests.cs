using TileProof.Golden.Scalar;
using TileProof.HwModel.Proof;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Proof;

namespace TileProof.Tests.Proof;

/// <summary>Requantization over accumulators: every form of this host, the oracle, the data-parallel body and ONNX Runtime give the same, and a wrong form is found.</summary>
public sealed class RequantizationProofTests
{
    public static TheoryData<int, int, int, int, int> Sets => new()
    {
        { 0, 1, 0, -128, 127 },
        { 4, 52_912, 21, -128, 127 },
        { 5, 65_535, 15, -128, 127 },
        { 8, 16_384, 15, -7, 90 },
        { 23, 65_535, 31, -128, 127 },
    };

    [Theory, MemberData(nameof(Sets))]
    public void Of_AnyConstants_NothingDiffers(int shift, int scale, int outputShift, int minimum, int maximum)
    {
        var proof = RequantizationProof.Of([new OutputConstants(shift, (ushort)scale, outputShift, minimum, maximum)], -70_000, 90_000);

        Assert.Null(proof.Difference);
        Assert.Equal((1L << 24, 160_001L), (proof.Accumulators, proof.ReachableAccumulators));
        Assert.InRange(proof.ChangePoints, 0, 255);
    }

    [SkippableTheory, MemberData(nameof(Sets))]
    public void Of_AllAccumulatorsInEveryForm_NothingDiffers(int shift, int scale, int outputShift, int minimum, int maximum)
    {
        SlowTests.SkipUnlessAsked();
        Assert.Null(RequantizationProof.Of([new OutputConstants(shift, (ushort)scale, outputShift, minimum, maximum)], 0, 0, comparesAll: true).Difference);
    }

    /// <summary>Accumulators beyond 24 bits are none.</summary>
    [Theory]
    [InlineData(-(1L << 40), 1L << 40, 1L << 24)]
    [InlineData(-(1L << 23) - 1, (1L << 23) - 2, (1L << 24) - 1)]
    [InlineData(-(1L << 23) + 1, 1L << 23, (1L << 24) - 1)]
    [InlineData(3, 3, 1)]
    public void Of_RangeBeyond24Bits_CountsThoseWithin(long smallest, long largest, long reachable)
    {
        var proof = RequantizationProof.Of([new OutputConstants(9, 32_768, 15, -128, 127)], smallest, largest);
        Assert.Equal((reachable, 255, null), (proof.ReachableAccumulators, proof.ChangePoints, proof.Difference));
    }

    /// <summary>The change points are where the oracle changes, the last of a block and the first of the next included.</summary>
    [Fact]
    public void Of_ScaleOfOne_ChangesAtEveryLevel()
    {
        // 2^15 accumulators a level: the changes at multiples of 65,536 lie between two blocks.
        var constants = new OutputConstants(15, 1, 0, -128, 127);
        Assert.Equal(255, RequantizationProof.Of([constants], -1, 1).ChangePoints);
        Span<sbyte> beside = stackalloc sbyte[2];
        ScalarRequantization.Compute(constants, (3 << 15) - (1 << 14) - 1, beside);
        Assert.Equal([2, 3], beside.ToArray());
    }

    [Fact]
    public void Pack_EveryFormOfThisHost_GivesTheSame()
    {
        int[] accumulators = [.. Enumerable.Range(-40, 83)];
        var constants = new OutputConstants(1, 40_000, 15, -20, 25);
        var expected = new sbyte[accumulators.Length];
        ScalarRequantization.Compute(constants, accumulators[0], expected);
        foreach (RequantizationForm form in RequantizationForms.OfThisHost)
        {
            var output = new byte[accumulators.Length];
            form.Pack(constants, accumulators, output);
            Assert.Equal(expected, output.Select(static value => unchecked((sbyte)value)));
        }

        Assert.Equal("scalar", RequantizationForms.OfThisHost[^1].Name);
    }

    /// <summary>A whole form that is wrong beside one change of the output: the first, one in the middle, the last.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, -1)]
    [InlineData(254, 1)]
    public void Of_WholeFormWrongBesideAChange_IsFound(int change, int distance)
    {
        // A multiplier of 2^15 and a shift of 15 change the output with every narrowed value: at ((level + 127) << 9) - 2^8 and on.
        int wrong = ((change - 127) << 9) - (1 << 8) + distance;
        RequantizationForm plain = RequantizationForms.OfThisHost[^1];
        var broken = new RequantizationForm("broken", (constants, accumulators, output) =>
        {
            plain.Pack(constants, accumulators, output);
            int at = accumulators.IndexOf(wrong);
            if (at >= 0)
            {
                output[at] ^= 1;
            }
        });

        var proof = RequantizationProof.Of([new OutputConstants(9, 32_768, 15, -128, 127)], -70_000, 90_000, forms: [plain, broken]);

        Assert.StartsWith($"accumulator {wrong}: scalar oracle ", proof.Difference, StringComparison.Ordinal);
        Assert.Contains("broken", proof.Difference, StringComparison.Ordinal);
    }

    /// <summary>Away from where the output changes, a whole form is looked at where it is asked to run over all accumulators: in the first block and a later one.</summary>
    [Theory]
    [InlineData(-(1 << 23) + 1000)]
    [InlineData(-(1 << 23) + (2 << 16) + 77)]
    public void Of_WholeFormWrongAwayFromChanges_IsFoundAmongAll(int wrong)
    {
        RequantizationForm plain = RequantizationForms.OfThisHost[^1];
        var broken = new RequantizationForm("broken", (constants, accumulators, output) =>
        {
            plain.Pack(constants, accumulators, output);
            int at = accumulators.IndexOf(wrong);
            if (at >= 0)
            {
                output[at] ^= 1;
            }
        });
        OutputConstants[] sets = [new(9, 32_768, 15, -128, 127)];

        Assert.Null(RequantizationProof.Of(sets, -70_000, 90_000, forms: [broken]).Difference);
        Assert.Equal($"accumulator {wrong}: scalar oracle -128, broken -127", RequantizationProof.Of(sets, -70_000, 90_000, comparesAll: true, forms: [broken]).Difference);
    }

    /// <summary>Stages and whole forms are the same arithmetic: a whole form over blocks at both ends, around zero and where the output changes.</summary>
    [Theory, MemberData(nameof(Sets))]
    public void Pack_EveryForm_IsItsTwoStages(int shift, int scale, int outputShift, int minimum, int maximum)
    {
        const int Count = 1 << 16;
        var constants = new OutputConstants(shift, (ushort)scale, outputShift, minimum, maximum);
        var narrowed = new short[Count];
        var scaled = new sbyte[Count];
        var packed = new byte[Count];
        Assert.Equal(RequantizationForms.OfThisHost.Select(static form => form.Name), RequantizationForms.StagesOfThisHost.Select(static stages => stages.Name));
        foreach ((RequantizationForm form, RequantizationStages stages) in RequantizationForms.OfThisHost.Zip(RequantizationForms.StagesOfThisHost))
        {
            stages.Scale(constants, short.MinValue, scaled);
            foreach (int first in new[] { -(1 << 23), -Count, 0, 1_000_000, (1 << 23) - Count })
            {
                stages.Narrow(shift, first, narrowed);
                form.Pack(constants, [.. Enumerable.Range(first, Count)], packed);
                Assert.Equal(narrowed.Select(value => scaled[value - short.MinValue]), packed.Select(static value => unchecked((sbyte)value)));
            }
        }
    }

    /// <summary>Every channel has constants of its own: a form that is wrong for one multiplier only is found.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    public void Of_OneSetPerChannel_WrongInOne_IsFound(int wrong)
    {
        OutputConstants[] sets = [.. Enumerable.Range(0, 7).Select(static channel => new OutputConstants(6, (ushort)(40_000 + (channel * 777)), 17, -128, 127))];
        Assert.Equal((7L << 24, null), (RequantizationProof.Of(sets, -5, 5) is { } right ? (right.Accumulators, right.Difference) : default));
        var broken = new RequantizationStages("broken", RequantizationForms.Scalar.Narrow, (constants, first, output) =>
        {
            RequantizationForms.Scalar.Scale(constants, first, output);
            output[40_000] ^= (sbyte)(constants.OutputScale == sets[wrong].OutputScale ? 1 : 0);
        });

        Assert.Contains("broken", RequantizationProof.Of(sets, -5, 5, stages: [broken]).Difference, StringComparison.Ordinal);
        Assert.Contains(", broken ", RequantizationProof.Of(sets, -5, 5, stages: [RequantizationForms.Scalar, broken, broken with { Name = "the next" }]).Difference, StringComparison.Ordinal);

        RequantizationForm plain = RequantizationForms.OfThisHost[^1];
        var brokenWhole = new RequantizationForm("broken whole", (constants, accumulators, output) =>
        {
            plain.Pack(constants, accumulators, output);
            output[0] ^= (byte)(constants.OutputScale == sets[wrong].OutputScale ? 1 : 0);
        });
        Assert.Contains("broken whole", RequantizationProof.Of(sets, -5, 5, forms: [brokenWhole]).Difference, StringComparison.Ordinal);
    }

    /// <summary>A first stage that is wrong for one accumulator: the lowest, two in the middle, the highest that no input gives.</summary>
    [Theory]
    [InlineData(-(1 << 23))]
    [InlineData(-70_001)]
    [InlineData(12_345)]
    [InlineData((1 << 23) - 1)]
    public void Of_FirstStageWrongForOneAccumulator_IsFound(int wrong)
    {
        var broken = new RequantizationStages(
            "broken",
            (shift, first, narrowed) =>
            {
                RequantizationForms.Scalar.Narrow(shift, first, narrowed);
                int at = wrong - first;
                if (at >= 0 && at < narrowed.Length)
                {
                    narrowed[at] += (short)(wrong < 0 ? 4000 : -4000);
                }
            },
            RequantizationForms.Scalar.Scale);

        string? difference = RequantizationProof.Of([new OutputConstants(8, 64, 15, -128, 127)], -70_000, 90_000, stages: [RequantizationForms.Scalar, broken]).Difference;

        Assert.StartsWith("accumulator ", difference, StringComparison.Ordinal);
        Assert.Contains("broken", difference, StringComparison.Ordinal);
    }

    /// <summary>A second stage that is wrong for one of its 2^16 values.</summary>
    [Theory]
    [InlineData(short.MinValue)]
    [InlineData(-3)]
    [InlineData(short.MaxValue)]
    public void Of_SecondStageWrongForOneValue_IsFound(short wrong)
    {
        var broken = new RequantizationStages(
            "broken",
            RequantizationForms.Scalar.Narrow,
            (constants, first, output) =>
            {
                RequantizationForms.Scalar.Scale(constants, first, output);
                output[wrong - first] ^= 1;
            });

        string? difference = RequantizationProof.Of([new OutputConstants(7, 64, 15, -128, 127)], 0, 1, stages: [broken]).Difference;

        int accumulator = wrong == short.MinValue ? -(1 << 23) : (wrong << 7) - (1 << 6);
        Assert.StartsWith($"accumulator {accumulator}: scalar oracle ", difference, StringComparison.Ordinal);
        Assert.Contains("broken", difference, StringComparison.Ordinal);
    }
}
