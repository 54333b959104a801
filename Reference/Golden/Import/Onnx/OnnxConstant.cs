using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using TileProof.Golden.Onnx.Schema;
using ElementCode = TileProof.Golden.Onnx.Schema.TensorProto.Types.DataType;

namespace TileProof.Golden.Import.Onnx;

/// <summary>A tensor stored in the model, from raw bytes, typed fields or a file beside it. Its size has been checked.</summary>
internal sealed class OnnxConstant
{
    private readonly string path;
    private readonly ElementCode elementType;
    private readonly ReadOnlyMemory<byte> bytes;
    private float[]? floats;

    private OnnxConstant(string path, string name, ElementCode elementType, int[] dimensions, ReadOnlyMemory<byte> bytes)
    {
        this.path = path;
        Name = name;
        this.elementType = elementType;
        Dimensions = dimensions;
        this.bytes = bytes;
    }

    public string Name { get; }

    public int[] Dimensions { get; }

    public int Count => bytes.Length / BytesOf(elementType);

    public bool IsFloat => elementType == ElementCode.Float;

    public bool IsUnsigned => elementType == ElementCode.Uint8;

    public bool IsByte => elementType is ElementCode.Uint8 or ElementCode.Int8;

    public bool IsInt32 => elementType == ElementCode.Int32;

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="ModelFormatException">The element type is unknown, or the data does not have the size that the dimensions ask for.</exception>
    public static OnnxConstant Read(string path, TensorProto tensor, OnnxExternalData externalData)
    {
        string place = $"initializer '{tensor.Name}'";
        var elementType = (ElementCode)tensor.DataType;
        long expectedBytes = BytesOf(elementType);
        if (expectedBytes == 0)
        {
            throw new ModelFormatException(path, place, Text($"has the element type {tensor.DataType}, expected float32, float64, uint8, int8, int32, int64 or bool"));
        }

        var dimensions = new int[tensor.Dims.Count];
        for (int i = 0; i < dimensions.Length; i++)
        {
            long dimension = tensor.Dims[i];
            if (dimension is < 0 or > int.MaxValue || (expectedBytes > 0 && dimension > ModelFile.MaximumBytes / expectedBytes))
            {
                throw new ModelFormatException(path, place, Text($"has the dimensions [{string.Join(", ", tensor.Dims)}], expected less than {ModelFile.MaximumBytes} bytes"));
            }

            dimensions[i] = (int)dimension;
            expectedBytes *= dimension;
        }

        ReadOnlyMemory<byte> bytes = tensor.DataLocation == TensorProto.Types.DataLocation.External
            ? externalData.Read(place, tensor, expectedBytes)
            : InlineBytes(tensor, elementType);
        return bytes.Length == expectedBytes
            ? new OnnxConstant(path, tensor.Name, elementType, dimensions, bytes)
            : throw new ModelFormatException(
                path, place, Text($"holds {bytes.Length} bytes, but [{string.Join(", ", tensor.Dims)}] of {elementType} takes {expectedBytes}"));
    }

    public float[] Floats() => floats ??= IsFloat ? MemoryMarshal.Cast<byte, float>(bytes.Span).ToArray() : throw WrongType("float32");

    public int[] Int32s() => IsInt32 ? MemoryMarshal.Cast<byte, int>(bytes.Span).ToArray() : throw WrongType("int32");

    public long[] Int64s() => elementType switch
    {
        ElementCode.Int64 => MemoryMarshal.Cast<byte, long>(bytes.Span).ToArray(),
        ElementCode.Int32 => Array.ConvertAll(Int32s(), static value => (long)value),
        _ => throw WrongType("int64"),
    };

    /// <summary>8-bit levels as int8; unsigned ones are shifted by -128.</summary>
    public sbyte[] Levels()
    {
        if (!IsByte)
        {
            throw WrongType("int8 or uint8");
        }

        sbyte[] levels = MemoryMarshal.Cast<byte, sbyte>(bytes.Span).ToArray();
        if (IsUnsigned)
        {
            foreach (ref sbyte level in levels.AsSpan())
            {
                level = unchecked((sbyte)(level ^ 0x80));
            }
        }

        return levels;
    }

    /// <summary>The constant as a message with raw data.</summary>
    public TensorProto ToTensor()
    {
        var tensor = new TensorProto { Name = Name, DataType = (int)elementType, RawData = ByteString.CopyFrom(bytes.Span) };
        tensor.Dims.AddRange(Dimensions.Select(static extent => (long)extent));
        return tensor;
    }

    private static ReadOnlyMemory<byte> InlineBytes(TensorProto tensor, ElementCode elementType)
    {
        if (tensor.RawData.Length > 0)
        {
            return tensor.RawData.Memory;
        }

        return elementType switch
        {
            ElementCode.Float => BytesOf<float>([.. tensor.FloatData]),
            ElementCode.Double => BytesOf<double>([.. tensor.DoubleData]),
            ElementCode.Int64 => BytesOf<long>([.. tensor.Int64Data]),
            ElementCode.Int32 => BytesOf<int>([.. tensor.Int32Data]),
            _ => BytesOf<byte>([.. tensor.Int32Data.Select(static value => unchecked((byte)value))]),
        };
    }

    private static byte[] BytesOf<T>(T[] elements)
        where T : unmanaged => MemoryMarshal.AsBytes(elements.AsSpan()).ToArray();

    private static int BytesOf(ElementCode elementType) => elementType switch
    {
        ElementCode.Uint8 or ElementCode.Int8 or ElementCode.Bool => sizeof(byte),
        ElementCode.Float or ElementCode.Int32 => sizeof(int),
        ElementCode.Double or ElementCode.Int64 => sizeof(long),
        _ => 0,
    };

    private ModelFormatException WrongType(string expected) => new(path, $"initializer '{Name}'", $"is {elementType}, expected {expected}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
