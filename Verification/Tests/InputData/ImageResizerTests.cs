using TileProof.Verification.InputData;

namespace TileProof.Tests.InputData;

public sealed class ImageResizerTests
{
    [Fact]
    public void Resize_ToItsOwnSize_ChangesNothing()
    {
        RawImage image = Ramp(2, 3, 4);
        Assert.Equal(image.Elements, ImageResizer.Resize(image, 3, 4, ResizeRule.Stretch).Elements);
        Assert.Equal(image.Elements, ImageResizer.Resize(image, 3, 4, ResizeRule.Crop).Elements);
    }

    [Fact]
    public void Resize_TwoPixelsToFour_IsBilinearBetweenCentres()
    {
        RawImage wide = ImageResizer.Resize(new RawImage(1, 1, 2, [0f, 8f]), 1, 4, ResizeRule.Stretch);
        Assert.Equal([0f, 2f, 6f, 8f], wide.Elements);
        RawImage high = ImageResizer.Resize(new RawImage(1, 2, 1, [0f, 8f]), 4, 1, ResizeRule.Stretch);
        Assert.Equal([0f, 2f, 6f, 8f], high.Elements);
    }

    // Centre 1 of the two results reaches over 0 to 3 with weights 1/4, 3/4, 3/4, 1/4; the border cuts the first and the last off.
    [Fact]
    public void Resize_FourPixelsToTwo_AveragesWhatAPixelCovers() =>
        Assert.Equal([20f / 7f, 64f / 7f], ImageResizer.Resize(new RawImage(1, 1, 4, [0f, 4f, 8f, 12f]), 1, 2, ResizeRule.Stretch).Elements);

    [Theory]
    [InlineData(ResizeRule.Stretch)]
    [InlineData(ResizeRule.Crop)]
    public void Resize_OfOneColour_KeepsIt(ResizeRule rule)
    {
        foreach ((int height, int width) in ((int, int)[])[(1, 1), (2, 9), (9, 2), (28, 64), (64, 28), (65, 33)])
        {
            var image = new RawImage(2, 11, 13, [.. Enumerable.Repeat(0.75f, 143), .. Enumerable.Repeat(-3f, 143)]);
            RawImage resized = ImageResizer.Resize(image, height, width, rule);
            Assert.Equal((2, height, width), (resized.Channels, resized.Height, resized.Width));
            Assert.All(resized.Elements[..(height * width)], static element => Assert.Equal(0.75f, element, 1e-6f));
            Assert.All(resized.Elements[(height * width)..], static element => Assert.Equal(-3f, element, 1e-6f));
        }
    }

    [Fact]
    public void Resize_Crop_TakesTheCentre()
    {
        // 2x6 covers 2x2 as it is: columns 2 and 3 are its centre.
        Assert.Equal([2f, 3f, 12f, 13f], ImageResizer.Resize(new RawImage(1, 2, 6, [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]), 2, 2, ResizeRule.Crop).Elements);
        Assert.Equal([2f, 3f, 4f, 5f], ImageResizer.Resize(new RawImage(1, 4, 2, [0, 1, 2, 3, 4, 5, 6, 7]), 2, 2, ResizeRule.Crop).Elements);
    }

    private static RawImage Ramp(int channels, int height, int width) => new(channels, height, width, [.. Enumerable.Range(0, channels * height * width).Select(static i => i * 0.5f)]);
}
