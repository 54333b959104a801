using TileProof.Operators;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;

namespace TileProof.Tests.Conformance;

/// <summary>One golden engine against the reference: counts, and the first place that differs.</summary>
public sealed class GoldenAgreementTests
{
    private static readonly TensorShape Shape = TensorShape.FromNchw(2, 3, 2, 5);

    // Offsets in no order: the first that differs is the first that was sampled.
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void Sampled_OneAndTwoDifferences_CountedWithTheFirst(int at)
    {
        sbyte[] levels = [.. Enumerable.Range(0, Shape.ElementCount).Select(static i => (sbyte)(i - 30))];
        var reference = Tensor.FromInt8(Shape, levels);
        int[] offsets = [59, 0, 17, 42, 31];
        sbyte[] outputs = [.. offsets.Select(offset => levels[offset])];
        GoldenAgreement equal = GoldenAgreement.Sampled("oracle", reference, offsets, outputs);
        Assert.Equal(("oracle", 5, 0, null, 0, true), (equal.Engine, equal.ComparedElements, equal.DifferingElements, equal.First, equal.ToleratedUlp, equal.IsAgreed));

        outputs[at] += 3;
        GoldenAgreement one = GoldenAgreement.Sampled("oracle", reference, offsets, outputs);
        var expected = new Mismatch(Shape.IndexOf(offsets[at]), levels[offsets[at]], levels[offsets[at]] + 3);
        Assert.Equal((5, 1, expected, false), (one.ComparedElements, one.DifferingElements, one.First, one.IsAgreed));
        Assert.Equal("oracle: 1 of 5 elements differ", one.ToString());

        outputs[4] -= 1;
        outputs[3] -= 1;
        GoldenAgreement more = GoldenAgreement.Sampled("oracle", reference, offsets, outputs);
        Assert.Equal(at == 4 ? 2 : 3, more.DifferingElements);
        Assert.Equal(Shape.IndexOf(offsets[Math.Min(at, 3)]), more.First!.Index);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(29)]
    [InlineData(59)]
    public void WithinUlp_TheLimitAndOneBeyond(int at)
    {
        float[] elements = [.. Enumerable.Range(0, Shape.ElementCount).Select(static i => 1 + (i * 0.01f))];
        var reference = Tensor.FromFloat32(Shape, elements);
        Assert.True(GoldenAgreement.WithinUlp("engine", reference, Changed(at, 4), 4).IsAgreed);

        GoldenAgreement beyond = GoldenAgreement.WithinUlp("engine", reference, Changed(at, 5), 4);
        Assert.Equal(("engine", 60, 1, 4), (beyond.Engine, beyond.ComparedElements, beyond.DifferingElements, beyond.ToleratedUlp));
        Assert.Equal(new Mismatch(Shape.IndexOf(at), elements[at], Moved(elements[at], 5)), beyond.First);

        Tensor two = Changed(at, 5);
        two.Float32[^1] = Moved(elements[^1], 5);
        Assert.Equal((at == 59 ? 1 : 2, Shape.IndexOf(at)), (GoldenAgreement.WithinUlp("engine", reference, two, 4).DifferingElements, GoldenAgreement.WithinUlp("engine", reference, two, 4).First!.Index));

        Tensor Changed(int index, int ulps)
        {
            var changed = Tensor.FromFloat32(Shape, elements);
            changed.Float32[index] = Moved(elements[index], ulps);
            return changed;
        }
    }

    [Fact]
    public void BitForBit_CountsElementsAndNotBytes()
    {
        var reference = Tensor.FromFloat32(Shape, new float[60]);
        var output = Tensor.FromFloat32(Shape, new float[60]);
        Assert.Equal((60, 0, true), (GoldenAgreement.BitForBit("engine", reference, output).ComparedElements, GoldenAgreement.BitForBit("engine", reference, output).DifferingElements, GoldenAgreement.BitForBit("engine", reference, output).IsAgreed));
        output.Float32[7] = 1;
        output.Float32[59] = 2;
        GoldenAgreement two = GoldenAgreement.BitForBit("engine", reference, output);
        Assert.Equal((60, 2, Shape.IndexOf(7), 0), (two.ComparedElements, two.DifferingElements, two.First!.Index, two.ToleratedUlp));
        Assert.Equal("engine: 2 of 60 elements differ", two.ToString());
        Assert.False(new GoldenAgreement("engine", 0, 0, null, 0).IsAgreed);
    }

    private static float Moved(float value, int ulps) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) + ulps);
}
