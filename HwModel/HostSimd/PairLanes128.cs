using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace TileProof.HwModel.HostSimd;

/// <summary>4 sums in a 128-bit register: Arm, and x86 without AVX2. Right, but slow, where the processor has no vectors at all.</summary>
internal readonly struct PairLanes128 : ITapLanes<Vector128<short>, Vector128<int>>, IPositionLanes<Vector128<short>, Vector128<int>>
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static int Count => Vector128<int>.Count;

    public static int GroupTaps => 2;

    public static int ValueOffset => 0;

    public static int BlockVectors => 2;

    public static Vector128<int> Zero => Vector128<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> LoadCoefficients(ref byte source) =>
        Vector128.WidenLower(Vector128.CreateScalar(Unsafe.ReadUnaligned<long>(ref source)).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(ref byte rows, int rowPitchBytes, ref byte target)
    {
        ref byte odd = ref Unsafe.Add(ref rows, rowPitchBytes);
        // The even value fills the low half of an int32, the odd one the high half.
        Vector128<int> low = WidenFour(ref rows) & Vector128.Create(0xFFFF);
        (low | (WidenFour(ref odd) << 16)).AsByte().StoreUnsafe(ref target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> LoadGroupEverywhere(ref byte source) => Vector128.Create(Unsafe.ReadUnaligned<int>(ref source)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> LoadGroups(ref byte source) => Vector128.LoadUnsafe(ref source).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Everywhere(int sum) => Vector128.Create(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleaveCoefficients(ref byte rows, int rowPitchBytes, ref byte target) => Interleave(ref rows, rowPitchBytes, ref target);

    public static void PackCoefficients(ReadOnlySpan<byte> source, Span<byte> target) => TapGroups.PackPairs(source, target);

    public static void StartSums(ReadOnlySpan<byte> block, Span<int> sums) => sums.Clear();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> sums, ref int target) => sums.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> sums, Vector128<short> left, Vector128<short> right)
    {
        if (Sse2.IsSupported)
        {
            return sums + Sse2.MultiplyAddAdjacent(left, right);
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            Vector128<int> lower = AdvSimd.MultiplyWideningLower(left.GetLower(), right.GetLower());
            return sums + AdvSimd.Arm64.AddPairwise(lower, AdvSimd.MultiplyWideningUpper(left, right));
        }

        // Even and odd values as int32 each.
        Vector128<int> even = (left.AsInt32() << 16 >> 16) * (right.AsInt32() << 16 >> 16);
        return sums + even + ((left.AsInt32() >> 16) * (right.AsInt32() >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Total(Vector128<int> sums) => Vector128.Sum(sums);

    private static Vector128<int> WidenFour(ref byte source) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(Unsafe.ReadUnaligned<int>(ref source)).AsSByte()));
}
