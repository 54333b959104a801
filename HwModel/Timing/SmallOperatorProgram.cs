namespace TileProof.HwModel.Timing;

/// <summary>The events of mean, the fully connected layer and softmax (operator contract, sections 3, 7 and 9).</summary>
public static class SmallOperatorProgram
{
    /// <summary>A fully connected layer with fewer inputs does not use DMA.</summary>
    public const int SmallestDmaInputs = 512;

    // Issue slots counted in the operator contract; the published runs contain no figure to fit them on.
    private const int MeanVectorCycles = 4;
    private const int LinearVectorCycles = 2;
    private const int SoftmaxMaximumCycles = 2;
    private const int SoftmaxExponentialCycles = 43;
    private const int SoftmaxScaleCycles = 3;

    /// <summary>Mean over 2x2 positions: chunks of channels, loads on channel 1, stores on channel 0.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="bankBytes">Bytes of the smaller bank; 0 for the path without DMA.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="timeline">Receives the events.</param>
    /// <param name="imageCount">Images of the batch.</param>
    /// <param name="invalidatesOutputFirst">See <see cref="TimingAssumptions.InvalidatesOutputFirst"/>.</param>
    public static void PlayMean(
        int channels, int bankBytes, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline, int imageCount = 1, bool invalidatesOutputFirst = false)
    {
        const int LoadChannel = 1;
        const int StoreChannel = 0;
        const int InputChannelBytes = 4 * sizeof(float);
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(timeline);
        timeline.Compute(CycleCategory.Control, coefficients[CoreTerm.MeanCall], "call");
        Maintain((long)imageCount * channels * InputChannelBytes, coefficients, mode, timeline);
        int chunkChannels = bankBytes / (InputChannelBytes + sizeof(float)) / VectorFloats(coefficients) * VectorFloats(coefficients);
        if (chunkChannels == 0)
        {
            timeline.Compute(CycleCategory.Kernel, imageCount * MeanKernelCycles(channels, coefficients), "kernel");
            Maintain((long)imageCount * channels * sizeof(float), coefficients, mode, timeline);
            return;
        }

        if (invalidatesOutputFirst)
        {
            Maintain((long)imageCount * channels * sizeof(float), coefficients, mode, timeline);
        }

        for (int image = 0; image < imageCount; image++)
        {
            Load(0);
            timeline.Wait(LoadChannel);
            for (int first = 0; first < channels; first += chunkChannels)
            {
                int count = Math.Min(chunkChannels, channels - first);
                Load(first + chunkChannels);
                timeline.Compute(CycleCategory.Kernel, MeanKernelCycles(count, coefficients), "kernel");
                Issue(StoreChannel, TransferPurpose.Output, count * sizeof(float), 1, coefficients, mode, timeline);
                timeline.Wait(LoadChannel);
                timeline.Wait(StoreChannel);
            }
        }

        Maintain((long)imageCount * channels * sizeof(float), coefficients, mode, timeline);

        void Load(int first)
        {
            if (first < channels)
            {
                long bytes = (long)Math.Min(chunkChannels, channels - first) * InputChannelBytes;
                Issue(LoadChannel, TransferPurpose.Input, bytes, 1, coefficients, mode, timeline);
            }
        }
    }

    /// <summary>A fully connected layer; with DMA, one input row, and weights that move in tiles of whole rows, one buffer, channel 0.</summary>
    /// <remarks>An input row longer than a bank is taken in segments, with one weight row a tile.</remarks>
    /// <param name="inFeatures">Elements of the input row.</param>
    /// <param name="outFeatures">Outputs.</param>
    /// <param name="bankBytes">Bytes of the bank that holds a weight tile; 0 for the path without DMA.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="timeline">Receives the events.</param>
    /// <param name="rowCount">Input rows; several only without DMA.</param>
    public static void PlayLinear(
        int inFeatures, int outFeatures, int bankBytes, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline, int rowCount = 1)
    {
        const int Channel = 0;
        ArgumentOutOfRangeException.ThrowIfLessThan(inFeatures, 1);
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(timeline);
        Maintain((long)rowCount * inFeatures, coefficients, mode, timeline);
        Maintain((long)inFeatures * outFeatures, coefficients, mode, timeline);
        if (bankBytes == 0)
        {
            long missedLines = coefficients.CacheLinesOf(inFeatures) + coefficients.CacheLinesOf((long)inFeatures * outFeatures) + coefficients.CacheLinesOf(outFeatures);
            timeline.Compute(
                CycleCategory.Kernel, rowCount * (LinearKernelCycles(outFeatures, inFeatures, coefficients) + (missedLines * coefficients[mode, MemoryTerm.LineMiss])), "kernel");
            timeline.Compute(CycleCategory.Epilogue, (double)rowCount * outFeatures * coefficients[CoreTerm.LinearOutput], "requantize");
            Maintain((long)rowCount * outFeatures, coefficients, mode, timeline);
            return;
        }

        int largestSegment = bankBytes / LinearVectorElements(coefficients) * LinearVectorElements(coefficients);
        int segmentInputs = Math.Min(inFeatures, largestSegment);
        int tileRows = segmentInputs < inFeatures ? 1 : Math.Max(1, bankBytes / RoundUpToVector(inFeatures, LinearVectorElements(coefficients)));
        for (int first = 0; first < outFeatures; first += tileRows)
        {
            int rows = Math.Min(tileRows, outFeatures - first);
            for (int firstInput = 0; firstInput < inFeatures; firstInput += segmentInputs)
            {
                int inputs = Math.Min(segmentInputs, inFeatures - firstInput);
                if (first == 0 || segmentInputs < inFeatures)
                {
                    Issue(Channel, TransferPurpose.Input, inputs, 1, coefficients, mode, timeline);
                }

                Issue(Channel, TransferPurpose.Coefficients, (long)rows * inputs, rows, coefficients, mode, timeline);
                timeline.Wait(Channel);
                timeline.Compute(CycleCategory.Kernel, LinearKernelCycles(rows, inputs, coefficients), "kernel");
            }

            timeline.Compute(CycleCategory.Epilogue, rows * coefficients[CoreTerm.LinearOutput], "requantize");
        }

        Maintain(outFeatures, coefficients, mode, timeline);
    }

    /// <summary>Softmax over rows that lie in memory one after another; one row per DMA chunk. Issue slots only: no published cycles.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="rowElements">Elements of a row.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="timeline">Receives the events.</param>
    /// <param name="maintainsCache">Whether the program writes its input back and drops its output, as the corrected one does.</param>
    public static void PlaySoftmax(int rows, int rowElements, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline, bool maintainsCache = false)
    {
        const int LoadChannel = 0;
        const int StoreChannel = 1;
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(timeline);
        long rowBytes = (long)rowElements * sizeof(float);
        timeline.Compute(CycleCategory.Control, coefficients[CoreTerm.DirectCall], "call");
        MaintainTensor();
        MaintainTensor();
        Issue(LoadChannel, TransferPurpose.Input, rowBytes, 1, coefficients, mode, timeline);
        for (int row = 0; row < rows; row++)
        {
            timeline.Wait(LoadChannel);
            if (row + 1 < rows)
            {
                Issue(LoadChannel, TransferPurpose.Input, rowBytes, 1, coefficients, mode, timeline);
            }

            timeline.Compute(CycleCategory.Kernel, SoftmaxKernelCycles(rowElements, coefficients), "kernel");
            timeline.Wait(StoreChannel);
            Issue(StoreChannel, TransferPurpose.Output, rowBytes, 1, coefficients, mode, timeline);
        }

        timeline.Wait(StoreChannel);
        MaintainTensor();

        void MaintainTensor()
        {
            if (maintainsCache)
            {
                Maintain(rows * rowBytes, coefficients, mode, timeline);
            }
        }
    }

    /// <summary>Means of channels.</summary>
    internal static double MeanKernelCycles(int channels, CostCoefficients coefficients) => ConvolutionWork.DivideRoundUp(channels, VectorFloats(coefficients)) * MeanVectorCycles;

    /// <summary>Products and sums of weight rows.</summary>
    internal static double LinearKernelCycles(int rows, int inputs, CostCoefficients coefficients) =>
        (double)rows * ConvolutionWork.DivideRoundUp(inputs, LinearVectorElements(coefficients)) * LinearVectorCycles;

    /// <summary>One row.</summary>
    internal static double SoftmaxKernelCycles(int rowElements, CostCoefficients coefficients) =>
        ConvolutionWork.DivideRoundUp(rowElements, VectorFloats(coefficients)) * (SoftmaxMaximumCycles + SoftmaxExponentialCycles + SoftmaxScaleCycles);

    private static int RoundUpToVector(int inputs, int vectorElements) => (inputs + vectorElements - 1) / vectorElements * vectorElements;

    private static int VectorFloats(CostCoefficients coefficients) => coefficients.VectorBytes / sizeof(float);

    /// <summary>int8 values that a multiplication into 24 bits takes: half a vector.</summary>
    private static int LinearVectorElements(CostCoefficients coefficients) => coefficients.VectorBytes / 2;

    private static void Issue(
        int channel, TransferPurpose purpose, long bytes, long rows, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline) =>
        timeline.Issue(channel, purpose, DmaCosts.TransferTime(coefficients, mode, bytes), bytes, purpose.ToString(), rows);

    private static void Maintain(long bytes, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline) =>
        timeline.Compute(CycleCategory.CacheMaintenance, coefficients.CacheLinesOf(bytes) * coefficients[mode, MemoryTerm.CacheLine], "cache");
}
