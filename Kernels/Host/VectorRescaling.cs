using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Views;

namespace TileProof.Kernels.Host;

/// <summary>Vector forms of the two operators that multiply, add and round: eight lanes with the same bytes as the kernel body.</summary>
internal static class VectorRescaling
{
    private static readonly bool IsVectorised = Vector256.IsHardwareAccelerated && System.Runtime.Intrinsics.X86.Fma.IsSupported;

    public static void Quantize(HostView<float> input, HostView<sbyte> output, int begin, int end, RescalingParameters parameters)
    {
        int index = begin;
        if (IsVectorised)
        {
            for (; index <= end - Vector256<float>.Count; index += Vector256<float>.Count)
            {
                Store(output, index, Rescale(input.Load256(index), parameters));
            }
        }

        for (; index < end; index++)
        {
            output.Write(index, QuantizeKernel.Compute(index, input, parameters));
        }
    }

    public static void QuantizedRelu(HostView<sbyte> input, HostView<sbyte> output, int begin, int end, RescalingParameters parameters)
    {
        int index = begin;
        if (IsVectorised)
        {
            Vector256<int> zeroPoint = Vector256.Create(parameters.InputZeroPoint);
            for (; index <= end - Vector256<float>.Count; index += Vector256<float>.Count)
            {
                Vector128<short> words = Vector128.WidenLower(input.Load64(index).ToVector128Unsafe());
                Vector256<int> levels = Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words));
                levels = Vector256.Max(levels - zeroPoint, Vector256<int>.Zero);
                Store(output, index, Rescale(Vector256.ConvertToSingle(levels), parameters));
            }
        }

        for (; index < end; index++)
        {
            output.Write(index, QuantizedReluKernel.Compute(index, input, parameters));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Rescale(Vector256<float> values, RescalingParameters parameters)
    {
        Vector256<float> maximum = Vector256.Create((float)sbyte.MaxValue);
        Vector256<float> minimum = Vector256.Create((float)sbyte.MinValue);
        Vector256<float> sums = Vector256.FusedMultiplyAdd(values, Vector256.Create(parameters.Scale), Vector256.Create((float)parameters.OutputZeroPoint));

        // A comparison with NaN is false, so NaN takes the maximum here as in the kernel body.
        sums = Vector256.ConditionalSelect(Vector256.LessThan(sums, maximum), sums, maximum);
        sums = Vector256.ConditionalSelect(Vector256.GreaterThan(sums, minimum), sums, minimum);
        return Vector256.ConvertToInt32(Vector256.Round(sums));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(HostView<sbyte> output, int index, Vector256<int> levels)
    {
        Vector128<short> words = Vector128.Narrow(levels.GetLower(), levels.GetUpper());
        output.Store64(index, Vector128.Narrow(words, words).GetLower());
    }
}
