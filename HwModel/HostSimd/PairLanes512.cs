using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TileProof.HwModel.HostSimd;

/// <summary>16 sums in a 512-bit register; needs AVX-512BW.</summary>
internal readonly struct PairLanes512 : ITapLanes<Vector512<short>, Vector512<int>>, IPositionLanes<Vector512<short>, Vector512<int>>
{
    public static bool IsSupported => Avx512BW.IsSupported;

    public static int Count => Vector512<int>.Count;

    public static int GroupTaps => 2;

    public static int ValueOffset => 0;

    public static int BlockVectors => 2;

    public static Vector512<int> Zero => Vector512<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> LoadCoefficients(ref byte source) => Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref source).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(ref byte rows, int rowPitchBytes, ref byte target)
    {
        ref byte odd = ref Unsafe.Add(ref rows, rowPitchBytes);
        var first = Vector128.LoadUnsafe(ref rows);
        var second = Vector128.LoadUnsafe(ref odd);
        var pairs = Vector256.Create(Sse2.UnpackLow(first, second), Sse2.UnpackHigh(first, second));
        Avx512BW.ConvertToVector512Int16(pairs.AsSByte()).AsByte().StoreUnsafe(ref target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> LoadGroupEverywhere(ref byte source) => Vector512.Create(Unsafe.ReadUnaligned<int>(ref source)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> LoadGroups(ref byte source) => Vector512.LoadUnsafe(ref source).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Everywhere(int sum) => Vector512.Create(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleaveCoefficients(ref byte rows, int rowPitchBytes, ref byte target) => Interleave(ref rows, rowPitchBytes, ref target);

    public static void PackCoefficients(ReadOnlySpan<byte> source, Span<byte> target) => TapGroups.PackPairs(source, target);

    public static void StartSums(ReadOnlySpan<byte> block, Span<int> sums) => sums.Clear();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> sums, ref int target) => sums.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> sums, Vector512<short> left, Vector512<short> right) =>
        sums + Avx512BW.MultiplyAddAdjacent(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Total(Vector512<int> sums) => Vector512.Sum(sums);
}
