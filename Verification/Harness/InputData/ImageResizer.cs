namespace TileProof.Verification.InputData;

/// <summary>Scales images with a triangle filter: bilinear where the image grows, an average over what a pixel covers where it shrinks.</summary>
/// <remarks>
/// Written out here, with multiplications and sums of double precision in a fixed order, so that every processor gives the same input: resizers
/// of imaging libraries use whatever vector instructions there are. Pixel centres lie at halves; weights beyond the border are left out and the
/// others scaled to a sum of 1.
/// </remarks>
internal static class ImageResizer
{
    /// <summary>An image of exactly the wanted rows and columns.</summary>
    public static RawImage Resize(RawImage image, int height, int width, ResizeRule rule)
    {
        if (rule == ResizeRule.Crop)
        {
            // One factor for both directions, so that the smaller one just covers.
            bool rowsDecide = (long)height * image.Width >= (long)width * image.Height;
            int coveredHeight = rowsDecide ? height : (int)Math.Max(height, Math.Round((double)image.Height * width / image.Width));
            int coveredWidth = rowsDecide ? (int)Math.Max(width, Math.Round((double)image.Width * height / image.Height)) : width;
            return Centre(Stretch(image, coveredHeight, coveredWidth), height, width);
        }

        return Stretch(image, height, width);
    }

    private static RawImage Stretch(RawImage image, int height, int width)
    {
        if ((image.Height, image.Width) == (height, width))
        {
            return image;
        }

        (int First, double[] Weights)[] rows = WeightsOf(image.Height, height);
        (int First, double[] Weights)[] columns = WeightsOf(image.Width, width);
        var result = new float[image.Channels * height * width];
        var narrowed = new double[image.Height * width];
        for (int c = 0; c < image.Channels; c++)
        {
            ReadOnlySpan<float> plane = image.Elements.AsSpan(c * image.Height * image.Width, image.Height * image.Width);
            for (int y = 0; y < image.Height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    double sum = 0;
                    for (int i = 0; i < columns[x].Weights.Length; i++)
                    {
                        sum += columns[x].Weights[i] * plane[(y * image.Width) + columns[x].First + i];
                    }

                    narrowed[(y * width) + x] = sum;
                }
            }

            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    double sum = 0;
                    for (int i = 0; i < rows[y].Weights.Length; i++)
                    {
                        sum += rows[y].Weights[i] * narrowed[((rows[y].First + i) * width) + x];
                    }

                    result[(((c * height) + y) * width) + x] = (float)sum;
                }
            }
        }

        return new RawImage(image.Channels, height, width, result);
    }

    private static RawImage Centre(RawImage image, int height, int width)
    {
        int top = (image.Height - height) / 2;
        int left = (image.Width - width) / 2;
        var result = new float[image.Channels * height * width];
        for (int c = 0; c < image.Channels; c++)
        {
            for (int y = 0; y < height; y++)
            {
                image.Elements.AsSpan((((c * image.Height) + top + y) * image.Width) + left, width).CopyTo(result.AsSpan(((c * height) + y) * width));
            }
        }

        return new RawImage(image.Channels, height, width, result);
    }

    /// <summary>For each pixel of the result the pixels that it is made from.</summary>
    private static (int First, double[] Weights)[] WeightsOf(int from, int to)
    {
        double step = (double)from / to;
        double reach = Math.Max(step, 1);
        var weights = new (int, double[])[to];
        for (int i = 0; i < to; i++)
        {
            double centre = ((i + 0.5) * step) - 0.5;
            int first = (int)Math.Max(Math.Ceiling(centre - reach), 0);
            int last = (int)Math.Min(Math.Floor(centre + reach), from - 1);
            var ofPixel = new double[last - first + 1];
            for (int j = 0; j < ofPixel.Length; j++)
            {
                ofPixel[j] = Math.Max(1 - (Math.Abs(first + j - centre) / reach), 0);
            }

            double sum = ofPixel.Sum();
            weights[i] = (first, Array.ConvertAll(ofPixel, weight => weight / sum));
        }

        return weights;
    }
}
