using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Support;

/// <summary>A convolution with random geometry, operands and requantization, the same for the same seed.</summary>
internal sealed record RandomConvolution(Conv2dShape Shape, int Batch, sbyte[] Input, sbyte[] Weights, Requantization Requantization)
{
    private static readonly int[] ChannelsPerGroup = [1, 3, 5, 17];
    private static readonly int[] GroupCounts = [1, 1, 1, 2, 3];

    /// <summary>Every second case has operands at the ends of their range, which overflow 24 bits when there are many taps.</summary>
    public static RandomConvolution FromSeed(int seed)
    {
        var random = new Random(seed);
        Conv2dShape shape = ShapeFrom(random);
        return FromShape(shape, random.Next(1, 3), random, extreme: seed % 2 == 0);
    }

    /// <summary>Convolutions with operands of the same kind in which one extent of the geometry is smaller.</summary>
    public static IEnumerable<RandomConvolution> Smaller(RandomConvolution convolution)
    {
        Conv2dShape s = convolution.Shape;
        int[] extents =
        [
            s.Groups, s.GroupInChannels, s.GroupOutChannels, s.InHeight, s.InWidth, s.KernelHeight, s.KernelWidth,
            s.StrideHeight, s.StrideWidth, s.DilationHeight, s.DilationWidth,
        ];
        for (int position = 0; position < extents.Length; position++)
        {
            foreach (int extent in Properties.Towards(1, extents[position]))
            {
                int[] e = [.. extents[..position], extent, .. extents[(position + 1)..]];
                if (SmallestExtent(e[5], e[9], s.PadTop + s.PadBottom) <= e[3] && SmallestExtent(e[6], e[10], s.PadLeft + s.PadRight) <= e[4])
                {
                    Conv2dWindow window = s.Window with
                    {
                        KernelHeight = e[5], KernelWidth = e[6], StrideHeight = e[7], StrideWidth = e[8], DilationHeight = e[9], DilationWidth = e[10],
                    };
                    var shape = Conv2dShape.Create(e[0] * e[1], e[3], e[4], e[0] * e[2], window, e[0]);
                    yield return FromShape(shape, convolution.Batch, new Random(1), convolution.Weights.All(static weight => weight is >= 100 or < -100));
                }
            }
        }
    }

    /// <summary>Random operands and requantization for a given geometry.</summary>
    public static RandomConvolution FromShape(Conv2dShape shape, int batch, Random random, bool extreme) => new(
        shape,
        batch,
        Int8s(random, shape.InputShape(batch).ElementCount, extreme),
        Int8s(random, shape.WeightCount, extreme),
        RequantizationFrom(random, shape));

    private static Conv2dShape ShapeFrom(Random random)
    {
        int groups = GroupCounts[random.Next(GroupCounts.Length)];
        int inChannels = groups * ChannelsPerGroup[random.Next(ChannelsPerGroup.Length)];
        int outChannels = groups * random.Next(1, 5);
        int stride = random.Next(1, 4);
        int dilation = random.Next(1, 4);
        int padding = random.Next(0, 5);
        bool oneDimensional = random.Next(6) == 0;
        int kernelHeight = oneDimensional ? 1 : random.Next(1, 8);
        int kernelWidth = random.Next(1, 8);
        int height = oneDimensional ? 1 : SmallestExtent(kernelHeight, dilation, 2 * padding) + random.Next(0, 8);
        int width = SmallestExtent(kernelWidth, dilation, 2 * padding) + random.Next(0, 20);
        var shape = Conv2dShape.Create(inChannels, height, width, outChannels, kernelHeight, kernelWidth, stride, padding, dilation, groups);
        return random.Next(3) == 0 ? WithSidesThatDiffer(shape, random) : shape;
    }

    /// <summary>Another stride to the right, more padding on some sides, and less dilation down.</summary>
    private static Conv2dShape WithSidesThatDiffer(Conv2dShape shape, Random random) => Conv2dShape.Create(
        shape.InChannels,
        shape.InHeight,
        shape.InWidth,
        shape.OutChannels,
        shape.Window with
        {
            StrideWidth = random.Next(1, 5),
            PadLeft = shape.PadLeft + random.Next(0, 3),
            PadBottom = shape.PadBottom + random.Next(0, 4),
            DilationHeight = random.Next(1, shape.DilationHeight + 1),
        },
        shape.Groups);

    /// <summary>With padding, of both sides together, the kernel may be larger than the image.</summary>
    private static int SmallestExtent(int kernel, int dilation, int padding) => Math.Max(1, (dilation * (kernel - 1)) + 1 - padding);

    private static Requantization RequantizationFrom(Random random, Conv2dShape shape)
    {
        int accumulatorShift = random.Next(0, 12);
        int outputShift = random.Next(12, 22);
        bool perChannel = random.Next(2) == 0;
        return new Requantization
        {
            InputZeroPoint = random.Next(-128, 128),
            AccumulatorShift = accumulatorShift,
            OutputShift = random.Next(8) == 0 ? random.Next(0, 32) : outputShift,
            OutputScales = Enumerable.Range(0, perChannel ? shape.OutChannels : 1).Select(_ => (ushort)random.Next(1, 65536)).ToArray(),
            KernelBias = Enumerable.Range(0, shape.OutChannels).Select(_ => BiasFrom(random)).ToArray(),
            PostCorrection = random.Next(3) == 0
                ? Enumerable.Range(0, shape.OutChannels).Select(_ => random.Next(-300, 300)).ToArray()
                : [],
            ClampMinimum = random.Next(4) == 0 ? random.Next(-128, 0) : sbyte.MinValue,
            ClampMaximum = random.Next(4) == 0 ? random.Next(0, 128) : sbyte.MaxValue,
        };
    }

    private static int BiasFrom(Random random) => random.Next(4) switch
    {
        0 => random.Next(-8388608, 8388608),
        1 => random.Next(int.MinValue, int.MaxValue),
        _ => random.Next(-100000, 100000),
    };

    private static sbyte[] Int8s(Random random, int count, bool extreme)
    {
        var values = new sbyte[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (sbyte)(extreme ? random.Next(100, 128) : random.Next(-128, 128));
        }

        if (extreme && random.Next(2) == 0)
        {
            Array.ConvertAll(values, static v => (sbyte)~v).CopyTo(values, 0);
        }

        return values;
    }
}
