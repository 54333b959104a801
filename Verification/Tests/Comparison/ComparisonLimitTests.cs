using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Tests.Conformance;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;

namespace TileProof.Tests.Comparison;

/// <summary>Comparisons at their limits: the first and the last byte, one step inside and one outside a tolerance, the last tile that is not whole.</summary>
public sealed class ComparisonLimitTests
{
    private static readonly TensorShape Shape = TensorShape.FromNchw(2, 3, 5, 7);

    /// <summary>Any byte of any element counts, one at a time.</summary>
    [Theory]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.Float32)]
    public void TensorDifference_OneByte_IsOneElementAtItsPlace(ElementType type)
    {
        Tensor expected = Tensor.Create(Shape, type);
        int elementBytes = type.SizeBytes();
        for (int position = 0; position < expected.Bytes.Length; position++)
        {
            byte[] bytes = expected.Bytes.ToArray();
            bytes[position] ^= 1;
            var difference = TensorDifference.Between(expected, Tensor.FromBytes(Shape, type, bytes));
            Assert.Equal((1, expected.Bytes.Length), (difference.DifferingElements, difference.ComparedBytes));
            Assert.Equal(Shape.IndexOf(position / elementBytes), difference.First!.Index);
            Assert.Equal(0, difference.First.Expected);
            Assert.NotEqual(0, difference.First.Actual);
        }
    }

    [Fact]
    public void TensorDifference_EveryElement_IsCounted()
    {
        byte[] bytes = new byte[Shape.ElementCount];
        Array.Fill(bytes, (byte)1);
        Assert.Equal(Shape.ElementCount, TensorDifference.Between(Tensor.Create(Shape, ElementType.Int8), Tensor.FromBytes(Shape, ElementType.Int8, bytes)).DifferingElements);
    }

    [Theory]
    [InlineData(0, "7/0/0/0")]
    [InlineData(1, "6/1/0/0")]
    [InlineData(-1, "6/1/0/0")]
    [InlineData(2, "6/0/1/0")]
    [InlineData(-2, "6/0/1/0")]
    [InlineData(3, "6/0/0/1")]
    [InlineData(-3, "6/0/0/1")]
    public void LevelDifferences_Threshold_AtEveryPosition(int levels, string counts)
    {
        for (int position = 0; position < 7; position++)
        {
            sbyte[] actual = new sbyte[7];
            actual[position] = (sbyte)levels;
            Assert.Equal(counts, LevelDifferences.Between(new sbyte[7], actual).ToString());
        }
    }

    [Fact]
    public void LevelDifferences_OtherLength_Throws() => Assert.Throws<ArgumentException>(static () => LevelDifferences.Between(new sbyte[3], new sbyte[4]));

    [Theory]
    [InlineData(1f, 0)]
    [InlineData(1f, 1)]
    [InlineData(-1f, 3)]
    [InlineData(float.Epsilon, 5)]
    [InlineData(0f, 7)]
    public void UlpDistance_SoManyNumbersUpOrDown(float start, int steps)
    {
        float up = start;
        float down = start;
        for (int step = 0; step < steps; step++)
        {
            up = MathF.BitIncrement(up);
            down = MathF.BitDecrement(down);
        }

        Assert.Equal(steps, UlpDistance.Between(start, up));
        Assert.Equal(steps, UlpDistance.Between(down, start));
        Assert.Equal(2 * steps, UlpDistance.Between(down, up));
    }

    [Fact]
    public void UlpDistance_NotANumberAndZeros()
    {
        Assert.Equal(0, UlpDistance.Between(-0f, 0f));
        Assert.Equal(0, UlpDistance.Between(float.NaN, float.NaN));
        Assert.Equal(long.MaxValue, UlpDistance.Between(float.NaN, 1f));
        Assert.Equal(long.MaxValue, UlpDistance.Between(float.PositiveInfinity, float.NaN));
    }

    /// <summary>The tolerance itself agrees, and one more disagrees, wherever the element is.</summary>
    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void WithinUlp_OneMoreThanTheTolerance_Disagrees(Place place)
    {
        float[] reference = [.. Enumerable.Range(1, Shape.ElementCount).Select(static i => 1f / i)];
        int index = SoundOutcome.At(place, reference.Length);
        for (int distance = 7; distance <= 9; distance++)
        {
            float[] other = [.. reference];
            other[index] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(other[index]) + distance);
            var agreement = GoldenAgreement.WithinUlp("engine", Tensor.FromFloat32(Shape, reference), Tensor.FromFloat32(Shape, other), 8);
            Assert.Equal(distance <= 8, agreement.IsAgreed);
            Assert.Equal(distance <= 8 ? null : Shape.IndexOf(index), agreement.First?.Index);
            Assert.Equal((Shape.ElementCount, 8), (agreement.ComparedElements, agreement.ToleratedUlp));
        }
    }

    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void GoldenAgreements_OneElement_Disagrees(Place place)
    {
        Tensor reference = Tensor.Create(Shape, ElementType.Int8);
        int[] offsets = [0, 4, 17, 80, Shape.ElementCount - 1];
        int sample = SoundOutcome.At(place, offsets.Length);
        sbyte[] outputs = new sbyte[offsets.Length];
        outputs[sample] = 1;
        var sampled = GoldenAgreement.Sampled("engine", reference, offsets, outputs);
        var complete = GoldenAgreement.BitForBit("engine", reference, SoundOutcome.Damage(reference, place));

        Assert.False(sampled.IsAgreed);
        Assert.Equal((5, 1, Shape.IndexOf(offsets[sample])), (sampled.ComparedElements, sampled.DifferingElements, sampled.First!.Index));
        Assert.False(complete.IsAgreed);
        Assert.Equal((Shape.ElementCount, 1), (complete.ComparedElements, complete.DifferingElements));
        Assert.True(GoldenAgreement.Sampled("engine", reference, offsets, new sbyte[5]).IsAgreed);
        Assert.False(GoldenAgreement.Sampled("engine", reference, [], []).IsAgreed);
    }

    /// <summary>A large layer is sampled at different elements, from the first to the last.</summary>
    [Theory]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_003)]
    public void SampledOffsets_FirstToLastWithoutRepeats(int elementCount)
    {
        int[] offsets = NetworkGolden.SampledOffsets(elementCount);
        Assert.Equal(NetworkGolden.SampledElements, offsets.Distinct().Count());
        Assert.Equal((0, elementCount - 1), (offsets[0], offsets[^1]));
        Assert.InRange(offsets.Zip(offsets.Skip(1), static (left, right) => right - left).Max(), 1, (elementCount / NetworkGolden.SampledElements) + 1);
    }

    /// <summary>Every engine is asked about every call: the oracle for all elements of a call, or for as many as are sampled of a large one.</summary>
    [Fact]
    public void Goldens_EveryCall_ComparedWithEveryEngineWhole()
    {
        foreach (GoldenCall golden in SoundOutcome.Value.Goldens)
        {
            Assert.Contains(golden.Agreements, static agreement => agreement.Engine.StartsWith("data-parallel", StringComparison.Ordinal));
            Assert.All(golden.Agreements, agreement => Assert.Equal(golden.Expected.Shape.ElementCount, agreement.ComparedElements));
            string[] engines = [.. golden.Agreements.Select(static agreement => agreement.Engine).Append(golden.Reference)];
            Assert.Contains("scalar-oracle", engines);
            Assert.Contains(engines, static engine => engine.StartsWith("onnx", StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>33x47 at unequal banks: the tile of a mismatch, first and last, where the last tiles are not whole.</summary>
    [Fact]
    public void ConformanceRow_MismatchInTheLastTile_NamesIt()
    {
        var shape = Conv2dShape.Create(12, 33, 47, 21, 3, 3, 1, 1);
        Conv2dTilePlan plan = Conv2dTilePlanner.Plan(shape, DspConfiguration.FromBankBytes(8192, 4096));
        Assert.True(plan.RowTileCount > 1 && plan.RowsInTile(plan.RowTileCount - 1) < plan.RowsPerTile, $"{plan}");
        Tensor expected = Tensor.Create(shape.OutputShape(), ElementType.Int8);
        CaseResult sound = SoundOutcome.Value.Cases[0];
        foreach ((Place place, string tile) in new[] { (Place.First, "c0 h0"), (Place.Last, $"c{plan.ChannelTileCount - 1} h{plan.RowTileCount - 1}") })
        {
            Tensor actual = SoundOutcome.Damage(expected, place);
            CaseResult result = sound with
            {
                Execution = new CallPlan(OperatorPath.Dma, "tiles") { Convolution = plan },
                Difference = TensorDifference.Between(expected, actual),
                LikelyCause = MismatchCause.Guess(plan, expected, actual, 0xA5),
            };
            var row = ConformanceRow.Of(result);
            Assert.Equal((tile, 1, expected.Bytes.Length, "0", "32"), (row.Tile, row.Mismatches, row.BytesCompared, row.Expected, row.Actual));
            Assert.Contains("constant offset of 32", row.LikelyCause, StringComparison.Ordinal);
        }
    }

    /// <summary>Operators without tiles: the range of the elements that differ, to the last.</summary>
    [Theory]
    [InlineData(0, 0, "elements 0..0, all of them")]
    [InlineData(209, 209, "elements 209..209, all of them")]
    [InlineData(3, 209, "elements 3..209, 2 of them")]
    public void MismatchCause_WithoutTiles_NamesTheRange(int first, int last, string expected)
    {
        Tensor golden = Tensor.Create(Shape, ElementType.Float32);
        Tensor actual = Tensor.Create(Shape, ElementType.Float32);
        actual.Float32[first] = 1f;
        actual.Float32[last] = 1f;
        Assert.StartsWith(expected, MismatchCause.Guess(null, golden, actual, 0xA5), StringComparison.Ordinal);
    }
}
