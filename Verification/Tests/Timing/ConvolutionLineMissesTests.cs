using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Tests.Support;

namespace TileProof.Tests.Timing;

/// <summary>Counts of misses are kept for the next who asks, but not without end: a campaign asks for others with every case.</summary>
[Collection(Alone.Name)]
public sealed class ConvolutionLineMissesTests
{
    [Fact]
    public void Of_MoreLayersThanAreKept_KeepsFewAndCountsTheSame()
    {
        Conv2dShape shape = Conv2dShape.Create(2, 5, 3, 3, 3, 3, 1, 1);
        var cache = new DataCacheGeometry(1024, 2, 64);
        long[] first = [.. Enumerable.Range(0, 50).Select(extra => Misses(5 + (extra * 331)))];
        for (int extra = 0; extra < ConvolutionLineMisses.MostKept + 100; extra++)
        {
            Misses(5 + extra);
            Assert.InRange(ConvolutionLineMisses.KeptCount, 1, ConvolutionLineMisses.MostKept);
        }

        Assert.Equal(first, Enumerable.Range(0, 50).Select(extra => Misses(5 + (extra * 331))));
        Assert.True(first.Distinct().Count() > 1);

        long Misses(int rowPitchBytes) => ConvolutionLineMisses.Of(shape, rowPitchBytes, 5, 64, cache);
    }
}
