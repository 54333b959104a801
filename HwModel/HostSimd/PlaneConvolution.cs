using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TileProof.HwModel.VectorCore;

namespace TileProof.HwModel.HostSimd;

/// <summary>Convolution of any window, plane by plane: consecutive outputs of a row in the lanes of a vector, one tap at a time.</summary>
/// <remarks>
/// It serves groups, dilations and strides that differ by direction, where a tap meets few channels or the windows of neighbouring positions
/// do not lie side by side. Rows of the input are widened to 16 bits first, columns of the same remainder modulo the stride side by side, so
/// that a tap reads consecutive elements. A product of two int8 fits 16 bits: -128 times -128 is 16384.
/// </remarks>
internal static class PlaneConvolution
{
    /// <summary>Computes a tile.</summary>
    public static void Compute(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts)
    {
        int lanes = Vector<short>.Count;
        int rowSums = (tile.OutWidth + lanes - 1) / lanes * lanes;
        Columns columns = Columns.Of(tile, rowSums);
        Span<short> planes = workspace.WidePlanes(tile.InChannels * columns.PlaneElements);
        columns.Widen(tile, planes);
        Span<int> sums = workspace.Sums(tile.OutRows * rowSums);
        int groupChannels = tile.InChannels / tile.Groups;
        int groupOutChannels = tile.OutChannels / tile.Groups;
        for (int channel = 0; channel < tile.OutChannels; channel++)
        {
            sums.Fill(tile.FirstSum(channel));
            int firstPlane = channel / groupOutChannels * groupChannels;
            AddChannel(tile, columns, planes[(firstPlane * columns.PlaneElements)..], tile.Coefficients.Slice(channel * tile.TapCount, tile.TapCount), sums, rowSums);
            for (int row = 1; row < tile.OutRows; row++)
            {
                sums.Slice(row * rowSums, tile.OutWidth).CopyTo(sums[(row * tile.OutWidth)..]);
            }

            tile.Pack(sums[..tile.PositionCount], tile.PositionCount, channel, 1, 0, tile.PositionCount, ref counts);
        }
    }

    /// <summary>Adds the products of an output channel at all positions.</summary>
    private static void AddChannel(
        in ConvolutionTile tile, in Columns columns, ReadOnlySpan<short> planes, ReadOnlySpan<byte> weights, Span<int> sums, int rowSums)
    {
        for (int tap = 0; tap < weights.Length; tap++)
        {
            short weight = (sbyte)weights[tap];
            if (weight == 0)
            {
                continue;
            }

            (int kernelRow, int kx) = Math.DivRem(tap, tile.KernelWidth);
            (int plane, int ky) = Math.DivRem(kernelRow, tile.KernelHeight);
            int first = (plane * columns.PlaneElements) + (ky * tile.DilationHeight * columns.RowElements) + columns.OffsetOf(kx * tile.DilationWidth);
            for (int row = 0; row < tile.OutRows; row++)
            {
                AddRow(planes.Slice(first + (row * tile.StrideHeight * columns.RowElements), rowSums), weight, sums.Slice(row * rowSums, rowSums));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(ReadOnlySpan<short> values, short weight, Span<int> sums)
    {
        var weights = new Vector<short>(weight);
        ref short value = ref MemoryMarshal.GetReference(values);
        ref int sum = ref MemoryMarshal.GetReference(sums[..values.Length]);
        for (int i = 0; i < values.Length; i += Vector<short>.Count)
        {
            Vector.Widen(weights * Vector.LoadUnsafe(ref value, (nuint)i), out Vector<int> low, out Vector<int> high);
            (Vector.LoadUnsafe(ref sum, (nuint)i) + low).StoreUnsafe(ref sum, (nuint)i);
            (Vector.LoadUnsafe(ref sum, (nuint)(i + Vector<int>.Count)) + high).StoreUnsafe(ref sum, (nuint)(i + Vector<int>.Count));
        }
    }

    /// <summary>How a row is widened: for each remainder of the column modulo the stride the columns that have it, and room for whole vectors behind them.</summary>
    private readonly record struct Columns(int Stride, int Width, int RemainderElements, int Rows)
    {
        /// <summary>Elements of a widened row.</summary>
        public int RowElements => Stride * RemainderElements;

        /// <summary>Elements of a widened plane.</summary>
        public int PlaneElements => Rows * RowElements;

        public static Columns Of(in ConvolutionTile tile, int rowSums)
        {
            int lastTap = (tile.KernelWidth - 1) * tile.DilationWidth;
            return new Columns(
                tile.Stride,
                ((tile.OutWidth - 1) * tile.Stride) + lastTap + 1,
                (lastTap / tile.Stride) + rowSums,
                ((tile.OutRows - 1) * tile.StrideHeight) + ((tile.KernelHeight - 1) * tile.DilationHeight) + 1);
        }

        /// <summary>Where in a widened row the elements begin that the first output multiplies by a tap at a column.</summary>
        public int OffsetOf(int column) => (column % Stride * RemainderElements) + (column / Stride);

        /// <summary>Widens every row that a window reads; what lies behind the columns of a row is 0.</summary>
        public void Widen(in ConvolutionTile tile, Span<short> planes)
        {
            planes.Clear();
            for (int plane = 0; plane < tile.InChannels; plane++)
            {
                for (int row = 0; row < Rows; row++)
                {
                    ReadOnlySpan<byte> bytes = tile.Input.Slice((plane * tile.InputPlanePitchBytes) + (row * tile.InputRowPitchBytes), Width);
                    Span<short> target = planes.Slice((plane * PlaneElements) + (row * RowElements), RowElements);
                    for (int remainder = 0; remainder < Stride; remainder++)
                    {
                        Span<short> part = target[(remainder * RemainderElements)..];
                        for (int column = remainder, i = 0; column < bytes.Length; column += Stride, i++)
                        {
                            part[i] = (sbyte)bytes[column];
                        }
                    }
                }
            }
        }
    }
}
