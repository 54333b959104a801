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
    private static readonly Requantization OneScale = new() { InputZeroPoint = 0, AccumulatorShift = 0, OutputScales = [1], OutputShift = 0, KernelBias = [] };
    private static readonly Requantization ScalePerChannel = OneScale with { OutputScales = [1, 1] };

    /// <summary>A program to price: no instruction but the values of fills depends on the integers of the kernel.</summary>
    /// <param name="plan">Tiles or the cache path.</param>
    /// <param name="batch">N, images.</param>
    /// <param name="hasOutputScales">Whether every output channel has a scale of its own, which is loaded.</param>
    /// <param name="machine">The machine.</param>
    public static ConvolutionRequest ToPrice(Conv2dTilePlan plan, int batch, bool hasOutputScales, DspConfiguration machine) =>
        new(plan, batch, hasOutputScales ? ScalePerChannel : OneScale, machine);

    /// <summary>Whether the layer tables were made for running without DMA, so that every layer takes the cache path.</summary>
    public bool RunsWithoutDma { get; init; }

    /// <summary>Whether the driver corrects the output after the kernel.</summary>
    public bool CorrectsResiduals { get; init; }
}
