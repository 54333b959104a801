using System.Buffers.Binary;

namespace TileProof.Verification.InputData;

/// <summary>Bytes of a file as single-precision numbers.</summary>
internal static class Numbers
{
    /// <summary>Bytes of one number.</summary>
    public static int SizeBytes(this NumberType type) => type switch
    {
        NumberType.U8 or NumberType.I8 => 1,
        NumberType.I16 or NumberType.F16 => 2,
        NumberType.I32 or NumberType.F32 => 4,
        _ => 8,
    };

    /// <summary>Reads as many numbers as <paramref name="numbers"/> has room for, each rounded to nearest even.</summary>
    public static void Read(ReadOnlySpan<byte> bytes, NumberType type, bool isBigEndian, Span<float> numbers)
    {
        int size = type.SizeBytes();
        for (int i = 0; i < numbers.Length; i++)
        {
            ReadOnlySpan<byte> number = bytes.Slice(i * size, size);
            numbers[i] = type switch
            {
                NumberType.U8 => number[0] / (float)byte.MaxValue,
                NumberType.I8 => unchecked((sbyte)number[0]),
                NumberType.I16 => isBigEndian ? BinaryPrimitives.ReadInt16BigEndian(number) : BinaryPrimitives.ReadInt16LittleEndian(number),
                NumberType.I32 => isBigEndian ? BinaryPrimitives.ReadInt32BigEndian(number) : BinaryPrimitives.ReadInt32LittleEndian(number),
                NumberType.I64 => isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(number) : BinaryPrimitives.ReadInt64LittleEndian(number),
                NumberType.F16 => (float)(isBigEndian ? BinaryPrimitives.ReadHalfBigEndian(number) : BinaryPrimitives.ReadHalfLittleEndian(number)),
                NumberType.F32 => isBigEndian ? BinaryPrimitives.ReadSingleBigEndian(number) : BinaryPrimitives.ReadSingleLittleEndian(number),
                _ => (float)(isBigEndian ? BinaryPrimitives.ReadDoubleBigEndian(number) : BinaryPrimitives.ReadDoubleLittleEndian(number)),
            };
        }
    }
}
