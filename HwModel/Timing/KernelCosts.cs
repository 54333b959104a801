using TileProof.HwModel.Dma;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>Cycles of the parts of a call: counted structure times coefficients.</summary>
public sealed class KernelCosts
{
    // Issue slots counted in the operator contract, sections 3, 7 and 9; the published runs contain no figure to fit them on.
    private const int MeanVectorCycles = 4;
    private const int LinearVectorCycles = 2;
    private const int SoftmaxMaximumCycles = 2;
    private const int SoftmaxExponentialCycles = 43;
    private const int SoftmaxScaleCycles = 3;

    private readonly CostCoefficients coefficients;
    private readonly MachineMode mode;

    /// <summary>Makes the costs of a mode.</summary>
    public KernelCosts(CostCoefficients coefficients, MachineMode mode)
        : this(coefficients, mode, TimingAssumptions.None)
    {
    }

    /// <summary>Makes the costs of a mode under assumed changes.</summary>
    public KernelCosts(CostCoefficients coefficients, MachineMode mode, TimingAssumptions assumptions)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(assumptions);
        Assumptions = assumptions;
        this.coefficients = WithFasterDma(coefficients, mode, assumptions.DmaSpeedFactor);
        this.mode = mode;
    }

    /// <summary>The assumed changes.</summary>
    public TimingAssumptions Assumptions { get; }

    /// <summary>Bytes of a vector.</summary>
    public int VectorBytes => coefficients.VectorBytes;

    /// <summary>Cache lines of consecutive bytes; 0 where there is no cache.</summary>
    public long CacheLinesOf(long bytes) => coefficients.CacheLinesOf(bytes);

    /// <summary>The fixed part of a convolution call.</summary>
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

    /// <summary>Lines that a convolution kernel misses which works on system memory.</summary>
    /// <remarks>
    /// The rows of a spatial step stay in the cache from one channel group to the next when they fit, and are read again for every group
    /// when they do not; all weights stream by in every spatial step.
    /// </remarks>
    /// <param name="shape">The geometry.</param>
    /// <param name="rowPitchBytes">Bytes from one input row to the next.</param>
    /// <param name="rows">Output rows.</param>
    public double ConvolutionMissCycles(Conv2dShape shape, int rowPitchBytes, int rows)
    {
        var kernel = KernelStructure.Of(shape, rowPitchBytes, VectorBytes);
        int stepRows = kernel.IsFlattened ? 1 : kernel.StepRows;
        long stepBytes = (((stepRows - 1L) * shape.StrideHeight) + shape.WindowHeight) * rowPitchBytes * shape.InChannels;
        long steps = ConvolutionWork.DivideRoundUp(rows, stepRows) * ConvolutionWork.DivideRoundUp(shape.OutWidth, kernel.StepColumns);
        long groups = ConvolutionWork.DivideRoundUp(shape.GroupOutChannels, kernel.GroupChannels);
        bool fitsCache = stepBytes <= (coefficients.Cache?.CapacityBytes ?? 0);
        return MissCycles(steps * ((CacheLinesOf(stepBytes) * (fitsCache ? 1 : groups)) + CacheLinesOf(shape.WeightCount)));
    }

    /// <summary>Max pooling of rows of channels: column steps of floor((2 x lanes - kw) / 2) + 1 outputs.</summary>
    public double MaxPoolCycles(MaxPool2dShape shape, int channels, int rows)
    {
        int columnsPerStep = (((2 * VectorFloats) - shape.KernelWidth) / 2) + 1;
        return ConvolutionWork.DivideRoundUp(shape.OutWidth, columnsPerStep) * rows * channels * coefficients[CoreTerm.MaxPoolStep];
    }

    /// <summary>Means of 2x2 positions of channels.</summary>
    public double MeanCycles(int channels) => ConvolutionWork.DivideRoundUp(channels, VectorFloats) * MeanVectorCycles;

    /// <summary>Products and sums of weight rows; a multiplication into 24 bits takes half a vector of int8 values.</summary>
    public double LinearCycles(int rows, int inputs) => (double)rows * ConvolutionWork.DivideRoundUp(inputs, VectorBytes / 2) * LinearVectorCycles;

    /// <summary>Reductions and requantization of the fully connected layer.</summary>
    public double LinearOutputCycles(int outputs) => outputs * coefficients[CoreTerm.LinearOutput];

    /// <summary>Softmax of a row.</summary>
    public double SoftmaxCycles(int rowElements) =>
        ConvolutionWork.DivideRoundUp(rowElements, VectorFloats) * (SoftmaxMaximumCycles + SoftmaxExponentialCycles + SoftmaxScaleCycles);

    /// <summary>The vector steps of consecutive elements.</summary>
    public double ElementwiseCycles(OperatorKind kind, int elements)
    {
        var terms = ElementwiseTerms.Of(kind);
        return ConvolutionWork.DivideRoundUp(elements, terms.VectorElements * (VectorBytes / KernelStructure.PublishedVectorBytes)) * coefficients[terms.Vector];
    }

    /// <summary>A chunk of an element-wise operator.</summary>
    public double ChunkCyclesOf(OperatorKind kind) => coefficients[ElementwiseTerms.Of(kind).Chunk];

    /// <summary>The fixed part of a call of another operator than a convolution; null where it has none.</summary>
    public double? CallCyclesOf(OperatorKind kind, bool usesDma) => kind switch
    {
        OperatorKind.Mean => coefficients[CoreTerm.MeanCall],
        OperatorKind.Softmax or OperatorKind.Concat or OperatorKind.Pad => coefficients[CoreTerm.DirectCall],
        _ => ElementwiseTerms.TryOf(kind) is { } terms ? coefficients[usesDma ? terms.Call : CoreTerm.DirectCall] : null,
    };

    /// <summary>How long a channel is busy with a transfer, and how much later its bytes are complete; 0 in turbo mode.</summary>
    /// <remarks>The published runs show no cost of rows or planes apart from their bytes.</remarks>
    public TransferTime TransferTime(long bytes) => new(bytes * coefficients[mode, MemoryTerm.DmaByte], coefficients[mode, MemoryTerm.DmaLatency]);

    private int VectorFloats => VectorBytes / sizeof(float);

    private static CostCoefficients WithFasterDma(CostCoefficients coefficients, MachineMode mode, double factor) => factor == 1
        ? coefficients
        : coefficients
            .With(mode, MemoryTerm.DmaByte, coefficients[mode, MemoryTerm.DmaByte] / factor)
            .With(mode, MemoryTerm.DmaLatency, coefficients[mode, MemoryTerm.DmaLatency] / factor);
}
