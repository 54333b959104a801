using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Operators.Words;

namespace TileProof.Tests.Proof;

/// <summary>The words of bytes have the names of the bytes, in convolutions of several groups and on machines of many banks too.</summary>
public sealed class WordNamesTests
{
    private static readonly Conv2dShape Grouped = Conv2dShape.Create(6, 9, 11, 4, 3, 5, 1, 1, groups: 2);
    private static readonly TransferLabel[] Transfers = [new("input n{0} c{1}", 0, 4), new("coefficients n{0} c{1}", 0, 1)];

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 2, 1, 3)]
    [InlineData(3, 2, 2, 4)]
    public void NameOf_WeightOfAGroup_CountsTheChannelsOfItsGroup(int o, int c, int y, int x)
    {
        var names = new WordNames(Grouped, 1, []);
        long index = (((((long)o * 3) + c) * 3) + y) * 5 + x;
        Assert.Equal($"weight {new TensorIndex(o, c, y, x)}", names.NameOf(RingWords.Of(WordKind.Weight, index)));
        Assert.Null(names.NameOf(RingWords.Of(WordKind.Weight, Grouped.WeightCount + index)));
    }

    /// <summary>The first, a middle and the last byte of every kind have a name, and the one behind has none. Two images, two transfers.</summary>
    [Theory]
    [InlineData(WordKind.Input, 0, "input [0, 0, 0, 0]")]
    [InlineData(WordKind.Input, 605, "input [1, 0, 1, 0]")]
    [InlineData(WordKind.Input, 1187, "input [1, 5, 8, 10]")]
    [InlineData(WordKind.Input, 1188, null)]
    [InlineData(WordKind.Bias, 0, "byte 0 of bias 0")]
    [InlineData(WordKind.Bias, 7, "byte 3 of bias 1")]
    [InlineData(WordKind.Bias, 15, "byte 3 of bias 3")]
    [InlineData(WordKind.Bias, 16, null)]
    [InlineData(WordKind.Scale, 0, "byte 0 of output scale 0")]
    [InlineData(WordKind.Scale, 3, "byte 1 of output scale 1")]
    [InlineData(WordKind.Scale, 6, "byte 0 of output scale 3")]
    [InlineData(WordKind.Scale, 7, "byte 1 of output scale 3")]
    [InlineData(WordKind.Scale, 8, null)]
    [InlineData(WordKind.Constant, 0, "the constant 0")]
    [InlineData(WordKind.Constant, 128, "the constant -128")]
    [InlineData(WordKind.Constant, 255, "the constant -1")]
    [InlineData(WordKind.Constant, 256, null)]
    [InlineData(WordKind.Correction, 0, "the correction of channel 0")]
    [InlineData(WordKind.Correction, 3, "the correction of channel 3")]
    [InlineData(WordKind.Correction, 4, null)]
    [InlineData(WordKind.Unwritten, (8L << 32) + 7, "a byte that nobody wrote")]
    [InlineData(WordKind.Unwritten, 9L << 32, null)]
    [InlineData(WordKind.UnderWay, 0, "a byte of 'input n0 c4', which is not waited for")]
    [InlineData(WordKind.UnderWay, 1, "a byte of 'coefficients n0 c1', which is not waited for")]
    [InlineData(WordKind.UnderWay, 2, null)]
    [InlineData(WordKind.Raced, 0, "a byte of 'input n0 c4', whose source or destination is written before it is waited for")]
    [InlineData(WordKind.Raced, 1, "a byte of 'coefficients n0 c1', whose source or destination is written before it is waited for")]
    [InlineData(WordKind.Raced, 2, null)]
    [InlineData(WordKind.WrittenWhileRead, 0, "a result of a kernel that writes over what it reads")]
    [InlineData(WordKind.InCacheOnly, int.MaxValue - 1L, "a byte that the core has not written back")]
    [InlineData(WordKind.InCacheOnly, (long)int.MaxValue, null)]
    [InlineData(WordKind.StaleInCache, int.MaxValue - 1L, "an old byte of a cache line that the core has not dropped")]
    [InlineData(WordKind.StaleInCache, (long)int.MaxValue, null)]
    [InlineData(WordKind.LowestFloat, 0, null)]
    public void NameOf_EveryKind_FromItsFirstToItsLastByte(WordKind kind, long index, string? name) =>
        Assert.Equal(name, new WordNames(Grouped, 2, Transfers).NameOf(RingWords.Of(kind, index)));

    /// <summary>Places that differ in the row only are told as rows; others in full, and sums as what they are.</summary>
    [Fact]
    public void Difference_OfPlacesAndSums_InWords()
    {
        var names = new WordNames(Grouped, 2, Transfers);
        ulong sum = unchecked(RingWords.Of(WordKind.Input, 3) * 5);
        ulong last = RingWords.Of(WordKind.Input, 1187);

        Assert.Null(names.NameOf(sum));
        Assert.Equal("uses row 7 where row 8 belongs, of input [1, 5, 8, 10]", names.Difference(RingWords.Of(WordKind.Input, 1176), last));
        Assert.Equal("uses input [1, 5, 8, 9] where input [1, 5, 8, 10] belongs", names.Difference(RingWords.Of(WordKind.Input, 1186), last));
        Assert.Equal("uses input [1, 4, 8, 10] where input [1, 5, 8, 10] belongs", names.Difference(RingWords.Of(WordKind.Input, 1088), last));
        Assert.Equal("uses input [0, 5, 8, 10] where input [1, 5, 8, 10] belongs", names.Difference(RingWords.Of(WordKind.Input, 593), last));
        Assert.Equal("uses a computed value where input [1, 5, 8, 10] belongs", names.Difference(sum, last));
        Assert.Equal("uses input [1, 5, 8, 10] where a computed value belongs", names.Difference(last, sum));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(DspConfiguration.MaximumBankCount)]
    public void NameOf_UnwrittenByteOfAnyBank(int memory) =>
        Assert.Equal("a byte that nobody wrote", new WordNames(Grouped, 1, []).NameOf(RingWords.Of(WordKind.Unwritten, ((long)memory << 32) + 7)));
}
