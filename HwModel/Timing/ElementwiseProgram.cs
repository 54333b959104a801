using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>The events of an element-wise call: chunks in ping-pong over both banks, loads on channel 0, stores on channel 1.</summary>
/// <remarks>Operator contract, sections 4b and 8.</remarks>
public static class ElementwiseProgram
{
    private const int LoadChannel = 0;
    private const int StoreChannel = 1;

    /// <summary>The vectors that <see cref="ElementwiseStructure.VectorElements"/> are of.</summary>
    private const int PublishedVectorBytes = 64;

    /// <summary>Plays a call onto a timeline.</summary>
    /// <param name="kind">Quantize, dequantize, quantized rectifier or add.</param>
    /// <param name="elementCount">Elements of the output.</param>
    /// <param name="bankBytes">Bytes of a local bank; 0 for the path without DMA.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="timeline">Receives the events.</param>
    /// <param name="invalidatesOutputFirst">See <see cref="TimingAssumptions.InvalidatesOutputFirst"/>.</param>
    public static void Play(
        OperatorKind kind,
        long elementCount,
        int bankBytes,
        CostCoefficients coefficients,
        MachineMode mode,
        EventTimeline timeline,
        bool invalidatesOutputFirst = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementCount);
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(timeline);
        ElementwiseStructure structure = ElementwiseStructure.Of(kind);
        if (elementCount < ElementwiseStructure.MinimumDmaElements || bankBytes == 0)
        {
            PlayDirect(structure, elementCount, coefficients, mode, timeline);
            return;
        }

        long chunkElements = ElementwiseStructure.ChunkElements(kind, bankBytes);
        timeline.Compute(CycleCategory.Control, coefficients[structure.Call], "call");
        for (int input = 0; input < structure.InputCount; input++)
        {
            Maintain(elementCount * structure.InputBytes / structure.InputCount, "write back");
        }

        if (invalidatesOutputFirst)
        {
            Maintain(elementCount * structure.OutputBytes, "invalidate");
        }

        Load(Math.Min(chunkElements, elementCount));
        for (long first = 0; first < elementCount; first += chunkElements)
        {
            long count = Math.Min(chunkElements, elementCount - first);
            long next = Math.Min(chunkElements, elementCount - first - count);
            timeline.Wait(LoadChannel);
            if (next > 0)
            {
                Load(next);
            }

            timeline.Compute(CycleCategory.Control, coefficients[structure.Chunk], "chunk");
            timeline.Compute(CycleCategory.Kernel, VectorCycles(structure, count, coefficients), "kernel");
            timeline.Wait(StoreChannel);
            Transfer(StoreChannel, TransferPurpose.Output, count * structure.OutputBytes);
        }

        timeline.Wait(StoreChannel);
        Maintain(elementCount * structure.OutputBytes, "invalidate");

        void Load(long count)
        {
            for (int input = 0; input < structure.InputCount; input++)
            {
                Transfer(LoadChannel, TransferPurpose.Input, count * structure.InputBytes / structure.InputCount);
            }
        }

        void Transfer(int channel, TransferPurpose purpose, long bytes) =>
            timeline.Issue(channel, purpose, DmaCosts.TransferTime(coefficients, mode, bytes), bytes, purpose.ToString());

        void Maintain(long bytes, string name) =>
            timeline.Compute(CycleCategory.CacheMaintenance, coefficients.CacheLinesOf(bytes) * coefficients[mode, MemoryTerm.CacheLine], name);
    }

    private static void PlayDirect(
        in ElementwiseStructure structure, long elementCount, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline)
    {
        timeline.Compute(CycleCategory.Control, coefficients[CoreTerm.DirectCall], "call");
        timeline.Compute(CycleCategory.Kernel, VectorCycles(structure, elementCount, coefficients), "kernel");
        long inputLines = coefficients.CacheLinesOf(elementCount * structure.InputBytes);
        long outputLines = coefficients.CacheLinesOf(elementCount * structure.OutputBytes);
        timeline.Compute(CycleCategory.Kernel, (inputLines + outputLines) * coefficients[mode, MemoryTerm.LineMiss], "cache misses");
        timeline.Compute(
            CycleCategory.CacheMaintenance, (inputLines + outputLines) * coefficients[mode, MemoryTerm.CacheLine], "write back");
    }

    /// <summary>The vector steps of consecutive elements.</summary>
    internal static double VectorCycles(in ElementwiseStructure structure, long elementCount, CostCoefficients coefficients) =>
        ConvolutionWork.DivideRoundUp(elementCount, structure.VectorElements * (coefficients.VectorBytes / PublishedVectorBytes)) * coefficients[structure.Vector];
}
