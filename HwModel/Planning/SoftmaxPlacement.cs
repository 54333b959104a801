using System.Globalization;

namespace TileProof.HwModel.Planning;

/// <summary>The banks of the row buffers of a softmax.</summary>
/// <remarks>
/// Operator contract, section 9b: two sets of an input and an output row, tried in a fixed order of banks, else one set, else none.
/// Rows are placed one after the other without rounding up.
/// </remarks>
/// <param name="InputBanks">The bank of each input row buffer; one or two.</param>
/// <param name="OutputBanks">The bank of each output row buffer; as many.</param>
internal sealed record SoftmaxPlacement(IReadOnlyList<int> InputBanks, IReadOnlyList<int> OutputBanks)
{
    private static readonly SoftmaxPlacement[] InOrder =
    [
        new([0, 1], [0, 1]),
        new([0, 0], [0, 0]),
        new([1, 1], [1, 1]),
        new([0, 1], [0, 0]),
        new([0, 1], [1, 1]),
        new([0], [1]),
        new([0], [0]),
        new([1], [1]),
    ];

    /// <summary>Whether two rows are under way at a time.</summary>
    public bool IsPingPong => InputBanks.Count == 2;

    /// <summary>The first placement that fits; null when a row of input and output fits no banks.</summary>
    /// <param name="rowElements">float32 elements of a row.</param>
    /// <param name="dram0Bytes">The bytes of bank DRAM0.</param>
    /// <param name="dram1Bytes">The bytes of bank DRAM1.</param>
    public static SoftmaxPlacement? TryFind(int rowElements, int dram0Bytes, int dram1Bytes)
    {
        long rowBytes = (long)rowElements * sizeof(float);
        return Array.Find(InOrder, placement => placement.RowsIn(0) * rowBytes <= dram0Bytes && placement.RowsIn(1) * rowBytes <= dram1Bytes);
    }

    /// <summary>Row buffers that lie in a bank.</summary>
    public int RowsIn(int bank) => InputBanks.Concat(OutputBanks).Count(place => place == bank);

    /// <summary>One line for reports, such as <c>in 0 1, out 0 1</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"in {string.Join(' ', InputBanks)}, out {string.Join(' ', OutputBanks)}");
}
