using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Elementwise;

/// <summary>Writes quantize, dequantize, the quantized rectifier and add: chunks of consecutive elements, any length.</summary>
/// <remarks>
/// A bank holds one chunk of each input and of the output at the published offsets. The published code derives the chunk from DRAM0 and
/// uses it in DRAM1 too, which overruns a smaller DRAM1, or drops to one chunk after the other (Q1); the corrected chunk is the smaller of what the
/// banks hold. Chunks start at any element, so buffers and vector accesses are unaligned.
/// </remarks>
internal sealed class ElementwiseWriter(TileProgramBuilder builder, OperatorCall call, ElementwiseLayout layout, OperatorPolicy policy) : ChunkWriter(builder)
{
    private static readonly string[] SetNames = ["ping", "pong"];

    private readonly bool overrunsSecondBank = policy.IsPublished && !layout.PublishedChecksSecondBank;
    private readonly int[] inputs = [.. call.Inputs.Select(value => builder.Tensor(value.Name, BufferRole.Input, value.LengthBytes))];
    private readonly int output = builder.Tensor(call.Output.Name, BufferRole.Output, call.Output.LengthBytes);
    private readonly int inputElementBytes = call.Input.ElementType.SizeBytes();
    private readonly int outputElementBytes = call.Output.ElementType.SizeBytes();
    private readonly int elementCount = call.Output.Shape.ElementCount;
    private readonly string inputPattern = layout.Kernel + " input {0} chunk {1}";
    private readonly string outputPattern = layout.Kernel + " output chunk {0}";
    private readonly int[][] inputSets = new int[2][];
    private readonly int[] outputSets = new int[2];
    private int chunkElements;
    private bool isSequential;
    private bool isVectorPath;

    private int ChunkCount => (elementCount + chunkElements - 1) / chunkElements;

    public static TileProgram Write(CallRequest request, OperatorPolicy policy) =>
        new ElementwiseWriter(new TileProgramBuilder(), request.Call, new ElementwiseLayout(request.Call.Kind), policy).Write(request);

    protected override void Load(int chunk, int set)
    {
        int lengthBytes = ElementsIn(chunk) * inputElementBytes;
        for (int i = 0; i < inputs.Length; i++)
        {
            Builder.Load(
                LoadChannel,
                InstructionPurpose.Input,
                ProgramRegion.Linear(inputs[i], chunk * chunkElements * inputElementBytes, lengthBytes),
                ProgramRegion.Linear(inputSets[set][i], 0, lengthBytes),
                new TransferLabel(inputPattern, i, chunk));
        }
    }

    protected override void Compute(int chunk, int set) => Compute(chunk, ElementsIn(chunk), inputSets[set], outputSets[set]);

    protected override void Store(int chunk, int set)
    {
        int lengthBytes = ElementsIn(chunk) * outputElementBytes;
        Builder.Store(
            StoreChannel,
            ProgramRegion.Linear(outputSets[set], 0, lengthBytes),
            ProgramRegion.Linear(output, chunk * chunkElements * outputElementBytes, lengthBytes),
            new TransferLabel(outputPattern, chunk));
    }

    private TileProgram Write(CallRequest request)
    {
        OperatorPath path = PathSelection.Choose(request.Routing, layout.PublishedPath(elementCount));
        if (path == OperatorPath.Dma && Math.Min(layout.ChunkElements(request.Machine.Ping.Bytes), layout.ChunkElements(request.Machine.Pong.Bytes)) == 0)
        {
            // Coarse allocation leaves a small bank no two sides.
            path = OperatorPath.Direct;
        }

        bool usesDma = path == OperatorPath.Dma;
        isVectorPath = path != OperatorPath.Portable;
        if (usesDma)
        {
            AllocateSets([request.Machine.Ping, request.Machine.Pong]);
        }

        Builder.Begin(layout.Kernel, 0);
        foreach (int input in inputs)
        {
            Builder.WriteBack(Builder.Whole(input));
        }

        if (usesDma)
        {
            if (policy.InvalidatesOutputFirst)
            {
                Builder.Invalidate(Builder.Whole(output));
            }

            WriteChunks(ChunkCount, isPingPong: !isSequential);
            Builder.Invalidate(Builder.Whole(output));
        }
        else
        {
            Compute(0, elementCount, inputs, output);
            Builder.WriteBack(Builder.Whole(output));
        }

        Builder.End();
        return Builder.Build(call.LayerKey, new CallPlan(path, usesDma ? $"{ChunkCount} chunks of {chunkElements}" : CallPlan.Whole));
    }

    private void Compute(int chunk, int elements, int[] sources, int destination) => Builder.Compute(
        layout.Kernel,
        new KernelParameters(ProgramKernel.Elementwise, Elements: elements),
        new TileCoordinates(0, 0, chunk),
        [.. sources.Select(source => ProgramRegion.Linear(source, 0, TouchedBytes(elements, inputElementBytes)))],
        [ProgramRegion.Linear(destination, 0, TouchedBytes(elements, outputElementBytes))]);

    private int TouchedBytes(int elements, int elementBytes) =>
        policy.IsPublished && isVectorPath ? layout.PublishedTouchedBytes(elements, elementBytes) : elements * elementBytes;

    private int ElementsIn(int chunk) => Math.Min(chunkElements, elementCount - (chunk * chunkElements));

    private void AllocateSets(BankShare[] sides)
    {
        isSequential = policy.IsPublished && layout.PublishedChecksSecondBank && layout.ChunkElements(sides[1].Bytes) < layout.ChunkElements(sides[0].Bytes);
        if (isSequential)
        {
            AllocateOneSet(sides);
            return;
        }

        chunkElements = overrunsSecondBank ? layout.ChunkElements(sides[0].Bytes) : sides.Min(side => layout.ChunkElements(side.Bytes));
        for (int side = 0; side < sides.Length; side++)
        {
            string name = SetNames[side];
            int whole = Builder.Buffer($"{layout.Kernel} {name}", BufferRole.Scratch, sides[side].Bank, sides[side].Bytes);
            int layoutBytes = overrunsSecondBank ? layout.PublishedLayoutBytes(sides[side].Bytes, sides[0].Bytes) : sides[side].Bytes;
            inputSets[side] = new int[inputs.Length];
            for (int i = 0; i < inputs.Length; i++)
            {
                inputSets[side][i] = Builder.Part(
                    whole, $"input {i} {name}", BufferRole.Input, layout.BufferOffsetBytes(layoutBytes, i), chunkElements * inputElementBytes);
            }

            outputSets[side] = Builder.Part(
                whole, $"output {name}", BufferRole.Output, layout.BufferOffsetBytes(layoutBytes, inputs.Length), chunkElements * outputElementBytes);
        }
    }

    /// <summary>The published scheme where DRAM1 holds less than the chunk of DRAM0: inputs in one bank, outputs in the other (hazard Q1).</summary>
    private void AllocateOneSet(BankShare[] sides)
    {
        chunkElements = Math.Min(sides[0].Bytes / inputElementBytes, sides[1].Bytes / outputElementBytes);
        inputSets[0] = [Builder.Buffer($"input 0 {SetNames[0]}", BufferRole.Input, sides[0].Bank, chunkElements * inputElementBytes)];
        outputSets[0] = Builder.Buffer($"output {SetNames[0]}", BufferRole.Output, sides[1].Bank, chunkElements * outputElementBytes);
    }
}
