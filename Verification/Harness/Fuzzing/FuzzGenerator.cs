using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Fuzzing;

/// <summary>Makes the cases of a fuzz campaign: a case is a function of the seed and its index, whatever other cases there are.</summary>
public static class FuzzGenerator
{
    /// <summary>Multiply-accumulates of most cases, and of one in so many.</summary>
    private const long UsualProducts = 60_000;
    private const long ManyProducts = 1_000_000;
    private const int ManyProductsOneIn = 40;

    /// <summary>Elements of a value of a network at most: concatenations grow.</summary>
    private const int LargestNetworkValue = 60_000;

    private static readonly OperatorKind[] Kinds =
    [
        OperatorKind.Conv2d, OperatorKind.Conv2d, OperatorKind.Conv2d, OperatorKind.Conv2d, OperatorKind.Conv2d, OperatorKind.Conv2d, OperatorKind.Conv2d,
        OperatorKind.MaxPool2d, OperatorKind.MaxPool2d, OperatorKind.Mean, OperatorKind.QuantizePerTensor, OperatorKind.DequantizePerTensor,
        OperatorKind.QuantizedRelu, OperatorKind.Add, OperatorKind.QuantizedLinear, OperatorKind.Softmax,
        OperatorKind.MaxPool2d, OperatorKind.QuantizedAdd, OperatorKind.QuantizedMul, OperatorKind.Requantize, OperatorKind.Concat, OperatorKind.Concat, OperatorKind.Pad, OperatorKind.Pad,
        OperatorKind.Slice,
    ];

    /// <summary>What the calls of networks make of int8 levels, and of floats.</summary>
    private static readonly OperatorKind[] KindsOfLevels =
    [
        OperatorKind.Conv2d, OperatorKind.Conv2d, OperatorKind.Conv2d, OperatorKind.QuantizedRelu, OperatorKind.DequantizePerTensor, OperatorKind.Requantize,
        OperatorKind.QuantizedAdd, OperatorKind.QuantizedMul, OperatorKind.MaxPool2d, OperatorKind.Concat, OperatorKind.Pad, OperatorKind.Slice,
    ];

    private static readonly OperatorKind[] KindsOfFloats =
    [
        OperatorKind.QuantizePerTensor, OperatorKind.QuantizePerTensor, OperatorKind.MaxPool2d, OperatorKind.Add, OperatorKind.Mean, OperatorKind.Concat, OperatorKind.Pad, OperatorKind.Slice,
    ];

    /// <summary>The kernels of the library: size and stride; the padding that networks give them.</summary>
    private static readonly (int Kernel, int Stride, int Padding)[] LibraryKernels = [(7, 2, 3), (3, 1, 1), (3, 1, 1), (3, 2, 1), (1, 1, 0), (1, 2, 0)];

    /// <summary>The case of an index.</summary>
    /// <param name="seed">The seed of the campaign, 0 or more.</param>
    /// <param name="index">The number of the case, from 0.</param>
    public static FuzzCase Of(int seed, int index)
    {
        FuzzDraw draw = FuzzDraw.Of(seed, index);
        OperatorKind? kind = draw.OneIn(12) ? null : draw.Pick<OperatorKind>(Kinds);
        while (true)
        {
            try
            {
                FuzzCase one = Draw(draw, seed, index, kind);
                FuzzModel model = FuzzModel.Of(one);
                if (model.Calls.Sum(static call => call.MultiplyAccumulates) <= (draw.OneIn(ManyProductsOneIn) ? ManyProducts : UsualProducts))
                {
                    one = draw.Percent(60) ? FuzzEdges.Move(one, draw) : one;
                    return one with { Defect = FuzzDefects.Draw(one) };
                }
            }
            catch (ArgumentException)
            {
                // No such geometry, or a scale beyond what the driver takes: the next numbers make another case.
            }
        }
    }

    private static FuzzCase Draw(FuzzDraw draw, int seed, int index, OperatorKind? kind)
    {
        ProgramLibrary programs = draw.Pick(
            ProgramLibrary.Corrected, ProgramLibrary.Corrected, ProgramLibrary.Corrected, ProgramLibrary.Corrected, ProgramLibrary.Corrected, ProgramLibrary.Published, ProgramLibrary.PublishedOld);
        var one = new FuzzCase
        {
            Seed = seed,
            Index = index,
            Machine = FuzzMachines.Draw(draw),
            Programs = programs,
            Routing = draw.Pick(OperatorRouting.Published, OperatorRouting.Published, OperatorRouting.Published, OperatorRouting.Dma, OperatorRouting.Dma, OperatorRouting.Direct),
            Derivation = draw.OneIn(4) ? ParameterDerivation.WorstCase : ParameterDerivation.L1Norm,
            Batch = draw.Pick(1, 1, 1, 2, 2, 3),
            InputScale = Scale(draw),
            InputZeroPoint = ZeroPoint(draw),
            Inputs = Data(draw),
            DataSeed = draw.Below(1 << 24),
            LandingSeed = draw.Below(1 << 16),
            AllocationSeed = draw.OneIn(2) ? 0 : draw.Below(1 << 16),
            KeepsWeights = draw.OneIn(2),
            Calls = [],
        };
        return kind is null ? Network(draw, one) : kind == OperatorKind.Conv2d ? SingleConvolution(draw, one) : Single(draw, one, kind.Value);
    }

    private static FuzzCase Single(FuzzDraw draw, FuzzCase one, OperatorKind kind)
    {
        FuzzCase shaped = kind switch
        {
            OperatorKind.Mean when draw.OneIn(2) => one with { Channels = Extent(draw, 1100), Height = 2, Width = 2 },
            OperatorKind.Mean => one with { Channels = Extent(draw, 130), Height = Extent(draw, 9), Width = Extent(draw, 9) },
            OperatorKind.Softmax => one with { Batch = draw.Between(1, 7), Channels = Extent(draw, 1100) },
            OperatorKind.QuantizedLinear => one with { Channels = Extent(draw, 1600) },

            // Rows that a bank does not hold.
            OperatorKind.Pad or OperatorKind.Concat or OperatorKind.Slice or OperatorKind.MaxPool2d when draw.OneIn(5) => one with { Channels = draw.Between(1, 5), Height = draw.Between(1, 5), Width = Extent(draw, 1500) },
            _ => one with { Channels = Extent(draw, 40), Height = Extent(draw, 34), Width = Extent(draw, 70) },
        };
        FuzzCall call = Call(draw, kind, shaped, shaped.Channels, shaped.Height, shaped.Width, shaped.InputScale);
        return shaped with { Calls = [call] };
    }

    private static FuzzCase SingleConvolution(FuzzDraw draw, FuzzCase one)
    {
        int form = draw.Below(20);
        if (form is >= 12 and < 19)
        {
            return Window(draw, one);
        }

        FuzzCase shaped = draw.OneIn(6)
            ? one with { Channels = draw.Between(1, 260), Height = draw.Between(1, 12), Width = draw.Between(1, 24) }
            : one with { Channels = Extent(draw, 70), Height = Extent(draw, 34), Width = Extent(draw, 70) };
        FuzzCall call = form == 19 ? Generic(draw, Call(draw, OperatorKind.Conv2d)) : Library(draw, Call(draw, OperatorKind.Conv2d));
        call = call with { Outputs = Extent(draw, draw.OneIn(4) ? 260 : 40) };
        return shaped with { Calls = [Weighted(draw, call, shaped, shaped.Channels, shaped.Height, shaped.Width, shaped.InputScale)] };
    }

    /// <summary>
    /// A window that the library has no kernel for: any strides, paddings and dilations, groups of few channels and of many, on images and banks so
    /// small that the planner has to choose.
    /// </summary>
    private static FuzzCase Window(FuzzDraw draw, FuzzCase one)
    {
        bool isDepthwise = draw.OneIn(3);
        int groups = draw.Below(9) switch { < 4 when !isDepthwise => 1, < 8 => draw.Between(2, 12), _ => draw.Between(150, 260) };
        int many = draw.Between(40, 90);
        (int inGroup, int outGroup) = draw.Below(8) switch
        {
            _ when isDepthwise || groups > 12 => (1, 1),
            < 3 => (1, 1),
            < 7 => (draw.Between(1, 9), draw.Between(1, 9)),
            _ => (1 + (many % 3), many),
        };
        FuzzCase shaped = one with
        {
            Channels = groups * inGroup,
            Height = draw.Below(6) < 5 ? draw.Between(1, 23) : draw.Between(40, 70),
            Width = draw.Below(6) < 5 ? draw.Between(1, 23) : draw.Between(40, 70),
        };
        if (draw.OneIn(2))
        {
            int[] banks = [.. one.Machine.Configuration.Banks.Select(_ => 1024 + (128 * draw.Below(draw.Pick(4, 24))))];
            shaped = shaped with { Machine = one.Machine with { Configuration = one.Machine.Configuration.WithBanks(BankBytes.Of(banks)) } };
        }

        FuzzCall call = isDepthwise ? Depthwise(draw, Call(draw, OperatorKind.Conv2d), groups) : AnyWindow(draw, Call(draw, OperatorKind.Conv2d)) with { Groups = groups };
        call = call with { Outputs = groups * outGroup };
        return shaped with { Calls = [Weighted(draw, call, shaped, shaped.Channels, shaped.Height, shaped.Width, shaped.InputScale)] };
    }

    /// <summary>Two to six calls, each of an operator that takes what the one before left; sums, products and concatenations join values that fit.</summary>
    private static FuzzCase Network(FuzzDraw draw, FuzzCase one)
    {
        FuzzCase shaped = one with { Channels = Extent(draw, 17), Height = Extent(draw, 19), Width = Extent(draw, 33) };
        TensorInfo value = FuzzModel.Of(shaped with { Calls = [Call(draw, draw.OneIn(2) ? OperatorKind.DequantizePerTensor : OperatorKind.QuantizePerTensor)] }).Input;
        var values = new List<TensorInfo> { value };
        var calls = new List<FuzzCall>();
        int count = draw.Between(2, 6);
        while (calls.Count < count)
        {
            value = values[^1];
            bool isLevels = value.ElementType == ElementType.Int8;
            OperatorKind kind = draw.Pick<OperatorKind>(isLevels ? KindsOfLevels : KindsOfFloats);
            if (value.Shape.PlaneElementCount == 1 && draw.OneIn(3))
            {
                kind = isLevels ? OperatorKind.QuantizedLinear : OperatorKind.Softmax;
            }

            FuzzCall call = Call(draw, kind, shaped, value.Shape.Channels, value.Shape.Height, value.Shape.Width, value.Quantization?.Scale ?? 1);
            call = kind == OperatorKind.MaxPool2d ? call with { Operator = isLevels && IsAverage(call) ? OperatorKind.AveragePool2d : kind } : call;
            calls.Add(call with { OnLevels = isLevels && kind is OperatorKind.MaxPool2d or OperatorKind.Concat or OperatorKind.Pad or OperatorKind.Slice, MoreExtents = [], Reads = Reads(draw, call, values) });

            // The first call decides the type of the input; plans have no say in what is computed.
            value = FuzzModel.Of(shaped with { Calls = [.. calls.Select(static drawn => drawn with { Plan = null })] }).Calls[^1].Output;
            if (value.Shape.ElementCount > LargestNetworkValue)
            {
                throw new ArgumentException("A value is too large.", nameof(one));
            }

            values.Add(value);
        }

        return shaped with { Calls = calls };
    }

    /// <summary>The value made last, and for operators of several another one or more that fit it.</summary>
    private static int[] Reads(FuzzDraw draw, FuzzCall call, List<TensorInfo> values)
    {
        TensorInfo last = values[^1];
        int[] Fitting(Func<TensorInfo, bool> fits) => [.. Enumerable.Range(0, values.Count).Where(value => values[value].ElementType == last.ElementType && fits(values[value]))];
        switch (call.Operator)
        {
            case OperatorKind.Add or OperatorKind.QuantizedAdd or OperatorKind.QuantizedMul:
                return [draw.Pick<int>(Fitting(value => value.Shape == last.Shape)), values.Count - 1];
            case OperatorKind.Concat:
                int[] fitting = Fitting(value => value.Quantization == last.Quantization
                    && Enumerable.Range(0, 4).All(axis => axis == call.Axis || FuzzModel.ExtentOf(value.Shape, axis) == FuzzModel.ExtentOf(last.Shape, axis)));
                return [.. Enumerable.Range(0, draw.Between(1, 2)).Select(_ => draw.Pick<int>(fitting)), values.Count - 1];
            default:
                return [values.Count - 1];
        }
    }

    /// <summary>A call without anything but its output.</summary>
    private static FuzzCall Call(FuzzDraw draw, OperatorKind kind) =>
        new() { Operator = kind, OutputZeroPoint = ZeroPoint(draw), OutputScale = Scale(draw) };

    private static FuzzCall Call(FuzzDraw draw, OperatorKind kind, FuzzCase one, int channels, int height, int width, float inputScale)
    {
        FuzzCall call = Call(draw, kind);
        return kind switch
        {
            OperatorKind.Conv2d => Weighted(draw, OfNetwork(draw, call, channels), one, channels, height, width, inputScale),
            OperatorKind.QuantizedLinear => Linear(draw, call, channels, inputScale),
            OperatorKind.MaxPool2d => OfLevels(Pooling(draw, call, height, width)),
            OperatorKind.QuantizedAdd or OperatorKind.QuantizedMul => call with { SecondScale = Scale(draw), SecondZeroPoint = ZeroPoint(draw) },
            OperatorKind.Concat => Concat(draw, call),
            OperatorKind.Pad => PadAround(draw, call),
            OperatorKind.Slice => Part(draw, call, [one.Batch, channels, height, width]),
            _ => call,
        };
    }

    /// <summary>Half of the poolings of levels are averages: what a maximum does not use, the zero point of another output, decides, so that all other draws stay as they are.</summary>
    private static FuzzCall OfLevels(FuzzCall pooling) => pooling.OnLevels && IsAverage(pooling) ? pooling with { Operator = OperatorKind.AveragePool2d } : pooling;

    private static bool IsAverage(FuzzCall pooling) => pooling.OutputZeroPoint % 2 == 0;

    private static FuzzCall OfNetwork(FuzzDraw draw, FuzzCall call, int channels)
    {
        int[] divisors = [.. Enumerable.Range(1, channels).Where(groups => channels % groups == 0)];
        int groups = draw.OneIn(2) ? 1 : draw.Pick<int>(divisors);
        return draw.Below(10) switch
        {
            < 6 => Library(draw, call) with { Outputs = Extent(draw, 40) },
            < 8 when channels > 1 => Depthwise(draw, call, channels) with { Outputs = channels },
            _ => AnyWindow(draw, call) with { Groups = groups, Outputs = groups * draw.Between(1, 4) },
        };
    }

    /// <summary>A convolution with weights, biases, limits and a plan.</summary>
    private static FuzzCall Weighted(FuzzDraw draw, FuzzCall shaped, FuzzCase one, int channels, int height, int width, float inputScale)
    {
        int taps = Math.Max(1, channels / shaped.Groups) * shaped.KernelHeight * shaped.KernelWidth;
        float weightScale = Scale(draw);
        (float outputScale, int biasLimit) = Levels(draw, inputScale * weightScale, 5000 * MathF.Sqrt(taps));
        return shaped with
        {
            WeightScale = weightScale,
            OutputScale = outputScale,
            BiasLimit = biasLimit,
            PerChannel = draw.OneIn(3),
            Weights = Data(draw),
            ClampMinimum = draw.OneIn(6) ? draw.Between(-128, 20) : sbyte.MinValue,
            ClampMaximum = draw.OneIn(6) ? draw.Between(21, 127) : sbyte.MaxValue,
            Plan = Plan(draw, one, shaped.Outputs, height, width),
        };
    }

    private static FuzzCall Library(FuzzDraw draw, FuzzCall call)
    {
        (int kernel, int stride, int padding) = draw.Pick<(int, int, int)>(LibraryKernels);
        int pad = draw.OneIn(4) ? draw.Below(kernel) : padding;
        return call with { KernelHeight = kernel, KernelWidth = kernel, StrideHeight = stride, StrideWidth = stride, PadTop = pad, PadLeft = pad, PadBottom = pad, PadRight = pad };
    }

    private static FuzzCall Depthwise(FuzzDraw draw, FuzzCall call, int channels)
    {
        int kernel = draw.Pick(3, 5);
        int stride = draw.Pick(1, 2);
        return call with
        {
            Groups = channels, KernelHeight = kernel, KernelWidth = kernel, StrideHeight = stride, StrideWidth = stride,
            PadTop = draw.Below(4), PadLeft = draw.Below(4), PadBottom = draw.Below(4), PadRight = draw.Below(4),
        };
    }

    private static FuzzCall AnyWindow(FuzzDraw draw, FuzzCall call) => call with
    {
        KernelHeight = draw.OneIn(5) ? draw.Between(6, ConvolutionKernel.LargestWindowKernel) : draw.Between(1, 5),
        KernelWidth = draw.OneIn(5) ? draw.Between(6, ConvolutionKernel.LargestWindowKernel) : draw.Between(1, 5),
        StrideHeight = draw.Between(1, ConvolutionKernel.LargestWindowStride),
        StrideWidth = draw.Between(1, ConvolutionKernel.LargestWindowStride),
        DilationHeight = draw.Pick(1, 1, 1, 2, 3),
        DilationWidth = draw.Pick(1, 1, 1, 2, 3),
        PadTop = Padding(draw),
        PadLeft = Padding(draw),
        PadBottom = Padding(draw),
        PadRight = Padding(draw),
    };

    private static int Padding(FuzzDraw draw) => draw.Below(5) < 4 ? draw.Below(4) : draw.Between(4, 12);

    /// <summary>One above what the tiled kernels take.</summary>
    private static FuzzCall Generic(FuzzDraw draw, FuzzCall call)
    {
        bool isLarge = draw.OneIn(2);
        return call with
        {
            KernelHeight = isLarge ? ConvolutionKernel.LargestWindowKernel + 1 : draw.Between(1, 3),
            KernelWidth = draw.Between(1, 3),
            StrideHeight = isLarge ? 1 : ConvolutionKernel.LargestWindowStride + 1,
            StrideWidth = draw.Between(1, 3),
            PadTop = draw.Pick(0, 6),
            PadLeft = draw.Below(3),
            PadBottom = draw.Pick(0, 6),
            PadRight = draw.Below(3),
        };
    }

    private static FuzzPlan? Plan(FuzzDraw draw, FuzzCase one, int outputs, int height, int width) => draw.Below(20) switch
    {
        < 10 => null,
        < 12 => new FuzzPlan { Kind = FuzzPlanKind.Cache },
        < 15 => new FuzzPlan { Kind = FuzzPlanKind.Tiles, ChannelsPerTile = draw.Between(1, outputs), RowsPerTile = draw.Between(1, Math.Max(height, 2)), PlacementSeed = draw.Below(1 << 16) },
        < 18 when !one.Programs.IsPublished => new FuzzPlan
        {
            Kind = FuzzPlanKind.Free,
            ChannelsPerTile = draw.Between(1, outputs),
            RowsPerTile = draw.Between(1, Math.Max(height, 2)),
            PlacementSeed = draw.Below(1 << 16),
            Order = draw.Any<LoopOrder>(),
            InputBuffers = draw.Between(1, 2),
            CoefficientBuffers = draw.Between(1, 2),
            Passes = draw.Pick(1, 1, 2, 3, 5),
            KeepsAllBiases = draw.OneIn(2),
        },
        18 when (long)outputs * height * width < 3000 => new FuzzPlan { Kind = FuzzPlanKind.Tuned },
        19 when !one.Programs.IsPublished && (long)outputs * height * width < 1000 => new FuzzPlan { Kind = FuzzPlanKind.TunedFree },
        _ => null,
    };

    private static FuzzCall Linear(FuzzDraw draw, FuzzCall call, int inputs, float inputScale)
    {
        float weightScale = Scale(draw);
        (float outputScale, int biasLimit) = Levels(draw, inputScale * weightScale, 5000 * MathF.Sqrt(inputs));
        return call with
        {
            Outputs = Extent(draw, 70),
            WeightScale = weightScale,
            OutputScale = outputScale,
            BiasLimit = biasLimit,
            Weights = Data(draw),
            WeightZeroPoint = draw.OneIn(2) ? 0 : ZeroPoint(draw),
        };
    }

    /// <summary>The window of the published programs, or any; levels or floats.</summary>
    private static FuzzCall Pooling(FuzzDraw draw, FuzzCall call, int height, int width)
    {
        int kernelHeight = draw.OneIn(3) ? draw.Between(1, 6) : 3;
        int kernelWidth = draw.OneIn(3) ? draw.Between(1, 6) : kernelHeight;
        bool isUniform = draw.OneIn(2);
        int largestPad = Math.Min(kernelHeight, kernelWidth) / 2;
        int pad = draw.Between(0, largestPad);
        int stride = draw.Pick(2, 2, 2, 2, 1, 3);
        call = call with { OnLevels = draw.OneIn(2), StrideHeight = stride, StrideWidth = stride, PadTop = pad, PadLeft = pad, PadBottom = pad, PadRight = pad };
        if (!isUniform)
        {
            call = call with
            {
                StrideHeight = draw.Between(1, kernelHeight + 2),
                StrideWidth = draw.Between(1, kernelWidth + 2),
                PadTop = draw.Below(kernelHeight),
                PadLeft = draw.Below(kernelWidth),
                PadBottom = draw.Below(kernelHeight),
                PadRight = draw.Below(kernelWidth),
            };
        }

        return call with
        {
            KernelHeight = Math.Min(kernelHeight, height + call.PadTop + call.PadBottom),
            KernelWidth = Math.Min(kernelWidth, width + call.PadLeft + call.PadRight),
        };
    }

    /// <summary>Along any axis, with one to four inputs of any extents.</summary>
    private static FuzzCall Concat(FuzzDraw draw, FuzzCall call)
    {
        int largest = draw.Pick(3, 17, 70);
        return call with { OnLevels = draw.OneIn(2), Axis = draw.Below(4), MoreExtents = [.. Enumerable.Range(0, draw.Below(4)).Select(_ => Extent(draw, largest))] };
    }

    /// <summary>A few rows and columns, none, or more than a piece holds, so that pieces have no image in them.</summary>
    /// <summary>Part of an axis: paddings are what it leaves out before and behind.</summary>
    private static FuzzCall Part(FuzzDraw draw, FuzzCall call, int[] extents)
    {
        int axis = draw.Below(4);
        int before = draw.Between(0, extents[axis] - 1);
        return call with { OnLevels = draw.OneIn(2), Axis = axis, PadTop = before, PadBottom = draw.Between(0, extents[axis] - 1 - before) };
    }

    private static FuzzCall PadAround(FuzzDraw draw, FuzzCall call)
    {
        int largest = draw.Pick(1, 3, 3, 40);
        return call with
        {
            OnLevels = draw.OneIn(2),
            PadLevel = ZeroPoint(draw),
            PadTop = draw.Between(0, largest),
            PadLeft = draw.Between(0, largest),
            PadBottom = draw.Between(0, largest),
            PadRight = draw.Between(0, largest),
        };
    }

    /// <summary>The scale of an output that uses its levels, or saturates, or holds one level only; and biases of the same kind, or beyond 24 bits.</summary>
    private static (float OutputScale, int BiasLimit) Levels(FuzzDraw draw, float productScale, float deviation)
    {
        float used = productScale * deviation / 40;
        float outputScale = draw.Below(12) switch
        {
            0 => used * 4096,
            1 => used / 512,
            2 => productScale,
            3 => productScale * 2,
            4 => productScale / (1 << draw.Between(1, 22)),
            5 => productScale * (1 << draw.Between(1, 30)),
            _ => used,
        };
        int biasLimit = draw.Below(8) switch
        {
            0 => 0,
            1 => 8_388_607,
            2 => 12_000_000,
            3 => int.MaxValue - 1,
            _ => (int)deviation,
        };
        return (outputScale, biasLimit);
    }

    /// <summary>Small, at and beside the lanes of a vector, or anything.</summary>
    private static int Extent(FuzzDraw draw, int largest)
    {
        int extent = draw.Below(10) switch
        {
            < 5 => draw.Between(1, 12),
            < 9 => draw.Pick(15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 511, 512, 513, 1023, 1024, 1025),
            _ => draw.Between(1, largest),
        };
        return extent <= largest ? extent : draw.Between(1, largest);
    }

    private static int ZeroPoint(FuzzDraw draw) => draw.Pick(0, -128, 127, -1, 1, draw.Between(-128, 127), draw.Between(-128, 127));

    private static float Scale(FuzzDraw draw) => draw.Below(8) switch
    {
        0 => 1,
        1 => MathF.ScaleB(1, draw.Between(-12, 4)),
        2 => 1e-6f,
        3 => 300,
        _ => 0.002f + (0.1f * draw.Between(1, 1000) / 1000),
    };

    private static FuzzData Data(FuzzDraw draw) => draw.OneIn(3) ? draw.Any<FuzzData>() : FuzzData.Uniform;
}
