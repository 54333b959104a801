using TileProof.HwModel.Dma;
using TileProof.Operators;

namespace TileProof.HwModel.Timing;

/// <summary>Cycles of the parts of a convolution call: counted structure times coefficients.</summary>
public sealed class ConvolutionCosts
{
    private readonly CostCoefficients coefficients;
    private readonly MachineMode mode;

    /// <summary>Makes the costs of a mode.</summary>
    public ConvolutionCosts(CostCoefficients coefficients, MachineMode mode)
        : this(coefficients, mode, TimingAssumptions.None)
    {
    }

    /// <summary>Makes the costs of a mode under assumed changes.</summary>
    public ConvolutionCosts(CostCoefficients coefficients, MachineMode mode, TimingAssumptions assumptions)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(assumptions);
        Assumptions = assumptions;
        this.coefficients = coefficients;
        this.mode = mode;
    }

    /// <summary>The assumed changes.</summary>
    public TimingAssumptions Assumptions { get; }

    /// <summary>Bytes of a vector.</summary>
    public int VectorBytes => coefficients.VectorBytes;

    /// <summary>Whether the data cache takes so many bytes at once.</summary>
    public bool FitsCache(long bytes) => bytes <= (coefficients.Cache?.CapacityBytes ?? 0);

    /// <summary>Cache lines of consecutive bytes; 0 where there is no cache.</summary>
    public long CacheLinesOf(long bytes) => coefficients.CacheLinesOf(bytes);

    /// <summary>The fixed part of a call.</summary>
    public double CallCycles => coefficients[CoreTerm.ConvolutionCall];

    /// <summary>The scalar passes over all weights and channels, with the cache misses of two scans over the weights.</summary>
    public double PrologueCycles(Conv2dShape shape)
    {
        double channelCycles = shape.OutChannels * coefficients[CoreTerm.PrologueChannel];
        if (Assumptions.WeightSumsAtLoad)
        {
            return channelCycles;
        }

        long missedLines = CacheLinesOf(shape.WeightCount) + (coefficients.Cache?.RepeatedScanMisses(shape.WeightCount) ?? 0);
        return (shape.WeightCount * coefficients[CoreTerm.PrologueWeight])
            + channelCycles
            + (missedLines * coefficients[mode, MemoryTerm.PrologueMiss]);
    }

    /// <summary>Write-back or invalidation of consecutive bytes.</summary>
    public double CacheMaintenanceCycles(long bytes) => CacheLinesOf(bytes) * coefficients[mode, MemoryTerm.CacheLine];

    /// <summary>Cache misses of a kernel on system memory.</summary>
    public double MissCycles(long lines) => lines * coefficients[mode, MemoryTerm.LineMiss];

    /// <summary>A constant written over consecutive bytes: one store of a vector a cycle.</summary>
    public double FillCycles(long bytes) => ConvolutionWork.DivideRoundUp(bytes, VectorBytes) / Assumptions.VectorWidthFactor;

    /// <summary>Loop control of a tile.</summary>
    public double TileCycles => coefficients[CoreTerm.TileSetup];

    /// <summary>Writing the padding of a tile.</summary>
    /// <param name="planes">Input planes.</param>
    /// <param name="imageRows">Rows of the tile that lie in the image.</param>
    /// <param name="touchesBorder">Whether the tile has rows above or below the image.</param>
    public double EdgeExtensionCycles(int planes, int imageRows, bool touchesBorder) =>
        planes * (coefficients[CoreTerm.EdgePlane]
            + (imageRows * coefficients[CoreTerm.EdgeRow])
            + (touchesBorder ? coefficients[CoreTerm.EdgeBorder] : 0));

    /// <summary>The inner iterations of a kernel call: multiply slots, and what does not hide behind them.</summary>
    public double KernelCycles(in ConvolutionWork work) =>
        (work.MultiplySlots
        + (work.Gathers * coefficients[CoreTerm.Gather])
        + (work.Shuffles * coefficients[CoreTerm.Shuffle])
        + (work.Variant == ConvolutionVariant.General3x3 ? work.InnerIterations * coefficients[CoreTerm.WideIteration] : 0)
        + (work.CoefficientLoads * coefficients[mode, MemoryTerm.CoefficientLoad])) / Assumptions.VectorWidthFactor;

    /// <summary>Step set-up, requantization and store of a kernel call.</summary>
    public double EpilogueCycles(in ConvolutionWork work) => work.Packs * coefficients[CoreTerm.Pack] / Assumptions.VectorWidthFactor;

    /// <summary>Rows that the core copies.</summary>
    public double CopyCycles(long rows) => rows * coefficients[CoreTerm.CopyRow];

    /// <summary>How long a channel is busy with a transfer.</summary>
    public TransferTime TransferTime(long bytes) => DmaCosts.TransferTime(coefficients, mode, bytes);
}
