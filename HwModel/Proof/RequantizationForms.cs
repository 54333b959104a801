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
