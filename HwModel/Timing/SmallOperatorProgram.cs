namespace TileProof.HwModel.Timing;

/// <summary>The events of mean, the fully connected layer and softmax (operator contract, sections 3, 7 and 9).</summary>
public static class SmallOperatorProgram
{
    private const int LoadChannel = 0;
    private const int StoreChannel = 1;
    private const int VectorFloats = 16;
    private const int LinearVectorElements = 32;

    // Issue slots counted in the operator contract; the published runs contain no figure to fit them on.
    private const int MeanVectorCycles = 4;
    private const int LinearVectorCycles = 2;
    private const int SoftmaxMaximumCycles = 2;
    private const int SoftmaxExponentialCycles = 43;
    private const int SoftmaxScaleCycles = 3;

    /// <summary>Mean over 2x2 positions.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="timeline">Receives the events.</param>
    public static void PlayMean(int channels, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(timeline);
        const int PositionCount = 4;
        long inputBytes = (long)channels * PositionCount * sizeof(float);
        long outputBytes = (long)channels * sizeof(float);
        timeline.Compute(CycleCategory.Control, coefficients[CoreTerm.MeanCall], "call");
        Transfer(LoadChannel, TransferPurpose.Input, inputBytes, coefficients, mode, timeline);
        timeline.Compute(CycleCategory.Kernel, ConvolutionWork.DivideRoundUp(channels, VectorFloats) * MeanVectorCycles, "kernel");
        Transfer(StoreChannel, TransferPurpose.Output, outputBytes, coefficients, mode, timeline);
        Maintain(inputBytes + outputBytes, coefficients, mode, timeline);
    }

    /// <summary>A fully connected layer over one input row; weights move in tiles of whole rows, one buffer.</summary>
    /// <param name="inFeatures">Elements of the input row.</param>
    /// <param name="outFeatures">Outputs.</param>
    /// <param name="bankBytes">Bytes of the bank that holds a weight tile.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="timeline">Receives the events.</param>
    public static void PlayLinear(int inFeatures, int outFeatures, int bankBytes, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inFeatures, 1);
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(timeline);
        Transfer(LoadChannel, TransferPurpose.Input, inFeatures, coefficients, mode, timeline);
        int tileRows = Math.Max(1, bankBytes / inFeatures);
        double outputCycles = coefficients[CoreTerm.LinearOutput] + (ConvolutionWork.DivideRoundUp(inFeatures, LinearVectorElements) * LinearVectorCycles);
        for (int first = 0; first < outFeatures; first += tileRows)
        {
            int rows = Math.Min(tileRows, outFeatures - first);
            Transfer(LoadChannel, TransferPurpose.Coefficients, (long)rows * inFeatures, coefficients, mode, timeline);
            timeline.Compute(CycleCategory.Kernel, rows * outputCycles, "kernel");
        }

        Maintain(inFeatures + ((long)inFeatures * outFeatures) + outFeatures, coefficients, mode, timeline);
    }

    /// <summary>Softmax over rows that lie in memory one after another; one row per DMA chunk. Issue slots only: no published cycles.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="rowElements">Elements of a row.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="timeline">Receives the events.</param>
    public static void PlaySoftmax(int rows, int rowElements, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(timeline);
        long rowBytes = (long)rowElements * sizeof(float);
        long vectors = ConvolutionWork.DivideRoundUp(rowElements, VectorFloats);
        timeline.Compute(CycleCategory.Control, coefficients[CoreTerm.DirectCall], "call");
        Issue(LoadChannel, TransferPurpose.Input);
        for (int row = 0; row < rows; row++)
        {
            timeline.Wait(LoadChannel);
            if (row + 1 < rows)
            {
                Issue(LoadChannel, TransferPurpose.Input);
            }

            timeline.Compute(CycleCategory.Kernel, vectors * (SoftmaxMaximumCycles + SoftmaxExponentialCycles + SoftmaxScaleCycles), "kernel");
            timeline.Wait(StoreChannel);
            Issue(StoreChannel, TransferPurpose.Output);
        }

        timeline.Wait(StoreChannel);

        void Issue(int channel, TransferPurpose purpose) =>
            timeline.Issue(channel, purpose, DmaCosts.TransferTime(coefficients, mode, rowBytes), rowBytes, purpose.ToString());
    }

    private static void Transfer(
        int channel, TransferPurpose purpose, long bytes, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline)
    {
        timeline.Issue(channel, purpose, DmaCosts.TransferTime(coefficients, mode, bytes), bytes, purpose.ToString());
        timeline.Wait(channel);
    }

    private static void Maintain(long bytes, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline) =>
        timeline.Compute(CycleCategory.CacheMaintenance, DataCache.LinesOf(bytes) * coefficients[mode, MemoryTerm.CacheLine], "cache");
}
