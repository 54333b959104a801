using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TileProof.HwModel.HostSimd;
using TileProof.HwModel.Machine;
using TileProof.HwModel.VectorCore;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Proof;

/// <summary>The pack stage of the simulated vector core in every form that this host can run, for a comparison over all accumulators.</summary>
public static class RequantizationForms
{
    /// <summary>The forms of this host, the one that it uses first; the plain one is the last.</summary>
    public static IReadOnlyList<RequantizationForm> OfThisHost { get; } =
    [
        .. Avx512F.IsSupported ? (RequantizationForm[])[new("vector512", PackVector512)] : [],
        .. Vector128.IsHardwareAccelerated ? (RequantizationForm[])[new("vector128", PackVector128)] : [],
        new("scalar", PackScalar),
    ];

    /// <summary>The plain form in its two stages.</summary>
    public static RequantizationStages Scalar { get; } = new("scalar", NarrowScalar, ScaleScalar);

    /// <summary>The same forms in their two stages, of which the whole ones are made.</summary>
    public static IReadOnlyList<RequantizationStages> StagesOfThisHost { get; } =
    [
        .. Avx512F.IsSupported ? (RequantizationStages[])[new("vector512", NarrowVector512, ScaleVector512)] : [],
        .. Vector128.IsHardwareAccelerated ? (RequantizationStages[])[new("vector128", NarrowVector128, ScaleVector128)] : [],
        Scalar,
    ];

    private static void PackVector512(OutputConstants constants, ReadOnlySpan<int> accumulators, Span<byte> output)
    {
        var counts = default(PackCounts);
        RequantizationRow.PackWide(StageOf(constants), accumulators, constants.OutputScale, output, ref counts);
    }

    private static void PackVector128(OutputConstants constants, ReadOnlySpan<int> accumulators, Span<byte> output)
    {
        var counts = default(PackCounts);
        int done = RequantizationRow.PackVectors(StageOf(constants), accumulators, constants.OutputScale, output, ref counts);
        RequantizationRow.PackScalar(StageOf(constants), accumulators[done..], constants.OutputScale, output[done..], ref counts);
    }

    private static void PackScalar(OutputConstants constants, ReadOnlySpan<int> accumulators, Span<byte> output)
    {
        var counts = default(PackCounts);
        RequantizationRow.PackScalar(StageOf(constants), accumulators, constants.OutputScale, output, ref counts);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowVector512(int accumulatorShift, int firstAccumulator, Span<short> narrowed)
    {
        for (int i = 0; i < narrowed.Length; i += Vector512<int>.Count)
        {
            Vector512<int> sums = Vector512.Create(firstAccumulator + i) + Vector512<int>.Indices;
            Vector512<int> values = RequantizationRow.Narrow(sums, accumulatorShift, wraps: true, out _, out _);
            Avx512F.ConvertToVector256Int16(values).CopyTo(narrowed[i..]);
        }
    }

    private static void ScaleVector512(OutputConstants constants, short firstNarrowed, Span<sbyte> output)
    {
        (var minimum, var maximum) = (Vector512.Create(constants.ClampMinimum), Vector512.Create(constants.ClampMaximum));
        var scales = Vector512.Create((int)constants.OutputScale);
        for (int i = 0; i < output.Length; i += Vector512<int>.Count)
        {
            Vector512<int> narrowed = Vector512.Create(firstNarrowed + i) + Vector512<int>.Indices;
            RequantizationRow.Limit(RequantizationRow.Scale(narrowed, scales, constants.OutputShift, out _), minimum, maximum).AsSByte().CopyTo(output[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowVector128(int accumulatorShift, int firstAccumulator, Span<short> narrowed)
    {
        for (int i = 0; i < narrowed.Length; i += 2 * Vector128<int>.Count)
        {
            Vector128<int> low = Vector128.Create(firstAccumulator + i) + Vector128<int>.Indices;
            Vector128.Narrow(Narrow(low), Narrow(low + Vector128.Create(Vector128<int>.Count))).CopyTo(narrowed[i..]);
        }

        Vector128<int> Narrow(Vector128<int> sums) => RequantizationRow.Narrow(sums, accumulatorShift, wraps: true, out _, out _);
    }

    private static void ScaleVector128(OutputConstants constants, short firstNarrowed, Span<sbyte> output)
    {
        (var minimum, var maximum) = (Vector128.Create(constants.ClampMinimum), Vector128.Create(constants.ClampMaximum));
        var scales = Vector128.Create((int)constants.OutputScale);
        for (int i = 0; i < output.Length; i += Vector128<int>.Count)
        {
            Vector128<int> narrowed = Vector128.Create(firstNarrowed + i) + Vector128<int>.Indices;
            MemoryMarshal.Write(
                MemoryMarshal.AsBytes(output[i..]), RequantizationRow.Limit(RequantizationRow.Scale(narrowed, scales, constants.OutputShift, out _), minimum, maximum));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowScalar(int accumulatorShift, int firstAccumulator, Span<short> narrowed)
    {
        RequantizationStage stage = StageOf(new OutputConstants(accumulatorShift, 0, 0, sbyte.MinValue, sbyte.MaxValue));
        var counts = default(PackCounts);
        for (int i = 0; i < narrowed.Length; i++)
        {
            narrowed[i] = (short)stage.Narrow(firstAccumulator + i, ref counts);
        }
    }

    private static void ScaleScalar(OutputConstants constants, short firstNarrowed, Span<sbyte> output)
    {
        RequantizationStage stage = StageOf(constants);
        var counts = default(PackCounts);
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = unchecked((sbyte)stage.Scale(firstNarrowed + i, constants.OutputScale, ref counts));
        }
    }

    private static RequantizationStage StageOf(OutputConstants constants) => new(
        constants.AccumulatorShift, constants.OutputShift, constants.ClampMinimum, constants.ClampMaximum, PackBehavior.Hardware(AccumulatorOverflow.Wrap));
}
