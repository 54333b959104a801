using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TileProof.HwModel.HostSimd;

/// <summary>8 positions in a 256-bit register with four taps in each; needs AVX-VNNI.</summary>
/// <remarks>
/// The instruction multiplies unsigned by signed bytes, so that values are offset by 128: a sum that starts at -128 times the sum of
/// the coefficients comes out as if they were not. It adds four products to an int32 without saturating.
/// </remarks>
internal readonly struct QuadLanes256 : ITapLanes<Vector256<byte>, Vector256<int>>, IPositionLanes<Vector256<byte>, Vector256<int>>
{
    public static bool IsSupported => AvxVnni.IsSupported;

    public static int Count => Vector256<int>.Count;

    public static int GroupTaps => 4;

    public static int ValueOffset => 128;

    public static Vector256<int> Zero => Vector256<int>.Zero;

    /// <summary>Three vectors times four channels and what they are made from fill the 16 registers that the instruction can name.</summary>
    public static int BlockVectors => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Everywhere(int sum) => Vector256.Create(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LoadGroups(ref byte source) => Vector256.LoadUnsafe(ref source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LoadCoefficients(ref byte source) => Vector256.LoadUnsafe(ref source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Total(Vector256<int> sums) => Vector256.Sum(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LoadGroupEverywhere(ref byte source) => Vector256.Create(Unsafe.ReadUnaligned<int>(ref source)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(ref byte rows, int rowPitchBytes, ref byte target) =>
        (Groups(ref rows, rowPitchBytes) ^ Vector256.Create((byte)ValueOffset)).StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleaveCoefficients(ref byte rows, int rowPitchBytes, ref byte target) => Groups(ref rows, rowPitchBytes).StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Groups(ref byte rows, int rowPitchBytes)
    {
        Vector128<short> first = Sse2.UnpackLow(Row(ref rows), Row(ref Unsafe.Add(ref rows, rowPitchBytes))).AsInt16();
        rows = ref Unsafe.Add(ref rows, 2 * rowPitchBytes);
        Vector128<short> second = Sse2.UnpackLow(Row(ref rows), Row(ref Unsafe.Add(ref rows, rowPitchBytes))).AsInt16();
        return Vector256.Create(Sse2.UnpackLow(first, second), Sse2.UnpackHigh(first, second)).AsByte();

        static Vector128<byte> Row(ref byte row) => Vector128.CreateScalar(Unsafe.ReadUnaligned<long>(ref row)).AsByte();
    }

    public static void PackCoefficients(ReadOnlySpan<byte> source, Span<byte> target) => TapGroups.PackQuads(source, target);

    /// <summary>-128 times the sum of the coefficients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StartSums(ReadOnlySpan<byte> block, Span<int> sums)
    {
        int channelBytes = block.Length / TapGroups.BlockChannels;
        ref byte first = ref MemoryMarshal.GetReference(block);
        ref byte second = ref Unsafe.Add(ref first, channelBytes);
        ref byte third = ref Unsafe.Add(ref second, channelBytes);
        ref byte fourth = ref Unsafe.Add(ref third, channelBytes);
        Vector256<int> a = Vector256<int>.Zero, b = a, c = a, d = a;
        nuint tap = 0;
        for (; (int)tap <= channelBytes - Vector256<byte>.Count; tap += (nuint)Vector256<byte>.Count)
        {
            a = AddAll(a, Vector256.LoadUnsafe(ref first, tap));
            b = AddAll(b, Vector256.LoadUnsafe(ref second, tap));
            c = AddAll(c, Vector256.LoadUnsafe(ref third, tap));
            d = AddAll(d, Vector256.LoadUnsafe(ref fourth, tap));
        }

        for (; (int)tap < channelBytes; tap += TapGroups.GroupBytes)
        {
            a = AddAll(a, LastGroup(ref first, tap));
            b = AddAll(b, LastGroup(ref second, tap));
            c = AddAll(c, LastGroup(ref third, tap));
            d = AddAll(d, LastGroup(ref fourth, tap));
        }

        Vector256<int> pairs = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        ((pairs.GetLower() + pairs.GetUpper()) * -ValueOffset).CopyTo(sums);

        static Vector256<int> AddAll(Vector256<int> sums, Vector256<byte> coefficients) =>
            AvxVnni.MultiplyWideningAndAdd(sums, Vector256<byte>.One, coefficients.AsSByte());

        static Vector256<byte> LastGroup(ref byte channel, nuint tap) =>
            Vector256.CreateScalar(Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref channel, tap))).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> sums, Vector256<byte> values, Vector256<byte> coefficients) =>
        AvxVnni.MultiplyWideningAndAdd(sums, values, coefficients.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sums, ref int target) => sums.StoreUnsafe(ref target);
}
