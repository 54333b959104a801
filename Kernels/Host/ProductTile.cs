using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TileProof.Kernels.Host;

/// <summary>The inner loop of the packed convolution: 4 positions times 32 output channels.</summary>
/// <remarks>
/// Weights lie as <c>[tap pair][32 channels][2 taps]</c> of 16 bits, so one multiply-add-adjacent takes a pair of taps of 16 (or 8)
/// channels. Products of int8 values fit the pairs without saturation, and the 32-bit sums wrap.
/// </remarks>
internal static unsafe class ProductTile
{
    public const int PositionCount = 4;
    public const int ChannelCount = 32;

    /// <summary>The name of the form that this machine uses, for reports.</summary>
    public static string InstructionSet => Avx512BW.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "scalar";

    /// <summary>Writes the sums <c>[4 positions][32 channels]</c> of all tap pairs.</summary>
    /// <param name="patches">Four patches, one after the other.</param>
    /// <param name="tapPairCount">The pairs of taps of one patch.</param>
    /// <param name="weights">The block's weights.</param>
    /// <param name="sums">128 results.</param>
    public static void Multiply(short* patches, int tapPairCount, short* weights, int* sums)
    {
        if (Avx512BW.IsSupported)
        {
            Multiply512(patches, tapPairCount, weights, sums);
        }
        else if (Avx2.IsSupported)
        {
            Multiply256(patches, tapPairCount, weights, sums);
            Multiply256(patches + (tapPairCount * 4), tapPairCount, weights, sums + (2 * ChannelCount));
        }
        else
        {
            MultiplyScalar(patches, tapPairCount, weights, sums);
        }
    }

    private static void Multiply512(short* patches, int tapPairCount, short* weights, int* sums)
    {
        int* p0 = (int*)patches;
        int* p1 = p0 + tapPairCount;
        int* p2 = p1 + tapPairCount;
        int* p3 = p2 + tapPairCount;
        Vector512<int> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (int pair = 0; pair < tapPairCount; pair++)
        {
            Vector512<short> w0 = Vector512.Load(weights);
            Vector512<short> w1 = Vector512.Load(weights + 32);
            weights += 2 * ChannelCount;
            Vector512<short> x = Vector512.Create(p0[pair]).AsInt16();
            s00 += Avx512BW.MultiplyAddAdjacent(x, w0);
            s01 += Avx512BW.MultiplyAddAdjacent(x, w1);
            x = Vector512.Create(p1[pair]).AsInt16();
            s10 += Avx512BW.MultiplyAddAdjacent(x, w0);
            s11 += Avx512BW.MultiplyAddAdjacent(x, w1);
            x = Vector512.Create(p2[pair]).AsInt16();
            s20 += Avx512BW.MultiplyAddAdjacent(x, w0);
            s21 += Avx512BW.MultiplyAddAdjacent(x, w1);
            x = Vector512.Create(p3[pair]).AsInt16();
            s30 += Avx512BW.MultiplyAddAdjacent(x, w0);
            s31 += Avx512BW.MultiplyAddAdjacent(x, w1);
        }

        s00.Store(sums);
        s01.Store(sums + 16);
        s10.Store(sums + 32);
        s11.Store(sums + 48);
        s20.Store(sums + 64);
        s21.Store(sums + 80);
        s30.Store(sums + 96);
        s31.Store(sums + 112);
    }

    /// <summary>Two positions at a time: eight sums, four weights and one operand fit the sixteen registers.</summary>
    private static void Multiply256(short* patches, int tapPairCount, short* weights, int* sums)
    {
        int* p0 = (int*)patches;
        int* p1 = p0 + tapPairCount;
        Vector256<int> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        for (int pair = 0; pair < tapPairCount; pair++)
        {
            Vector256<short> w0 = Vector256.Load(weights);
            Vector256<short> w1 = Vector256.Load(weights + 16);
            Vector256<short> w2 = Vector256.Load(weights + 32);
            Vector256<short> w3 = Vector256.Load(weights + 48);
            weights += 2 * ChannelCount;
            Vector256<short> x = Vector256.Create(p0[pair]).AsInt16();
            s00 += Avx2.MultiplyAddAdjacent(x, w0);
            s01 += Avx2.MultiplyAddAdjacent(x, w1);
            s02 += Avx2.MultiplyAddAdjacent(x, w2);
            s03 += Avx2.MultiplyAddAdjacent(x, w3);
            x = Vector256.Create(p1[pair]).AsInt16();
            s10 += Avx2.MultiplyAddAdjacent(x, w0);
            s11 += Avx2.MultiplyAddAdjacent(x, w1);
            s12 += Avx2.MultiplyAddAdjacent(x, w2);
            s13 += Avx2.MultiplyAddAdjacent(x, w3);
        }

        s00.Store(sums);
        s01.Store(sums + 8);
        s02.Store(sums + 16);
        s03.Store(sums + 24);
        s10.Store(sums + 32);
        s11.Store(sums + 40);
        s12.Store(sums + 48);
        s13.Store(sums + 56);
    }

    private static void MultiplyScalar(short* patches, int tapPairCount, short* weights, int* sums)
    {
        new Span<int>(sums, PositionCount * ChannelCount).Clear();
        for (int pair = 0; pair < tapPairCount; pair++)
        {
            short* pairWeights = weights + (pair * 2 * ChannelCount);
            for (int position = 0; position < PositionCount; position++)
            {
                short* taps = patches + (((position * tapPairCount) + pair) * 2);
                int* positionSums = sums + (position * ChannelCount);
                for (int channel = 0; channel < ChannelCount; channel++)
                {
                    positionSums[channel] = unchecked(
                        positionSums[channel] + (taps[0] * pairWeights[channel * 2]) + (taps[1] * pairWeights[(channel * 2) + 1]));
                }
            }
        }
    }
}
