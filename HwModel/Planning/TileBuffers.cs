using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>The buffer bytes of a convolution tile, each rounded up to the allocation step.</summary>
internal readonly record struct TileBuffers(long InputBytes, long CoefficientBytes, long OutputBytes, long BiasBytes, long OutputScaleBytes)
{
    public static TileBuffers Of(Conv2dShape shape, int channelsPerTile, int rowsPerTile, long alignmentBytes)
    {
        long inputRows = ((rowsPerTile - 1L) * shape.StrideHeight) + shape.WindowHeight;
        return new TileBuffers(
            RoundUp(((long)shape.InWidth + shape.PadLeft + shape.PadRight) * inputRows * shape.InChannels),
            RoundUp((long)shape.KernelWidth * shape.KernelHeight * shape.InChannels * channelsPerTile),
            RoundUp((long)shape.OutWidth * rowsPerTile * channelsPerTile),
            RoundUp((long)sizeof(int) * shape.OutChannels),
            RoundUp((long)sizeof(ushort) * shape.OutChannels));

        long RoundUp(long bytes) => (bytes + alignmentBytes - 1) / alignmentBytes * alignmentBytes;
    }
}
