using System.Globalization;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using TileProof.Golden.Import;
using TileProof.Verification.Files;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.InputData;

/// <summary>A PNG, JPEG or BMP file: one image of three channels, or of one where the network takes one. Transparency is dropped.</summary>
/// <remarks>Levels of a JPEG may differ by one between processors, whose vector instructions its decoder uses; those of the others do not.</remarks>
internal sealed class PictureFile(string path, bool isGrey) : IImageFile
{
    private const long LargestFileBytes = 256L << 20;
    private const long LargestPixelCount = 64L << 20;

    /// <summary>The three formats and no other: each decoder is one more that a crafted file could break.</summary>
    private static readonly Configuration Formats = new(new PngConfigurationModule(), new JpegConfigurationModule(), new BmpConfigurationModule());

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public RawImage Read(int index)
    {
        try
        {
            byte[] bytes = InputFile.ReadBytes(path, LargestFileBytes);
            IImageInfo info = Image.Identify(Formats, bytes, out _) ?? throw new FixtureException(path, null, "it is no PNG, JPEG or BMP picture");
            if ((long)info.Width * info.Height > LargestPixelCount)
            {
                throw new FixtureException(path, null, string.Create(CultureInfo.InvariantCulture, $"{info.Height}x{info.Width} pixels, expected at most {LargestPixelCount} of them"));
            }

            return isGrey ? ReadGrey(bytes) : ReadColours(bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(path, null, $"cannot read it: {FileProblem.Describe(exception)}", exception);
        }
        catch (Exception exception) when (exception is ImageFormatException or ImageProcessingException or InvalidOperationException or ArgumentException or IndexOutOfRangeException or NotSupportedException)
        {
            // A broken picture ends in whatever its decoder runs into.
            throw new FixtureException(path, null, $"it is no whole PNG, JPEG or BMP picture ({exception.GetType().Name})", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static RawImage ReadColours(byte[] bytes)
    {
        using Image<Rgb24> picture = Image.Load<Rgb24>(Formats, bytes);
        var levels = new byte[picture.Width * picture.Height * 3];
        picture.CopyPixelDataTo(levels);
        return RawImage.FromChannelsLast(3, picture.Height, picture.Width, Array.ConvertAll(levels, static level => level / (float)byte.MaxValue));
    }

    private static RawImage ReadGrey(byte[] bytes)
    {
        using Image<L8> picture = Image.Load<L8>(Formats, bytes);
        var levels = new byte[picture.Width * picture.Height];
        picture.CopyPixelDataTo(levels);
        return new RawImage(1, picture.Height, picture.Width, Array.ConvertAll(levels, static level => level / (float)byte.MaxValue));
    }
}
