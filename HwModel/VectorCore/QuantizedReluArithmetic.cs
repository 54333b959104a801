using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TileProof.HwModel.VectorCore;

/// <summary>int8 rectifier: the distance above the input zero point, scaled and moved to the output zero point in one rounding (operator contract, section 6a).</summary>
/// <remarks>There are 256 levels, so each is rescaled once, and elements are looked up.</remarks>
internal sealed class QuantizedReluArithmetic
{
    private const int LevelCount = 256;

    /// <summary>The result of each level, by its bits as a number without sign.</summary>
    private readonly byte[] results = new byte[LevelCount];

    public QuantizedReluArithmetic(int inputZeroPoint, float scale, float outputZeroPoint)
    {
        for (int level = sbyte.MinValue; level <= sbyte.MaxValue; level++)
        {
            float rectified = Math.Max(level - inputZeroPoint, 0);
            results[unchecked((byte)level)] = unchecked((byte)RoundToInt8.Scalar(MathF.FusedMultiplyAdd(rectified, scale, outputZeroPoint)));
        }
    }

    /// <summary>Rectifies int8 levels into as many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(ReadOnlySpan<byte> levels, Span<byte> output)
    {
        int done = 0;
        if (Avx512Vbmi.IsSupported)
        {
            ref byte source = ref MemoryMarshal.GetReference(levels);
            ref byte target = ref MemoryMarshal.GetReference(output[..levels.Length]);
            (Vector512<byte> first, Vector512<byte> second) = (Quarter(0), Quarter(1));
            (Vector512<byte> third, Vector512<byte> fourth) = (Quarter(2), Quarter(3));
            for (; done + Vector512<byte>.Count <= levels.Length; done += Vector512<byte>.Count)
            {
                // Seven bits of a level select one of 128 results, the sign which 128.
                Vector512<byte> level = Vector512.LoadUnsafe(ref source, (nuint)done);
                Vector512<byte> notNegative = Avx512Vbmi.PermuteVar64x8x2(first, level, second);
                Vector512<byte> negative = Avx512Vbmi.PermuteVar64x8x2(third, level, fourth);
                Vector512.ConditionalSelect(Vector512.LessThan(level.AsSByte(), Vector512<sbyte>.Zero).AsByte(), negative, notNegative)
                    .StoreUnsafe(ref target, (nuint)done);
            }
        }

        for (; done < levels.Length; done++)
        {
            output[done] = results[levels[done]];
        }
    }

    private Vector512<byte> Quarter(int index) => Vector512.Create(results, index * Vector512<byte>.Count);
}
