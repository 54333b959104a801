using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TileProof.HwModel.Machine;
using TileProof.HwModel.VectorCore;

namespace TileProof.HwModel.HostSimd;

/// <summary>The pack stage over consecutive elements.</summary>
internal static class RequantizationRow
{
    /// <summary>Packs sums; vectors where the hardware narrows as it should, single elements for every modelled defect.</summary>
    /// <param name="stage">Shifts and limits.</param>
    /// <param name="sums">Biases and products, modulo 2^32.</param>
    /// <param name="scale">The multiplier.</param>
    /// <param name="output">One byte per sum.</param>
    /// <param name="counts">Counts values that left their range.</param>
    public static void Pack(in RequantizationStage stage, ReadOnlySpan<int> sums, ushort scale, Span<byte> output, ref PackCounts counts)
    {
        int done = 0;
        if (stage.IsHardware && Avx512F.IsSupported)
        {
            PackWide(stage, sums, scale, output, ref counts);
            done = sums.Length;
        }
        else if (stage.IsHardware && Vector128.IsHardwareAccelerated)
        {
            done = PackVectors(stage, sums, scale, output, ref counts);
        }

        PackScalar(stage, sums[done..], scale, output[done..], ref counts);
    }

    /// <summary>One element at a time, for every behaviour.</summary>
    public static void PackScalar(in RequantizationStage stage, ReadOnlySpan<int> sums, ushort scale, Span<byte> output, ref PackCounts counts)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            output[i] = stage.Pack(sums[i], scale, ref counts);
        }
    }

    /// <summary>16 elements at a time; fewer than 16 in a vector that is otherwise empty.</summary>
    internal static void PackWide(in RequantizationStage stage, ReadOnlySpan<int> sums, ushort scale, Span<byte> output, ref PackCounts counts)
    {
        if (sums.Length >= Vector512<int>.Count)
        {
            PackWide(stage, ref MemoryMarshal.GetReference(sums), sums.Length, sums.Length, scale, ref MemoryMarshal.GetReference(output[..sums.Length]), ref counts);
            return;
        }

        Span<int> paddedSums = stackalloc int[Vector512<int>.Count];
        Span<byte> paddedOutput = stackalloc byte[Vector512<int>.Count];
        sums.CopyTo(paddedSums);
        PackWide(stage, ref paddedSums[0], paddedSums.Length, sums.Length, scale, ref paddedOutput[0], ref counts);
        paddedOutput[..sums.Length].CopyTo(output);
    }

    /// <summary>The last vector goes over elements again that the one before has packed, rather than behind the end.</summary>
    /// <param name="stage">Shifts and limits.</param>
    /// <param name="sums">Sums of products.</param>
    /// <param name="length">How many there are: 16 or more.</param>
    /// <param name="countedLength">How many of them count as elements.</param>
    /// <param name="scale">The multiplier.</param>
    /// <param name="output">One byte per sum.</param>
    /// <param name="counts">Counts values that left their range.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackWide(
        in RequantizationStage stage, ref int sums, int length, int countedLength, ushort scale, ref byte output, ref PackCounts counts)
    {
        var minimum = Vector512.Create(stage.ClampMinimum);
        var maximum = Vector512.Create(stage.ClampMaximum);
        var scales = Vector512.Create((int)scale);
        bool wraps = stage.Behavior.Overflow == AccumulatorOverflow.Wrap;
        for (int done = 0; done < length;)
        {
            int start = Math.Min(done, length - Vector512<int>.Count);
            Vector512<int> sum = Vector512.LoadUnsafe(ref sums, (nuint)start);
            Vector512<int> narrowed = Narrow(sum, stage.AccumulatorShift, wraps, out Vector512<int> wrapped, out Vector512<int> shifted);
            Vector512<int> result = Scale(narrowed, scales, stage.OutputShift, out Vector512<int> scaled);
            Limit(result, minimum, maximum).StoreUnsafe(ref output, (nuint)start);
            if (((wrapped ^ sum) | (narrowed ^ shifted) | (result ^ scaled)) != Vector512<int>.Zero)
            {
                ulong newLanes = (1UL << Math.Min(countedLength - start, Vector512<int>.Count)) - (1UL << (done - start));
                counts.AccumulatorOverflows += CountDifferent(wrapped, sum, newLanes);
                counts.FirstShiftSaturations += CountDifferent(narrowed, shifted, newLanes);
                counts.SecondShiftSaturations += CountDifferent(result, scaled, newLanes);
            }

            done = start + Vector512<int>.Count;
        }
    }

    private static int CountDifferent(Vector512<int> left, Vector512<int> right, ulong lanes) =>
        BitOperations.PopCount(~Vector512.Equals(left, right).ExtractMostSignificantBits() & lanes & ushort.MaxValue);

    /// <summary>Four elements at a time; returns how many.</summary>
    /// <remarks>
    /// Everything fits an int32: 16 by 16 bits give 32, of which the largest is 32767 x 65535, and rounding half up adds one to what is
    /// left before the last bit is dropped, instead of a half that could overflow.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int PackVectors(in RequantizationStage stage, ReadOnlySpan<int> sums, ushort scale, Span<byte> output, ref PackCounts counts)
    {
        Vector128<int> overflows = Vector128<int>.Zero;
        Vector128<int> firstSaturations = Vector128<int>.Zero;
        Vector128<int> secondSaturations = Vector128<int>.Zero;
        var minimum = Vector128.Create(stage.ClampMinimum);
        var maximum = Vector128.Create(stage.ClampMaximum);
        bool wraps = stage.Behavior.Overflow == AccumulatorOverflow.Wrap;
        int count = sums.Length / Vector128<int>.Count * Vector128<int>.Count;
        ref byte target = ref MemoryMarshal.GetReference(output[..count]);
        for (int i = 0; i < count; i += Vector128<int>.Count)
        {
            Vector128<int> sum = Vector128.LoadUnsafe(in MemoryMarshal.GetReference(sums), (nuint)i);
            Vector128<int> narrowed = Narrow(sum, stage.AccumulatorShift, wraps, out Vector128<int> wrapped, out Vector128<int> shifted);
            overflows += Vector128.Equals(wrapped, sum);
            firstSaturations += Vector128.Equals(narrowed, shifted);
            Vector128<int> result = Scale(narrowed, Vector128.Create((int)scale), stage.OutputShift, out Vector128<int> scaled);
            secondSaturations += Vector128.Equals(result, scaled);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, i), Limit(result, minimum, maximum));
        }

        // Equal lanes counted -1.
        counts.AccumulatorOverflows += count + Vector128.Sum(overflows);
        counts.FirstShiftSaturations += count + Vector128.Sum(firstSaturations);
        counts.SecondShiftSaturations += count + Vector128.Sum(secondSaturations);
        return count;
    }

    /// <summary>The first stage: what 16 bits hold of accumulators.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<int> Narrow(Vector512<int> sum, int shift, bool wraps, out Vector512<int> wrapped, out Vector512<int> shifted)
    {
        wrapped = sum << 8 >> 8;
        Vector512<int> accumulator = wraps ? wrapped : Vector512.Min(Vector512.Max(sum, Vector512.Create(-0x800000)), Vector512.Create(0x7FFFFF));
        shifted = ShiftHalfUp(accumulator, shift);
        return Vector512.Min(Vector512.Max(shifted, Vector512.Create((int)short.MinValue)), Vector512.Create((int)short.MaxValue));
    }

    /// <summary>The second stage: the product with the multiplier, shifted, in 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<int> Scale(Vector512<int> narrowed, Vector512<int> scales, int shift, out Vector512<int> scaled)
    {
        scaled = ShiftHalfUp(narrowed * scales, shift);
        return Vector512.Min(Vector512.Max(scaled, Vector512.Create((int)short.MinValue)), Vector512.Create((int)short.MaxValue));
    }

    /// <summary>The limits, and the low byte of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> Limit(Vector512<int> result, Vector512<int> minimum, Vector512<int> maximum) =>
        Avx512F.ConvertToVector128SByte(Vector512.Max(Vector512.Min(result, maximum), minimum)).AsByte();

    /// <inheritdoc cref="Narrow(Vector512{int}, int, bool, out Vector512{int}, out Vector512{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Narrow(Vector128<int> sum, int shift, bool wraps, out Vector128<int> wrapped, out Vector128<int> shifted)
    {
        wrapped = sum << 8 >> 8;
        Vector128<int> accumulator = wraps ? wrapped : Vector128.Min(Vector128.Max(sum, Vector128.Create(-0x800000)), Vector128.Create(0x7FFFFF));
        shifted = ShiftHalfUp(accumulator, shift);
        return Vector128.Min(Vector128.Max(shifted, Vector128.Create((int)short.MinValue)), Vector128.Create((int)short.MaxValue));
    }

    /// <inheritdoc cref="Scale(Vector512{int}, Vector512{int}, int, out Vector512{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Scale(Vector128<int> narrowed, Vector128<int> scales, int shift, out Vector128<int> scaled)
    {
        scaled = ShiftHalfUp(narrowed * scales, shift);
        return Vector128.Min(Vector128.Max(scaled, Vector128.Create((int)short.MinValue)), Vector128.Create((int)short.MaxValue));
    }

    /// <summary>The limits, and the low byte of each lane in one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Limit(Vector128<int> result, Vector128<int> minimum, Vector128<int> maximum)
    {
        Vector128<short> limited = Vector128.Narrow(Vector128.Max(Vector128.Min(result, maximum), minimum), Vector128<int>.Zero);
        return Vector128.Narrow(limited, limited).AsInt32().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> ShiftHalfUp(Vector128<int> values, int shift) =>
        shift == 0 ? values : ((values >> (shift - 1)) + Vector128<int>.One) >> 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> ShiftHalfUp(Vector512<int> values, int shift) =>
        shift == 0 ? values : ((values >> (shift - 1)) + Vector512<int>.One) >> 1;
}
