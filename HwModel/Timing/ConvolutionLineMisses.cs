using System.Collections.Concurrent;
using TileProof.Operators;

namespace TileProof.HwModel.Timing;

/// <summary>Lines that a convolution kernel misses which works on system memory: the lines that its loops touch, in their order, through the cache.</summary>
/// <remarks>
/// Spatial steps, then groups of output channels, then input channels: the rows of the step in the plane, and the weights of every output channel of
/// the group. The cache holds none of them at first. The image lies at the begin of a line, the weights behind it; stores wait for nothing.
/// </remarks>
internal static class ConvolutionLineMisses
{
    /// <summary>Counts that are kept: a search asks for the same few thousand again, a campaign for others with every case.</summary>
    internal const int MostKept = 16384;

    private static readonly ConcurrentDictionary<(Conv2dShape Shape, int RowPitchBytes, int Rows, int VectorBytes, DataCacheGeometry Cache), long> Known = new();

    /// <summary>Counts that are kept now.</summary>
    internal static int KeptCount => Known.Count;

    /// <summary>Counts the misses of a kernel call.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="rowPitchBytes">Bytes from one input row to the next.</param>
    /// <param name="rows">Output rows.</param>
    /// <param name="vectorBytes">Bytes of a vector.</param>
    /// <param name="cache">The cache, empty.</param>
    public static long Of(Conv2dShape shape, int rowPitchBytes, int rows, int vectorBytes, DataCacheGeometry cache)
    {
        (Conv2dShape Shape, int RowPitchBytes, int Rows, int VectorBytes, DataCacheGeometry Cache) key = (shape, rowPitchBytes, rows, vectorBytes, cache);
        if (Known.TryGetValue(key, out long known))
        {
            return known;
        }

        long misses = Count(shape, rowPitchBytes, rows, vectorBytes, cache);
        if (Known.Count >= MostKept)
        {
            Known.Clear();
        }

        Known[key] = misses;
        return misses;
    }

    private static long Count(Conv2dShape shape, int rowPitchBytes, int rows, int vectorBytes, DataCacheGeometry cache)
    {
        var kernel = KernelStructure.Of(shape, rowPitchBytes, vectorBytes);
        var lines = new DataCacheLines(cache);
        int stepRows = kernel.IsFlattened ? 1 : kernel.StepRows;
        int stepColumns = Math.Min(kernel.StepColumns, shape.OutWidth);
        long planeBytes = (long)rowPitchBytes * (shape.InHeight + shape.PadTop + shape.PadBottom);
        long weightBase = cache.LinesOf(planeBytes * shape.InChannels) * cache.LineBytes;
        int weightsOfChannel = shape.WeightCount / shape.OutChannels / shape.GroupInChannels;
        int rowsOfStep = ((stepRows - 1) * shape.StrideHeight) + shape.WindowHeight;
        int bytesOfRow = Math.Min(((stepColumns - 1) * shape.StrideWidth) + shape.WindowWidth, rowPitchBytes);
        for (int y = 0; y < rows; y += stepRows)
        {
            for (int x = 0; x < shape.OutWidth; x += stepColumns)
            {
                long first = ((long)y * shape.StrideHeight * rowPitchBytes) + ((long)x * shape.StrideWidth);
                for (int output = 0; output < shape.OutChannels; output += kernel.GroupChannels)
                {
                    int firstInput = output / shape.GroupOutChannels * shape.GroupInChannels;
                    int outputs = Math.Min(kernel.GroupChannels, shape.OutChannels - output);
                    for (int input = 0; input < shape.GroupInChannels; input++)
                    {
                        long row = ((firstInput + input) * planeBytes) + first;
                        for (int i = 0; i < rowsOfStep; i++, row += rowPitchBytes)
                        {
                            lines.Touch(row, bytesOfRow);
                        }

                        for (int i = 0; i < outputs; i++)
                        {
                            lines.Touch(weightBase + ((((output + i) * (long)shape.GroupInChannels) + input) * weightsOfChannel), weightsOfChannel);
                        }
                    }
                }
            }
        }

        return lines.MissCount;
    }
}
