using System.Runtime.InteropServices;
using System.Text;

namespace TileProof.Golden.Export.Pte;

/// <summary>A vector of scalars, a vector of references, or a text.</summary>
internal sealed class FlatVectorObject : FlatObject
{
    private FlatVectorObject(byte[] elements, int elementBytes, IReadOnlyList<FlatObject> references, bool isText)
    {
        Elements = elements;
        ElementBytes = elementBytes;
        References = references;
        IsText = isText;
    }

    public byte[] Elements { get; }

    public int ElementBytes { get; }

    public IReadOnlyList<FlatObject> References { get; }

    /// <summary>Whether a zero byte follows the elements.</summary>
    public bool IsText { get; }

    public int Count => Elements.Length / ElementBytes;

    public static FlatVectorObject Of<T>(params ReadOnlySpan<T> elements)
        where T : unmanaged => new(MemoryMarshal.AsBytes(elements).ToArray(), Marshal.SizeOf<T>(), [], isText: false);

    public static FlatVectorObject Of(IReadOnlyList<FlatObject> references) =>
        new(new byte[references.Count * sizeof(uint)], sizeof(uint), references, isText: false);

    public static FlatVectorObject Text(string text) => new(Encoding.UTF8.GetBytes(text), sizeof(byte), [], isText: true);
}
