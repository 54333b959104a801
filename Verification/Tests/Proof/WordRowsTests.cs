using TileProof.HwModel.Machine;
using TileProof.HwModel.Proof;

namespace TileProof.Tests.Proof;

/// <summary>Rows of words, short and long ones, against one word after the other.</summary>
public sealed class WordRowsTests
{
    private static readonly MemoryBuffer Buffer = MemoryBank.AllOf(DspConfiguration.FromBankBytes(4096, 2048), hasBytes: false)[0].Allocate("all", 4096);

    /// <summary>Row bytes, rows, row pitch, planes and plane pitch; pitches may be less than what lies in them.</summary>
    public static TheoryData<int, int, int, int, int> Regions => new()
    {
        { 1, 1, 1, 1, 1 }, { 15, 3, 17, 2, 60 }, { 16, 2, 16, 3, 40 }, { 17, 3, 19, 2, 61 }, { 40, 2, 41, 3, 90 }, { 5, 4, 3, 2, 20 }, { 18, 3, 11, 2, 30 },
    };

    [Theory, MemberData(nameof(Regions))]
    public void Fill_EveryRow_AndNothingElse(int rowBytes, int rows, int rowPitch, int planes, int planePitch)
    {
        var region = new StridedRegion(Buffer, 0, rowBytes, rows, rowPitch, planes, planePitch);
        ulong[] words = Numbered((int)region.ExtentBytes, 1000);
        ulong[] expected = [.. words];
        foreach (int at in Places(region))
        {
            expected[at] = 7;
        }

        WordRows.Fill(words, region, 7);
        Assert.Equal(expected, words);
    }

    /// <summary>One word of another kind anywhere in a row is seen; between the rows it is not.</summary>
    [Theory, MemberData(nameof(Regions))]
    public void AreAll_OneOtherWord_IsSeenInARowOnly(int rowBytes, int rows, int rowPitch, int planes, int planePitch)
    {
        var region = new StridedRegion(Buffer, 0, rowBytes, rows, rowPitch, planes, planePitch);
        HashSet<int> places = [.. Places(region)];
        var words = new ulong[(int)region.ExtentBytes];
        Array.Fill(words, 7UL);
        Assert.True(WordRows.AreAll(words, region, 7));
        for (int at = 0; at < words.Length; at++)
        {
            words[at] = 8;
            Assert.Equal(!places.Contains(at), WordRows.AreAll(words, region, 7));
            words[at] = 7;
        }
    }

    [Theory, MemberData(nameof(Regions))]
    public void Copy_EveryRow_TheLastStaysWhereRowsLieOverOneAnother(int rowBytes, int rows, int rowPitch, int planes, int planePitch)
    {
        var source = new StridedRegion(Buffer, 0, rowBytes, rows, rowBytes + 2, planes, (rowBytes + 2) * rows);
        var destination = new StridedRegion(Buffer, 0, rowBytes, rows, rowPitch, planes, planePitch);
        ulong[] from = Numbered((int)source.ExtentBytes, 1);
        ulong[] to = Numbered((int)destination.ExtentBytes, 5000);
        ulong[] expected = [.. to];
        foreach ((int at, int into) in Places(source).Zip(Places(destination)))
        {
            expected[into] = from[at];
        }

        WordRows.Copy(from, source, to, destination);
        Assert.Equal(expected, to);
    }

    private static ulong[] Numbered(int count, int first) => [.. Enumerable.Range(first, count).Select(static number => (ulong)number)];

    private static IEnumerable<int> Places(StridedRegion region) =>
        from plane in Enumerable.Range(0, region.PlaneCount)
        from row in Enumerable.Range(0, region.RowCount)
        from i in Enumerable.Range(0, region.RowBytes)
        select (plane * region.PlanePitchBytes) + (row * region.RowPitchBytes) + i;
}
