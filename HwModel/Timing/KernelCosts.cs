using TileProof.HwModel.Dma;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>Cycles of the parts of a call: counted structure times coefficients.</summary>
public sealed class KernelCosts
{
    // Issue slots counted in the operator contract, sections 3, 7 and 9; the published runs contain no figure to fit them on.
    private const int LinearVectorCycles = 1;
    private const int SoftmaxMaximumCycles = 2;
    private const int SoftmaxExponentialCycles = 43;
    private const int SoftmaxScaleCycles = 3;

    private readonly CostCoefficients coefficients;
    private readonly MachineMode mode;

    /// <summary>Makes the costs of a mode.</summary>
    /// <param name="coefficients">The costs of the machine.</param>
    /// <param name="mode">How much of the memory system counts.</param>
    /// <param name="assumptions">Assumed changes of the machine; null for none.</param>
    public KernelCosts(CostCoefficients coefficients, MachineMode mode, TimingAssumptions? assumptions = null)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        Assumptions = assumptions ?? TimingAssumptions.None;
        this.coefficients = WithFasterDma(coefficients, mode, Assumptions.DmaSpeedFactor);
        this.mode = mode;
    }

    /// <summary>The assumed changes.</summary>
    public TimingAssumptions Assumptions { get; }

    /// <summary>Whether the timeline of a priced program keeps <see cref="EventTimeline.Counts"/>; those of DMA are at the speed without assumptions.</summary>
    public bool CountsTerms { get; init; }

    /// <summary>Whether the programs are of the earlier of both published builds, which has no <see cref="MemoryTerm.InputLine"/>.</summary>
    public bool IsOfEarlierBuild { get; init; }

    /// <summary>Bytes of a vector.</summary>
    public int VectorBytes => coefficients.VectorBytes;

    /// <summary>Cache lines of consecutive bytes; 0 where there is no cache.</summary>
    public long CacheLinesOf(long bytes) => coefficients.CacheLinesOf(bytes);

    /// <summary>The fixed part of a convolution call.</summary>
    public double CallCycles(TermCounts? counts = null) => Cost(CoreTerm.ConvolutionCall, 1, counts);

    /// <summary>The scalar passes over all weights and channels, with the cache misses of two scans over the weights.</summary>
    public double PrologueCycles(Conv2dShape shape, TermCounts? counts = null)
    {
        double channelCycles = Cost(CoreTerm.PrologueChannel, shape.OutChannels, counts);
        if (Assumptions.WeightSumsAtLoad)
        {
            return channelCycles;
        }

        long missedLines = CacheLinesOf(shape.WeightCount) + (coefficients.Cache?.RepeatedScanMisses(shape.WeightCount) ?? 0);
        return channelCycles + Cost(CoreTerm.PrologueWeight, shape.WeightCount, counts) + Cost(MemoryTerm.PrologueMiss, missedLines, counts);
    }

    /// <summary>Invalidation of consecutive bytes.</summary>
    public double InvalidationCycles(long bytes, TermCounts? counts = null) => Cost(MemoryTerm.InvalidateLine, CacheLinesOf(bytes), counts);

    /// <summary>Write-back of consecutive bytes.</summary>
    public double WriteBackCycles(long bytes, TermCounts? counts = null) => Cost(MemoryTerm.WriteBackLine, CacheLinesOf(bytes), counts);

    /// <summary>Write-back of consecutive bytes of an input.</summary>
    public double InputWriteBackCycles(long bytes, TermCounts? counts = null) =>
        WriteBackCycles(bytes, counts) + (IsOfEarlierBuild ? 0 : Cost(MemoryTerm.InputLine, CacheLinesOf(bytes), counts));

    /// <summary>Cache misses of a kernel on system memory.</summary>
    public double MissCycles(long lines, TermCounts? counts) => Cost(MemoryTerm.LineMiss, lines, counts);

    /// <summary>A constant written over consecutive bytes: one store of a vector a cycle.</summary>
    public double FillCycles(long bytes) => ConvolutionWork.DivideRoundUp(bytes, VectorBytes) / Assumptions.VectorWidthFactor;

    /// <summary>Loop control of a tile.</summary>
    public double TileCycles(TermCounts? counts = null) => Cost(CoreTerm.TileSetup, 1, counts);

    /// <summary>Writing the padding of a tile.</summary>
    /// <param name="planes">Input planes.</param>
    /// <param name="imageRows">Rows of the tile that lie in the image.</param>
    /// <param name="touchesBorder">Whether the tile has rows above or below the image.</param>
    /// <param name="counts">Receives the counts.</param>
    public double EdgeExtensionCycles(int planes, int imageRows, bool touchesBorder, TermCounts? counts = null) =>
        Cost(CoreTerm.EdgeTile, 1, counts)
        + Cost(CoreTerm.EdgePlane, planes, counts)
        + Cost(CoreTerm.EdgeRow, (double)planes * imageRows, counts)
        + (touchesBorder ? Cost(CoreTerm.EdgeBorder, planes, counts) : 0);

    /// <summary>The inner iterations of a kernel call: multiply slots, and what does not hide behind them.</summary>
    public double KernelCycles(in ConvolutionWork work, TermCounts? counts = null)
    {
        double width = Assumptions.VectorWidthFactor;
        return (work.MultiplySlots / width)
            + Cost(CoreTerm.Gather, work.Gathers / width, counts)
            + Cost(CoreTerm.Shuffle, work.Shuffles / width, counts)
            + (work.Variant == ConvolutionVariant.General3x3 ? Cost(CoreTerm.WideIteration, work.InnerIterations / width, counts) : 0)
            + Cost(MemoryTerm.VectorLoad, work.VectorLoads / width, counts)
            + Cost(MemoryTerm.InnerIteration, work.InnerIterations / width, counts);
    }

    /// <summary>Step set-up, requantization and store of a kernel call.</summary>
    public double EpilogueCycles(in ConvolutionWork work, TermCounts? counts = null)
    {
        double packs = work.Packs / Assumptions.VectorWidthFactor;
        bool isPointwise = work.Variant is ConvolutionVariant.FlattenedAligned or ConvolutionVariant.FlattenedUnaligned or ConvolutionVariant.RowsAligned;
        return Cost(CoreTerm.Pack, packs, counts) + (isPointwise ? Cost(CoreTerm.PointwisePack, packs, counts) : 0);
    }

    /// <summary>What the kernels take more on rows of the cache path's pitch.</summary>
    public double WideRowCycles(in ConvolutionWork work, TermCounts? counts)
    {
        double iterations = work.InnerIterations / Assumptions.VectorWidthFactor;
        return work.Variant switch
        {
            ConvolutionVariant.Stride2Of3x3 => Cost(CoreTerm.WideStride2Iteration, iterations, counts),
            ConvolutionVariant.RowsAligned => Cost(CoreTerm.WidePointwiseIteration, iterations, counts),
            _ => 0,
        };
    }

    /// <summary>Rows that the core copies.</summary>
    public double CopyCycles(long rows, TermCounts? counts = null) => Cost(CoreTerm.CopyRow, rows, counts);

    /// <summary>Lines that a convolution kernel misses which works on system memory.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="rowPitchBytes">Bytes from one input row to the next.</param>
    /// <param name="rows">Output rows.</param>
    /// <param name="counts">Receives the counts.</param>
    public double ConvolutionMissCycles(Conv2dShape shape, int rowPitchBytes, int rows, TermCounts? counts) =>
        MissCycles(coefficients.Cache is { } cache ? ConvolutionLineMisses.Of(shape, rowPitchBytes, rows, VectorBytes, cache) : 0, counts);

    /// <summary>Max pooling of rows of channels: column steps of floor((2 x lanes - kw) / 2) + 1 outputs.</summary>
    public double MaxPoolCycles(MaxPool2dShape shape, int channels, int rows, TermCounts? counts = null)
    {
        int columnsPerStep = (((2 * VectorFloats) - shape.KernelWidth) / 2) + 1;
        return Cost(CoreTerm.MaxPoolStep, (double)ConvolutionWork.DivideRoundUp(shape.OutWidth, columnsPerStep) * rows * channels, counts);
    }

    /// <summary>Average pooling of rows of channels, extrapolated: the steps of max pooling with sums for maxima, and a requantization of every output.</summary>
    public double AveragePoolCycles(MaxPool2dShape shape, int channels, int rows, int elements, TermCounts? counts) =>
        MaxPoolCycles(shape, channels, rows, counts) + ElementwiseCycles(OperatorKind.Requantize, elements, counts);

    /// <summary>Means of 2x2 positions of channels.</summary>
    public double MeanCycles(int channels, TermCounts? counts) => Cost(CoreTerm.MeanVector, ConvolutionWork.DivideRoundUp(channels, VectorFloats), counts);

    /// <summary>Products and sums of weight rows; a multiplication into 24 bits takes half a vector of int8 values.</summary>
    public double LinearCycles(int rows, int inputs) => (double)rows * ConvolutionWork.DivideRoundUp(inputs, VectorBytes / 2) * LinearVectorCycles;

    /// <summary>Reductions and requantization of the fully connected layer.</summary>
    public double LinearOutputCycles(int outputs, TermCounts? counts) => Cost(CoreTerm.LinearOutput, outputs, counts);

    /// <summary>Softmax of a row.</summary>
    public double SoftmaxCycles(int rowElements) =>
        ConvolutionWork.DivideRoundUp(rowElements, VectorFloats) * (SoftmaxMaximumCycles + SoftmaxExponentialCycles + SoftmaxScaleCycles);

    /// <summary>The vector steps of consecutive elements.</summary>
    public double ElementwiseCycles(OperatorKind kind, int elements, TermCounts? counts)
    {
        var terms = ElementwiseTerms.Of(kind);
        int vectorElements = terms.VectorElements * (VectorBytes / KernelStructure.PublishedVectorBytes);
        return Cost(terms.Vector, ConvolutionWork.DivideRoundUp(elements, vectorElements), counts)
            + (elements % vectorElements == 0 ? 0 : Cost(CoreTerm.ElementwiseTail, 1, counts));
    }

    /// <summary>A chunk of an element-wise operator.</summary>
    public double ChunkCyclesOf(OperatorKind kind, TermCounts? counts) => Cost(ElementwiseTerms.Of(kind).Chunk, 1, counts);

    /// <summary>The fixed part of a call of another operator than a convolution; null where it has none.</summary>
    public double? CallCyclesOf(OperatorKind kind, bool usesDma, TermCounts? counts) => kind switch
    {
        OperatorKind.Mean or OperatorKind.Softmax or OperatorKind.Concat or OperatorKind.Pad or OperatorKind.Slice or OperatorKind.AveragePool2d => Cost(CoreTerm.DirectCall, 1, counts),
        _ => ElementwiseTerms.TryOf(kind) is { } terms ? Cost(usesDma ? terms.Call : CoreTerm.DirectCall, 1, counts) : null,
    };

    /// <summary>How long a channel is busy with a transfer, and how much later its bytes are complete; 0 in turbo mode.</summary>
    /// <remarks>The published runs show no cost of rows or planes apart from their bytes.</remarks>
    /// <param name="bytes">Payload.</param>
    /// <param name="isStore">Whether it goes to system memory.</param>
    public TransferTime TransferTime(long bytes, bool isStore = false) =>
        new(bytes * coefficients[mode, isStore ? MemoryTerm.DmaStoreByte : MemoryTerm.DmaByte], coefficients[mode, MemoryTerm.DmaLatency]);

    private double Cost(CoreTerm term, double count, TermCounts? counts)
    {
        counts?.Add(term, count);
        return count * coefficients[term];
    }

    private double Cost(MemoryTerm term, double count, TermCounts? counts)
    {
        counts?.Add(term, count);
        return count * coefficients[mode, term];
    }

    private int VectorFloats => VectorBytes / sizeof(float);

    private static CostCoefficients WithFasterDma(CostCoefficients coefficients, MachineMode mode, double factor) => factor == 1
        ? coefficients
        : coefficients
            .With(mode, MemoryTerm.DmaByte, coefficients[mode, MemoryTerm.DmaByte] / factor)
            .With(mode, MemoryTerm.DmaStoreByte, coefficients[mode, MemoryTerm.DmaStoreByte] / factor)
            .With(mode, MemoryTerm.DmaLatency, coefficients[mode, MemoryTerm.DmaLatency] / factor);
}
