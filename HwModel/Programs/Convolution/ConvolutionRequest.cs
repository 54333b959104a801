using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>All that the program of a convolution call depends on; no data.</summary>
/// <param name="Plan">Tiles or the cache path.</param>
/// <param name="Batch">N, images.</param>
/// <param name="Requantization">The integers that the kernel receives.</param>
/// <param name="Machine">Ring depth, scratch bytes and what accumulators do beyond their range.</param>
public sealed record ConvolutionRequest(Conv2dTilePlan Plan, int Batch, Requantization Requantization, DspConfiguration Machine)
{
    /// <summary>Whether the layer tables were made for running without DMA, so that every layer takes the cache path.</summary>
    public bool RunsWithoutDma { get; init; }

    /// <summary>Whether the driver corrects the output after the kernel.</summary>
    public bool CorrectsResiduals { get; init; }
}
