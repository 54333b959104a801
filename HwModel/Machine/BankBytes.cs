using System.Collections;
using System.Globalization;

namespace TileProof.HwModel.Machine;

/// <summary>A number of bytes for each local bank, DRAM0 first; equal where all numbers are.</summary>
public sealed class BankBytes : IReadOnlyList<int>, IEquatable<BankBytes>
{
    private readonly int[] bytes;

    private BankBytes(int[] bytes) => this.bytes = bytes;

    /// <inheritdoc/>
    public int Count => bytes.Length;

    /// <summary>Bytes in all banks.</summary>
    public long TotalBytes => bytes.Sum(static one => (long)one);

    /// <inheritdoc/>
    public int this[int index] => bytes[index];

    /// <summary>Makes a list.</summary>
    public static BankBytes Of(params IEnumerable<int> bytes) => new([.. bytes]);

    /// <inheritdoc/>
    public bool Equals(BankBytes? other) => other is not null && bytes.AsSpan().SequenceEqual(other.bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as BankBytes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (int one in bytes)
        {
            hash.Add(one);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)bytes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => bytes.GetEnumerator();

    /// <summary><c>16384x8192</c>.</summary>
    public override string ToString() => string.Join('x', bytes.Select(static one => one.ToString(CultureInfo.InvariantCulture)));
}
