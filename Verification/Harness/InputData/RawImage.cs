namespace TileProof.Verification.InputData;

/// <summary>One image as it stands in its file.</summary>
/// <param name="Channels">Planes.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Elements"><c>[C, H, W]</c>, bytes as x / 255.</param>
internal sealed record RawImage(int Channels, int Height, int Width, float[] Elements)
{
    /// <summary>An image whose file has channels last.</summary>
    public static RawImage FromChannelsLast(int channels, int height, int width, ReadOnlySpan<float> elements)
    {
        var planes = new float[elements.Length];
        int plane = height * width;
        for (int pixel = 0; pixel < plane; pixel++)
        {
            for (int c = 0; c < channels; c++)
            {
                planes[(c * plane) + pixel] = elements[(pixel * channels) + c];
            }
        }

        return new RawImage(channels, height, width, planes);
    }
}
