using System.Buffers;
using System.Runtime.InteropServices;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Views;
using TileProof.Operators;

namespace TileProof.Kernels.Host;

/// <summary>
/// int8 convolution as a matrix product of 16-bit patches and weights: the taps of each output position lie side by side, and the
/// weights of 32 output channels lie interleaved in pairs of taps. The sums wrap, so any order gives the bytes of the kernel body.
/// </summary>
internal sealed unsafe class PackedConvolution
{
    private const int ScratchBytes = 4 << 20;
    private const int PositionsPerTask = 32;

    private readonly Conv2dInt8Constants constants;
    private readonly short[] weights;
    private readonly int tapCount;
    private readonly int tapPairCount;
    private readonly int blocksPerGroup;

    public PackedConvolution(Conv2dInt8Constants constants, WorkRange work)
    {
        this.constants = constants;
        Conv2dShape shape = constants.Shape;
        tapCount = shape.WeightsPerOutChannel;
        tapPairCount = (tapCount + 1) / 2;
        int channelsPerGroup = shape.OutChannels / shape.Groups;
        blocksPerGroup = (channelsPerGroup + ProductTile.ChannelCount - 1) / ProductTile.ChannelCount;
        weights = new short[(long)shape.Groups * blocksPerGroup * BlockLength];
        work.For(shape.OutChannels, ProductTile.ChannelCount, PackWeights);
    }

    private int BlockLength => tapPairCount * 2 * ProductTile.ChannelCount;

    public void Run(Tensor input, Tensor output, WorkRange work)
    {
        Conv2dShape shape = constants.Shape;
        int positionCount = shape.OutHeight * shape.OutWidth;
        int patchLength = tapPairCount * 2;
        int scratchPositions = Math.Max(ScratchBytes / sizeof(short) / patchLength, PositionsPerTask) / PositionsPerTask * PositionsPerTask;
        scratchPositions = Math.Min(scratchPositions, (positionCount + ProductTile.PositionCount - 1) / ProductTile.PositionCount * ProductTile.PositionCount);
        short[] scratch = ArrayPool<short>.Shared.Rent(scratchPositions * patchLength);
        fixed (sbyte* inputs = input.Int8, results = output.Int8)
        fixed (short* patches = scratch)
        {
            HostView<sbyte> x = new(inputs), y = new(results);
            HostView<short> p = new(patches);
            for (int image = 0; image < input.Shape.Batch; image++)
            {
                HostView<sbyte> outputImage = y.From(image * shape.OutChannels * positionCount);
                for (int group = 0; group < shape.Groups; group++)
                {
                    var gatherer = new PatchGatherer(
                        shape, constants.Requantization.InputZeroPoint, x.From(((image * shape.InChannels) + (group * (shape.InChannels / shape.Groups))) * shape.InHeight * shape.InWidth));
                    for (int first = 0; first < positionCount; first += scratchPositions)
                    {
                        int count = Math.Min(scratchPositions, positionCount - first);
                        work.For(count, PositionsPerTask, (begin, end) => gatherer.Gather(first + begin, first + end, p.From(begin * patchLength), patchLength));
                        Multiply(group, p, first, count, outputImage, work);
                    }
                }
            }
        }

        ArrayPool<short>.Shared.Return(scratch);
    }

    private void Multiply(int group, HostView<short> patches, int firstPosition, int positionCount, HostView<sbyte> output, WorkRange work)
    {
        int tasksPerBlock = (positionCount + PositionsPerTask - 1) / PositionsPerTask;
        work.For(blocksPerGroup * tasksPerBlock, 1, (beginTask, endTask) =>
        {
            for (int task = beginTask; task < endTask; task++)
            {
                int begin = task % tasksPerBlock * PositionsPerTask;
                int end = Math.Min(begin + PositionsPerTask, positionCount);
                MultiplyBlock(group, task / tasksPerBlock, patches, firstPosition, begin, end, output);
            }
        });
    }

    private void MultiplyBlock(int group, int block, HostView<short> patches, int firstPosition, int begin, int end, HostView<sbyte> output)
    {
        Conv2dShape shape = constants.Shape;
        int channelsPerGroup = shape.OutChannels / shape.Groups;
        int firstChannel = (group * channelsPerGroup) + (block * ProductTile.ChannelCount);
        int channelCount = Math.Min(ProductTile.ChannelCount, channelsPerGroup - (block * ProductTile.ChannelCount));
        int planeLength = shape.OutHeight * shape.OutWidth;
        int* sums = stackalloc int[ProductTile.PositionCount * ProductTile.ChannelCount];
        fixed (short* blockWeights = &weights[((long)(group * blocksPerGroup) + block) * BlockLength])
        {
            for (int position = begin; position < end; position += ProductTile.PositionCount)
            {
                ProductTile.Multiply(patches.Address(position * tapPairCount * 2), tapPairCount, blockWeights, sums);
                int tilePositions = Math.Min(ProductTile.PositionCount, end - position);
                for (int c = 0; c < channelCount; c++)
                {
                    int channel = firstChannel + c;
                    int bias = constants.KernelBias[channel];
                    int scale = constants.OutputScales[channel * constants.Requantization.ScaleStride];
                    int correction = constants.PostCorrection[channel];
                    int target = (channel * planeLength) + firstPosition + position;
                    for (int i = 0; i < tilePositions; i++)
                    {
                        output.Write(
                            target + i,
                            Conv2dInt8Kernel.Requantize(sums[(i * ProductTile.ChannelCount) + c], bias, scale, correction, constants.Requantization));
                    }
                }
            }
        }
    }

    /// <summary>Lays out the weights of output channels as <c>[group][block][tap pair][32 channels][2 taps]</c>; missing ones are 0.</summary>
    private void PackWeights(int beginChannel, int endChannel)
    {
        int channelsPerGroup = constants.Shape.OutChannels / constants.Shape.Groups;
        for (int channel = beginChannel; channel < endChannel; channel++)
        {
            int inGroup = channel % channelsPerGroup;
            long block = ((long)(channel / channelsPerGroup) * blocksPerGroup) + (inGroup / ProductTile.ChannelCount);
            ReadOnlySpan<sbyte> source = constants.Weights.AsSpan(channel * tapCount, tapCount);
            Span<short> target = MemoryMarshal.CreateSpan(ref weights[block * BlockLength], BlockLength);
            int lane = inGroup % ProductTile.ChannelCount * 2;
            for (int tap = 0; tap < tapCount; tap++)
            {
                target[(tap / 2 * ProductTile.ChannelCount * 2) + lane + (tap & 1)] = source[tap];
            }
        }
    }
}
