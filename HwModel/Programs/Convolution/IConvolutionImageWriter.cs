namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Writes what a convolution kernel does for one image.</summary>
internal interface IConvolutionImageWriter
{
    /// <summary>Writes the instructions of an image of the batch; returns what the kernel refuses, or null.</summary>
    string? Write(int image);
}
