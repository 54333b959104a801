using TileProof.HwModel.Machine;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Operators.Words;

namespace TileProof.Tests.Proof;

/// <summary>The words of bytes have the names of the bytes, in convolutions of several groups and on machines of many banks too.</summary>
public sealed class WordNamesTests
{
    private static readonly Conv2dShape Grouped = Conv2dShape.Create(6, 9, 11, 4, 3, 5, 1, 1, groups: 2);

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

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(DspConfiguration.MaximumBankCount)]
    public void NameOf_UnwrittenByteOfAnyBank(int memory) =>
        Assert.Equal("a byte that nobody wrote", new WordNames(Grouped, 1, []).NameOf(RingWords.Of(WordKind.Unwritten, ((long)memory << 32) + 7)));
}
