using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Mean;

/// <summary>Writes the float32 mean over rows and columns: 2x2 planes in the vector kernel, other sizes in the portable one.</summary>
/// <remarks>
/// Operator contract, section 3. The published kernel skips the last channels when they are not a multiple of 16 (hazard A1) and
/// takes the chunk from DRAM0 alone; the corrected one computes every channel in chunks that fit both banks. Channel 1 loads, channel 0 stores.
/// </remarks>
internal sealed class MeanWriter
{
    private const string Kernel = "mean";
    private const int LoadChannel = 1;
    private const int StoreChannel = 0;
    private const int InputChannelBytes = 2 * 2 * sizeof(float);
    private const int BytesPerChannel = InputChannelBytes + sizeof(float);

    private readonly TileProgramBuilder builder = new();
    private readonly OperatorCall call;
    private readonly CallRequest request;
    private readonly bool isPublished;
    private readonly int input;
    private readonly int output;
    private int chunkChannels;

    private MeanWriter(CallRequest request, bool isPublished)
    {
        this.request = request;
        this.isPublished = isPublished;
        call = request.Call;
        input = builder.Tensor(call.Input.Name, BufferRole.Input, call.Input.LengthBytes);
        output = builder.Tensor(call.Output.Name, BufferRole.Output, call.Output.LengthBytes);
    }

    /// <summary>float32 lanes of a vector.</summary>
    private int ChannelStep => request.Machine.VectorBytes / sizeof(float);

    private int Channels => call.Input.Shape.Channels;

    public static TileProgram Write(CallRequest request, bool isPublished) => new MeanWriter(request, isPublished).Write();

    private TileProgram Write()
    {
        bool isTwoByTwo = call.Input.Shape is { Height: 2, Width: 2 };
        int bankBytes = isPublished ? request.Machine.Ping.Bytes : Math.Min(request.Machine.Ping.Bytes, request.Machine.Pong.Bytes);
        int largestChunkChannels = bankBytes / BytesPerChannel / ChannelStep * ChannelStep;
        OperatorPath path = !isTwoByTwo
            ? OperatorPath.Portable
            : largestChunkChannels == 0 || request.Routing == OperatorRouting.Direct ? OperatorPath.Direct : OperatorPath.Dma;
        string tiling = path == OperatorPath.Dma ? WriteChunks(largestChunkChannels) : WriteWhole(path);
        builder.End();
        return builder.Build(call.LayerKey, new CallPlan(path, tiling));
    }

    private string WriteWhole(OperatorPath path)
    {
        int elements = call.Output.Shape.ElementCount;
        int computed = path == OperatorPath.Direct ? ComputedChannels(elements) : elements;
        builder.Begin(Kernel, 0);
        builder.Compute(
            Kernel,
            new KernelParameters(path == OperatorPath.Direct ? ProgramKernel.MeanOfSquares : ProgramKernel.MeanInOrder, Elements: computed),
            default,
            [ProgramRegion.Linear(input, 0, computed * call.Input.Shape.PlaneElementCount * sizeof(float))],
            [ProgramRegion.Linear(output, 0, computed * sizeof(float))]);
        builder.WriteBack(builder.Whole(output));
        return CallPlan.Whole;
    }

    private string WriteChunks(int largestChunkChannels)
    {
        chunkChannels = Math.Min(largestChunkChannels, (Channels + ChannelStep - 1) / ChannelStep * ChannelStep);
        int chunkCount = (Channels + chunkChannels - 1) / chunkChannels;
        int[] inputs = new int[2];
        int[] outputs = new int[2];
        BankShare[] sides = [request.Machine.Ping, request.Machine.Pong];
        for (int side = 0; side < sides.Length; side++)
        {
            int both = builder.Buffer("input and output", BufferRole.Scratch, sides[side].Bank, chunkChannels * BytesPerChannel);
            inputs[side] = builder.Part(both, "input", BufferRole.Input, 0, chunkChannels * InputChannelBytes);
            outputs[side] = builder.Part(both, "output", BufferRole.Output, chunkChannels * InputChannelBytes, chunkChannels * sizeof(float));
        }

        builder.Begin(Kernel, 0);
        builder.WriteBack(builder.Whole(input));
        if (!isPublished)
        {
            builder.Invalidate(builder.Whole(output));
        }

        for (int image = 0; image < call.Input.Shape.Batch; image++)
        {
            Load(image, 0, inputs[0]);
            builder.Wait(LoadChannel);
            for (int chunk = 0; chunk < chunkCount; chunk++)
            {
                if (chunk + 1 < chunkCount)
                {
                    Load(image, chunk + 1, inputs[(chunk + 1) % 2]);
                }

                Compute(image, chunk, inputs[chunk % 2], outputs[chunk % 2]);
                Store(image, chunk, outputs[chunk % 2]);
                builder.Wait(LoadChannel);
                builder.Wait(StoreChannel);
            }
        }

        builder.Invalidate(builder.Whole(output));
        return $"{chunkCount} chunks of {chunkChannels} channels";
    }

    /// <summary>The published kernel computes whole steps of 16 channels only.</summary>
    private int ComputedChannels(int channels) => isPublished ? channels / ChannelStep * ChannelStep : channels;

    private int ChannelsIn(int chunk) => Math.Min(chunkChannels, Channels - (chunk * chunkChannels));

    private int FirstPlane(int image, int chunk) => (image * Channels) + (chunk * chunkChannels);

    private void Load(int image, int chunk, int buffer)
    {
        int lengthBytes = ChannelsIn(chunk) * InputChannelBytes;
        builder.Load(
            LoadChannel,
            InstructionPurpose.Input,
            ProgramRegion.Linear(input, FirstPlane(image, chunk) * InputChannelBytes, lengthBytes),
            ProgramRegion.Linear(buffer, 0, lengthBytes),
            new TransferLabel(Kernel + " input n{0} chunk {1}", image, chunk));
    }

    private void Compute(int image, int chunk, int source, int destination)
    {
        int computed = ComputedChannels(ChannelsIn(chunk));
        builder.Compute(
            Kernel,
            new KernelParameters(ProgramKernel.MeanOfSquares, Elements: computed),
            new TileCoordinates(image, chunk, 0),
            [ProgramRegion.Linear(source, 0, computed * InputChannelBytes)],
            [ProgramRegion.Linear(destination, 0, computed * sizeof(float))]);
    }

    private void Store(int image, int chunk, int buffer)
    {
        int lengthBytes = ChannelsIn(chunk) * sizeof(float);
        builder.Store(
            StoreChannel,
            ProgramRegion.Linear(buffer, 0, lengthBytes),
            ProgramRegion.Linear(output, FirstPlane(image, chunk) * sizeof(float), lengthBytes),
            new TransferLabel(Kernel + " output n{0} chunk {1}", image, chunk));
    }
}
