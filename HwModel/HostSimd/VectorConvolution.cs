using System.Runtime.Intrinsics;
using TileProof.HwModel.Machine;
using TileProof.HwModel.VectorCore;

namespace TileProof.HwModel.HostSimd;

/// <summary>The convolution arithmetic of the vector core on one tile.</summary>
/// <remarks>
/// The kernels of the modelled library differ in how they walk a tile. Their accumulators wrap, so the order of the sum cannot
/// change the result, and the walk that suits the host processor serves them all.
/// </remarks>
internal static class VectorConvolution
{
    /// <summary>Tiles with fewer positions have taps in the lanes: those are never short of work. Four taps a multiplication make up for a few empty lanes.</summary>
    private static int FewestLanePositions => QuadLanes256.IsSupported ? 5 : 9;

    /// <summary>Computes every output element of the tile and says which intermediate values left their range.</summary>
    public static ArithmeticEvents Compute(in ConvolutionTile tile)
    {
        tile.RequireExtents();
        var counts = default(PackCounts);
        ConvolutionWorkspace workspace = ConvolutionWorkspace.OfThisThread;
        if (!tile.IsDense)
        {
            PlaneConvolution.Compute(tile, workspace, ref counts);
        }
        else if (QuadLanes256.IsSupported)
        {
            Compute<QuadLanes256, Vector256<byte>, Vector256<int>>(tile, workspace, ref counts);
        }
        else if (PairLanes512.IsSupported)
        {
            Compute<PairLanes512, Vector512<short>, Vector512<int>>(tile, workspace, ref counts);
        }
        else if (PairLanes256.IsSupported)
        {
            Compute<PairLanes256, Vector256<short>, Vector256<int>>(tile, workspace, ref counts);
        }
        else if (PairLanes128.IsSupported)
        {
            Compute<PairLanes128, Vector128<short>, Vector128<int>>(tile, workspace, ref counts);
        }
        else
        {
            ScalarConvolution.Compute(tile, ref counts);
        }

        return counts.ToEvents();
    }

    private static void Compute<TLanes, TValues, TSums>(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts)
        where TLanes : struct, ITapLanes<TValues, TSums>, IPositionLanes<TValues, TSums>
        where TValues : struct
        where TSums : struct
    {
        if (tile.PositionCount < FewestLanePositions)
        {
            TapLanes<TLanes, TValues, TSums>.Compute(tile, workspace, ref counts);
        }
        else
        {
            PositionLanes<TLanes, TValues, TSums>.Compute(tile, workspace, ref counts);
        }
    }
}
