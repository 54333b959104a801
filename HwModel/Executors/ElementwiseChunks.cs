using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Executors;

/// <summary>The buffers of one element-wise operator in both banks, and the transfers and computations on them.</summary>
internal sealed class ElementwiseChunks : ChunkProgram
{
    private static readonly string[] SetNames = ["ping", "pong"];

    private readonly ElementwiseExecutor executor;
    private readonly IReadOnlyList<MemoryBuffer> inputs;
    private readonly MemoryBuffer output;
    private readonly bool isPublished;
    private readonly string inputPattern;
    private readonly string outputPattern;
    private readonly int chunkElements;
    private readonly MemoryBuffer[][] inputSets;
    private readonly MemoryBuffer[] outputSets;

    public ElementwiseChunks(DspMachine machine, ElementwiseExecutor executor, IReadOnlyList<MemoryBuffer> inputs, MemoryBuffer output)
        : base(machine)
    {
        this.executor = executor;
        this.inputs = inputs;
        this.output = output;
        inputPattern = executor.Kernel + " input {0} chunk {1}";
        outputPattern = executor.Kernel + " output chunk {0}";
        isPublished = machine.Configuration.KernelVariant != KernelVariant.Corrected && !executor.PublishedChecksSecondBank;
        chunkElements = isPublished
            ? executor.ChunkElements(machine.Configuration.Dram0Bytes)
            : machine.Banks.Min(bank => executor.ChunkElements(bank.CapacityBytes));
        inputSets = new MemoryBuffer[machine.Banks.Count][];
        outputSets = new MemoryBuffer[machine.Banks.Count];
        foreach (MemoryBank bank in machine.Banks)
        {
            AllocateSet(bank);
        }
    }

    public int ChunkCount => (executor.ElementCount + chunkElements - 1) / chunkElements;

    public override string ToString() => $"{ChunkCount} chunks of {chunkElements}";

    protected override void Load(int chunk, int set)
    {
        int lengthBytes = ElementsIn(chunk) * executor.InputElementBytes;
        for (int i = 0; i < inputs.Count; i++)
        {
            Machine.Dma.Issue(LoadChannel, DmaDescriptor.Create(
                StridedRegion.Linear(inputs[i], chunk * chunkElements * executor.InputElementBytes, lengthBytes),
                StridedRegion.Linear(inputSets[set][i], 0, lengthBytes),
                new TransferLabel(inputPattern, i, chunk)));
        }
    }

    protected override void Compute(int chunk, int set)
    {
        int elements = ElementsIn(chunk);
        MemoryBuffer[] sources = inputSets[set];
        executor.Announce(Machine, OperatorPath.Dma, chunk, elements, sources, outputSets[set]);
        executor.ComputeOn(elements, sources, outputSets[set]);
    }

    protected override void Store(int chunk, int set)
    {
        int lengthBytes = ElementsIn(chunk) * executor.OutputElementBytes;
        Machine.Dma.Issue(StoreChannel, DmaDescriptor.Create(
            StridedRegion.Linear(outputSets[set], 0, lengthBytes),
            StridedRegion.Linear(output, chunk * chunkElements * executor.OutputElementBytes, lengthBytes),
            new TransferLabel(outputPattern, chunk)));
    }

    private int ElementsIn(int chunk) => Math.Min(chunkElements, executor.ElementCount - (chunk * chunkElements));

    private void AllocateSet(MemoryBank bank)
    {
        string name = SetNames[bank.Index];
        MemoryBuffer whole = Machine.Allocate(bank.Index, $"{executor.Kernel} {name}", bank.CapacityBytes);
        int layoutBytes = isPublished ? executor.PublishedLayoutBytes(bank.CapacityBytes, Machine.Configuration.Dram0Bytes) : bank.CapacityBytes;
        inputSets[bank.Index] = new MemoryBuffer[inputs.Count];
        for (int i = 0; i < inputs.Count; i++)
        {
            inputSets[bank.Index][i] = Part($"input {i} {name}", i, executor.InputElementBytes);
        }

        outputSets[bank.Index] = Part($"output {name}", inputs.Count, executor.OutputElementBytes);

        MemoryBuffer Part(string label, int index, int elementBytes)
        {
            int offsetBytes = executor.BufferOffsetBytes(layoutBytes, index);
            int lengthBytes = chunkElements * elementBytes;
            return isPublished ? whole.SliceUnchecked(label, offsetBytes, lengthBytes) : whole.Slice(label, offsetBytes, lengthBytes);
        }
    }
}
