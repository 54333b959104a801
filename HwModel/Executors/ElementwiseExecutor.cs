using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>What quantize, dequantize, the quantized rectifier and add share: chunks of consecutive elements, any length.</summary>
/// <remarks>
/// A bank holds one chunk of each input and of the output at the published offsets. The published code derives the chunk from
/// DRAM0 and uses it in DRAM1 too, which overruns a smaller DRAM1 (hazards D2, R2, V3) or drops to a slower scheme (Q1); the
/// corrected chunk is the smaller of what the two banks hold. Chunks start at any element, so buffers and vector accesses are unaligned.
/// </remarks>
internal abstract class ElementwiseExecutor
{
    protected ElementwiseExecutor(OperatorCall call) => Call = call;

    public OperatorCall Call { get; }

    /// <summary>The kernel's name.</summary>
    public abstract string Kernel { get; }

    /// <summary>Inputs of the operator, 1 or 2.</summary>
    public int InputCount => Call.Inputs.Count;

    public int InputElementBytes => Call.Input.ElementType.SizeBytes();

    public int OutputElementBytes => Call.Output.ElementType.SizeBytes();

    public int ElementCount => Call.Output.Shape.ElementCount;

    /// <summary>The path that the modelled library takes for this many elements.</summary>
    public abstract OperatorPath PublishedPath { get; }

    /// <summary>The elements that one bank of this size holds.</summary>
    public abstract int ChunkElements(int bankBytes);

    /// <summary>Where in a bank the input with this index begins; the output comes after the last input.</summary>
    public abstract int BufferOffsetBytes(int bankBytes, int bufferIndex);

    /// <summary>Whether the published code tests that the chunk of DRAM0 fits DRAM1 too.</summary>
    public virtual bool PublishedChecksSecondBank => false;

    /// <summary>The bytes that the kernel touches of a buffer with this many elements.</summary>
    public virtual int TouchedBytes(int elementCount, int elementBytes) => elementCount * elementBytes;

    /// <summary>The bank size by which the published code places the buffers of a bank.</summary>
    public virtual int PublishedLayoutBytes(int bankBytes, int dram0Bytes) => bankBytes;

    /// <summary>The arithmetic on consecutive elements; <paramref name="second"/> is empty for operators with one input.</summary>
    public abstract void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output);

    /// <summary>Runs the operator from system memory to system memory.</summary>
    public ExecutedOperator Run(DspMachine machine, IReadOnlyList<MemoryBuffer> inputs, MemoryBuffer output, OperatorRouting routing)
    {
        OperatorPath path = PathSelection.Choose(routing, PublishedPath);
        machine.BeginProgram($"{Kernel} {Call.LayerKey}");
        string tiling = ExecutedOperator.Whole;
        foreach (MemoryBuffer input in inputs)
        {
            machine.WriteBackCache(input.Whole());
        }

        if (path == OperatorPath.Dma)
        {
            var chunks = new ElementwiseChunks(machine, this, inputs, output);
            machine.InvalidateBeforeStores(output);
            chunks.RunPingPong(chunks.ChunkCount);
            machine.InvalidateCache(output.Whole());
            tiling = chunks.ToString();
        }
        else
        {
            Announce(machine, path, 0, ElementCount, inputs, output);
            ComputeOn(ElementCount, inputs, output);
            machine.WriteBackCache(output.Whole());
        }

        machine.EndProgram();
        return new ExecutedOperator(path, tiling);
    }

    /// <summary>Announces the computation of the first <paramref name="elementCount"/> elements of the buffers.</summary>
    public void Announce(DspMachine machine, OperatorPath path, int chunk, int elementCount, IReadOnlyList<MemoryBuffer> inputs, MemoryBuffer output) =>
        machine.BeginCompute(new OperatorStep(
            Call,
            path,
            Kernel,
            new TileCoordinates(0, 0, chunk),
            elementCount,
            [.. inputs.Select(input => StridedRegion.Linear(input, 0, TouchedBytes(elementCount, InputElementBytes)))],
            [StridedRegion.Linear(output, 0, TouchedBytes(elementCount, OutputElementBytes))]));

    /// <summary>Computes the first <paramref name="elementCount"/> elements of the buffers.</summary>
    public void ComputeOn(int elementCount, IReadOnlyList<MemoryBuffer> inputs, MemoryBuffer output)
    {
        int inputBytes = TouchedBytes(elementCount, InputElementBytes);
        Compute(
            inputs[0].BytesFrom(0, inputBytes),
            InputCount > 1 ? inputs[1].BytesFrom(0, inputBytes) : [],
            output.BytesFrom(0, TouchedBytes(elementCount, OutputElementBytes)));
    }
}
