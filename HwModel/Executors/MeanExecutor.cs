using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>float32 mean over rows and columns: 2x2 planes in the vector kernel, other sizes in the portable one.</summary>
/// <remarks>
/// Operator contract, section 3. The published kernel skips the last channels when they are not a multiple of 16 (hazard A1) and
/// takes the chunk from DRAM0 alone; the corrected one computes every channel in chunks that fit both banks. Channel 1 loads, channel 0 stores.
/// </remarks>
internal sealed class MeanExecutor
{
    private const string Kernel = "mean";
    private const int LoadChannel = 1;
    private const int StoreChannel = 0;
    private const int ChannelStep = 16;
    private const int InputChannelBytes = MeanArithmetic.TreePlaneElements * sizeof(float);
    private const int BytesPerChannel = InputChannelBytes + sizeof(float);

    private readonly DspMachine machine;
    private readonly MeanCall call;
    private readonly MemoryBuffer input;
    private readonly MemoryBuffer output;

    public MeanExecutor(DspMachine machine, MeanCall call, MemoryBuffer input, MemoryBuffer output)
    {
        this.machine = machine;
        this.call = call;
        this.input = input;
        this.output = output;
    }

    private bool IsPublished => machine.Configuration.KernelVariant != KernelVariant.Corrected;

    /// <summary>Runs all images.</summary>
    public ExecutedOperator Run(OperatorRouting routing)
    {
        bool isTwoByTwo = call.Input.Shape is { Height: 2, Width: 2 };
        IEnumerable<MemoryBank> banks = IsPublished ? machine.Banks.Take(1) : machine.Banks;
        int chunkChannels = banks.Min(static bank => bank.CapacityBytes / BytesPerChannel / ChannelStep * ChannelStep);
        OperatorPath path = !isTwoByTwo
            ? OperatorPath.Portable
            : chunkChannels == 0 || routing == OperatorRouting.Direct ? OperatorPath.Direct : OperatorPath.Dma;
        machine.BeginProgram($"{Kernel} {call.LayerKey}");
        string tiling = path == OperatorPath.Dma ? RunChunks(chunkChannels) : RunWhole(path);
        machine.EndProgram();
        return new ExecutedOperator(path, tiling);
    }

    private string RunWhole(OperatorPath path)
    {
        machine.BeginCompute(new OperatorStep(call, path, Kernel, default, call.Output.Shape.ElementCount, [input.Whole()], [output.Whole()]));
        if (path == OperatorPath.Direct)
        {
            MeanArithmetic.Tree(input.As<float>(), output.As<float>()[..ComputedChannels(call.Output.Shape.ElementCount)]);
        }
        else
        {
            MeanArithmetic.Sequential(input.As<float>(), call.Input.Shape.PlaneElementCount, output.As<float>());
        }

        machine.WriteBackCache(output.Whole());
        return ExecutedOperator.Whole;
    }

    private string RunChunks(int largestChunkChannels)
    {
        int channels = call.Input.Shape.Channels;
        int chunkChannels = Math.Min(largestChunkChannels, (channels + ChannelStep - 1) / ChannelStep * ChannelStep);
        int chunkCount = (channels + chunkChannels - 1) / chunkChannels;
        MemoryBuffer[] inputs = new MemoryBuffer[machine.Banks.Count];
        MemoryBuffer[] outputs = new MemoryBuffer[machine.Banks.Count];
        for (int bank = 0; bank < machine.Banks.Count; bank++)
        {
            MemoryBuffer both = machine.Allocate(bank, "input and output", chunkChannels * BytesPerChannel);
            inputs[bank] = both.Slice("input", 0, chunkChannels * InputChannelBytes);
            outputs[bank] = both.Slice("output", chunkChannels * InputChannelBytes, chunkChannels * sizeof(float));
        }

        machine.WriteBackCache(input.Whole());
        machine.InvalidateBeforeStores(output);
        for (int image = 0; image < call.Input.Shape.Batch; image++)
        {
            Load(image, 0, chunkChannels, inputs[0]);
            machine.Dma.Wait(LoadChannel);
            for (int chunk = 0; chunk < chunkCount; chunk++)
            {
                if (chunk + 1 < chunkCount)
                {
                    Load(image, chunk + 1, chunkChannels, inputs[(chunk + 1) % 2]);
                }

                Compute(image, chunk, chunkChannels, inputs[chunk % 2], outputs[chunk % 2]);
                Store(image, chunk, chunkChannels, outputs[chunk % 2]);
                machine.Dma.Wait(LoadChannel);
                machine.Dma.Wait(StoreChannel);
            }
        }

        machine.InvalidateCache(output.Whole());
        return $"{chunkCount} chunks of {chunkChannels} channels";
    }

    /// <summary>The published kernel computes whole steps of 16 channels only.</summary>
    private int ComputedChannels(int channels) => IsPublished ? channels / ChannelStep * ChannelStep : channels;

    private int ChannelsIn(int chunk, int chunkChannels) => Math.Min(chunkChannels, call.Input.Shape.Channels - (chunk * chunkChannels));

    private int FirstPlane(int image, int chunk, int chunkChannels) => (image * call.Input.Shape.Channels) + (chunk * chunkChannels);

    private void Load(int image, int chunk, int chunkChannels, MemoryBuffer buffer)
    {
        int lengthBytes = ChannelsIn(chunk, chunkChannels) * InputChannelBytes;
        machine.Dma.Issue(LoadChannel, DmaDescriptor.Create(
            StridedRegion.Linear(input, FirstPlane(image, chunk, chunkChannels) * InputChannelBytes, lengthBytes),
            StridedRegion.Linear(buffer, 0, lengthBytes),
            new TransferLabel(Kernel + " input n{0} chunk {1}", image, chunk)));
    }

    private void Compute(int image, int chunk, int chunkChannels, MemoryBuffer source, MemoryBuffer destination)
    {
        int channels = ChannelsIn(chunk, chunkChannels);
        int computed = ComputedChannels(channels);
        machine.BeginCompute(new OperatorStep(
            call,
            OperatorPath.Dma,
            Kernel,
            new TileCoordinates(image, chunk, 0),
            computed,
            [StridedRegion.Linear(source, 0, computed * InputChannelBytes)],
            [StridedRegion.Linear(destination, 0, computed * sizeof(float))]));
        MeanArithmetic.Tree(source.As<float>(), destination.As<float>()[..computed]);
    }

    private void Store(int image, int chunk, int chunkChannels, MemoryBuffer buffer)
    {
        int lengthBytes = ChannelsIn(chunk, chunkChannels) * sizeof(float);
        machine.Dma.Issue(StoreChannel, DmaDescriptor.Create(
            StridedRegion.Linear(buffer, 0, lengthBytes),
            StridedRegion.Linear(output, FirstPlane(image, chunk, chunkChannels) * sizeof(float), lengthBytes),
            new TransferLabel(Kernel + " output n{0} chunk {1}", image, chunk)));
    }
}
