using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TileProof.HwModel.HostSimd;

/// <summary>8 sums in a 256-bit register; needs AVX2.</summary>
internal readonly struct PairLanes256 : ITapLanes<Vector256<short>, Vector256<int>>, IPositionLanes<Vector256<short>, Vector256<int>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => Vector256<int>.Count;

    public static int GroupTaps => 2;

    public static int ValueOffset => 0;

    public static int BlockVectors => 2;

    public static Vector256<int> Zero => Vector256<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LoadCoefficients(ref byte source) => Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref source).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(ref byte rows, int rowPitchBytes, ref byte target)
    {
        ref byte odd = ref Unsafe.Add(ref rows, rowPitchBytes);
        var first = Vector128.CreateScalar(Unsafe.ReadUnaligned<long>(ref rows)).AsSByte();
        var second = Vector128.CreateScalar(Unsafe.ReadUnaligned<long>(ref odd)).AsSByte();
        Avx2.ConvertToVector256Int16(Sse2.UnpackLow(first, second)).AsByte().StoreUnsafe(ref target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LoadGroupEverywhere(ref byte source) => Vector256.Create(Unsafe.ReadUnaligned<int>(ref source)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LoadGroups(ref byte source) => Vector256.LoadUnsafe(ref source).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Everywhere(int sum) => Vector256.Create(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleaveCoefficients(ref byte rows, int rowPitchBytes, ref byte target) => Interleave(ref rows, rowPitchBytes, ref target);

    public static void PackCoefficients(ReadOnlySpan<byte> source, Span<byte> target) => TapGroups.PackPairs(source, target);

    public static void StartSums(ReadOnlySpan<byte> block, Span<int> sums) => sums.Clear();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sums, ref int target) => sums.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> sums, Vector256<short> left, Vector256<short> right) =>
        AvxVnni.IsSupported ? AvxVnni.MultiplyWideningAndAdd(sums, left, right) : sums + Avx2.MultiplyAddAdjacent(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Total(Vector256<int> sums) => Vector256.Sum(sums);
}
