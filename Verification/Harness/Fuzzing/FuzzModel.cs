using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.Fuzzing;

/// <summary>A fuzz case as the rest of the product sees it: calls with weights, input tensors, and plans.</summary>
internal sealed class FuzzModel
{
    private const double BitsOfFraction = 1 << 16;
    private static readonly float[] EndFloats =
    [
        0f, -0f, 1f, -1f, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 127.5f, -128.5f, 1e-30f, -1e-30f, float.Epsilon, -float.Epsilon, 1.17549435e-38f, 3e4f, -3e4f, 16777217f, 8388607.5f, 1e9f, -1e9f,
    ];

    private readonly FuzzCase one;
    private readonly CounterRandom data;
    private readonly Lazy<ConvolutionPlans> plans;

    private FuzzModel(FuzzCase one)
    {
        this.one = one;
        data = CounterRandom.FromSeed((ulong)one.DataSeed);
        Input = ValueOf("input", TensorShape.FromNchw(one.Batch, one.Channels, one.Height, one.Width), ReadsInt8(one.Calls[0]), one.InputScale, one.InputZeroPoint);
        var values = new List<TensorInfo> { Input };
        var calls = new List<OperatorCall>();
        foreach (FuzzCall call in one.Calls)
        {
            OperatorCall made = CallOf(call, calls.Count, [.. call.Reads.Select(value => values[value])]);
            calls.Add(made);
            values.Add(made.Output);
        }

        Calls = calls;
        Network = calls.Count > 1 ? new Network("fuzz", Input, calls) : null;
        plans = new Lazy<ConvolutionPlans>(() => new ConvolutionPlans(PlannedConvolutions().DistinctBy(static plan => plan.Shape)));
    }

    /// <summary>The input of the first call.</summary>
    public TensorInfo Input { get; }

    /// <summary>The calls in execution order.</summary>
    public IReadOnlyList<OperatorCall> Calls { get; }

    /// <summary>The calls as a network; null where there is one only.</summary>
    public Network? Network { get; }

    /// <summary>The plans that the case names.</summary>
    public ConvolutionPlans Plans => plans.Value;

    /// <summary>Makes the calls of a case.</summary>
    /// <exception cref="ArgumentException">The case is of no possible network: shapes or types do not fit.</exception>
    public static FuzzModel Of(FuzzCase one)
    {
        try
        {
            return new FuzzModel(one);
        }
        catch (Exception exception) when (exception is OverflowException or InvalidOperationException)
        {
            throw new ArgumentException(exception.Message, nameof(one), exception);
        }
    }

    /// <summary>Whether a call reads int8 levels; the others read floats.</summary>
    public static bool ReadsInt8(FuzzCall call) => call.Operator switch
    {
        OperatorKind.MaxPool2d or OperatorKind.Concat or OperatorKind.Pad or OperatorKind.Slice => call.OnLevels,
        OperatorKind.Conv2d or OperatorKind.QuantizedRelu or OperatorKind.DequantizePerTensor or OperatorKind.QuantizedLinear or OperatorKind.AveragePool2d => true,
        OperatorKind.QuantizedAdd or OperatorKind.QuantizedMul or OperatorKind.Requantize => true,
        _ => false,
    };

    /// <summary>The tensors that a call is given where it is alone.</summary>
    public Tensor[] InputsOf(OperatorCall call) => [.. call.Inputs.Select((value, number) => TensorOf(value, number))];

    /// <summary>The tensor that a network is given.</summary>
    public Tensor InputTensor() => TensorOf(Input, 0);

    /// <summary>The shape of a convolution with an input.</summary>
    public static Conv2dShape ShapeOf(FuzzCall call, TensorShape input) => Conv2dShape.Create(
        input.Channels,
        input.Height,
        input.Width,
        call.Outputs,
        WindowOf(call),
        call.Groups);

    private static Conv2dWindow WindowOf(FuzzCall call) => new()
    {
        KernelHeight = call.KernelHeight,
        KernelWidth = call.KernelWidth,
        StrideHeight = call.StrideHeight,
        StrideWidth = call.StrideWidth,
        PadTop = call.PadTop,
        PadLeft = call.PadLeft,
        PadBottom = call.PadBottom,
        PadRight = call.PadRight,
        DilationHeight = call.DilationHeight,
        DilationWidth = call.DilationWidth,
    };

    private static TensorInfo ValueOf(string name, TensorShape shape, bool isInt8, float scale, int zeroPoint) => isInt8
        ? new TensorInfo(name, shape, ElementType.Int8, QuantizationParameters.FromScale(scale, zeroPoint))
        : new TensorInfo(name, shape, ElementType.Float32, null);

    private OperatorCall CallOf(FuzzCall call, int index, TensorInfo[] inputs)
    {
        TensorInfo input = inputs[0];
        TensorShape shape = input.Shape;
        string name = $"call{index + 1}";
        if (Array.Exists(inputs, value => (value.ElementType == ElementType.Int8) != ReadsInt8(call)))
        {
            throw new ArgumentException($"{call.Operator} does not read {input.ElementType}.", nameof(call));
        }

        switch (call.Operator)
        {
            case OperatorKind.QuantizePerTensor:
                return new QuantizePerTensorCall { Index = index, Name = name, Inputs = inputs, Output = Levels(shape) };
            case OperatorKind.DequantizePerTensor:
                return new DequantizePerTensorCall { Index = index, Name = name, Inputs = inputs, Output = Floats(shape) };
            case OperatorKind.QuantizedRelu:
                (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)input.RequiredQuantization.Scale / call.OutputScale);
                return new QuantizedReluCall { Index = index, Name = name, Inputs = inputs, Output = Levels(shape), OutputMultiplier = multiplier, OutputShift = shift };
            case OperatorKind.Add:
                TensorInfo[] both = inputs.Length == 2 ? inputs : [input, input with { Name = "second input" }];
                return both[0].Shape == both[1].Shape
                    ? new AddCall { Index = index, Name = name, Inputs = both, Output = Floats(shape) }
                    : throw new ArgumentException("An add has inputs of two shapes.", nameof(call));
            case OperatorKind.Mean:
                return new MeanCall { Index = index, Name = name, Inputs = inputs, Output = Floats(TensorShape.FromMatrix(shape.Batch, shape.Channels)) };
            case OperatorKind.Softmax:
                RequireMatrix(shape, call);
                return new SoftmaxCall { Index = index, Name = name, Inputs = inputs, Output = Floats(shape) };
            case OperatorKind.MaxPool2d:
                var pooling = MaxPool2dShape.Create(shape.Channels, shape.Height, shape.Width, WindowOf(call));
                return new MaxPool2dCall { Index = index, Name = name, Inputs = inputs, Output = LikeInput(pooling.OutputShape(shape.Batch)), Shape = pooling };
            case OperatorKind.AveragePool2d:
                var windows = MaxPool2dShape.Create(shape.Channels, shape.Height, shape.Width, WindowOf(call));
                return AveragePool2dCall.Checked(new AveragePool2dCall { Index = index, Name = name, Inputs = inputs, Output = Levels(windows.OutputShape(shape.Batch)), Shape = windows });
            case OperatorKind.QuantizedAdd or OperatorKind.QuantizedMul:
                TensorInfo[] levels = inputs.Length == 2 ? inputs : [input, ValueOf("second input", shape, true, call.SecondScale, call.SecondZeroPoint)];
                return levels[0].Shape == levels[1].Shape
                    ? new LevelArithmeticCall
                    {
                        Index = index, Name = name, Inputs = levels, Output = Levels(shape), Operation = call.Operator == OperatorKind.QuantizedAdd ? LevelOperation.Add : LevelOperation.Multiply,
                    }
                    : throw new ArgumentException($"{call.Operator} has inputs of two shapes.", nameof(call));
            case OperatorKind.Requantize:
                return new LevelArithmeticCall { Index = index, Name = name, Inputs = inputs, Output = Levels(shape), Operation = LevelOperation.None };
            case OperatorKind.Concat:
                TensorInfo[] joined =
                [
                    .. inputs,
                    .. call.MoreExtents.Select((extent, number) => input with { Name = string.Create(CultureInfo.InvariantCulture, $"input {number + 2}"), Shape = WithExtent(shape, call.Axis, extent) }),
                ];
                return new ConcatCall { Index = index, Name = name, Inputs = joined, Output = LikeInput(JoinedShape(joined, call.Axis)), Axis = call.Axis };
            case OperatorKind.Pad:
                return Pad(call, index, name, inputs, LikeInput);
            case OperatorKind.Slice:
                int left = ExtentOf(shape, call.Axis) - call.PadTop - call.PadBottom;
                return Math.Min(call.PadTop, call.PadBottom) >= 0 && left > 0
                    ? new SliceCall { Index = index, Name = name, Inputs = inputs, Output = LikeInput(WithExtent(shape, call.Axis, left)), Axis = call.Axis, First = call.PadTop }
                    : throw new ArgumentException("A slice leaves nothing.", nameof(call));
            case OperatorKind.QuantizedLinear:
                RequireMatrix(shape, call);
                return Linear(call, index, name, inputs);
            case OperatorKind.Conv2d:
                var geometry = ShapeOf(call, shape);
                return new Conv2dCall
                {
                    Index = index,
                    Name = name,
                    Inputs = inputs,
                    Output = Levels(geometry.OutputShape(shape.Batch)),
                    Shape = geometry,
                    Weights = Int8s(geometry.WeightCount, call.Weights, data.Stream("weights").Stream(index)),
                    Bias = Biases(call, geometry.OutChannels, index),
                    WeightScales = ScalesOf(call, geometry.OutChannels),
                    ClampMinimum = call.ClampMinimum,
                    ClampMaximum = call.ClampMaximum,
                };
            default:
                throw new ArgumentException($"No fuzz case has a {call.Operator}.", nameof(call));
        }

        TensorInfo Levels(TensorShape output) => ValueOf(OutputNameOf(name), output, true, call.OutputScale, call.OutputZeroPoint);
        TensorInfo Floats(TensorShape output) => ValueOf(OutputNameOf(name), output, false, 1, 0);
        TensorInfo LikeInput(TensorShape output) => input with { Name = OutputNameOf(name), Shape = output };
    }

    private static PadCall Pad(FuzzCall call, int index, string name, TensorInfo[] inputs, Func<TensorShape, TensorInfo> likeInput)
    {
        TensorShape shape = inputs[0].Shape;
        if (Math.Min(Math.Min(call.PadTop, call.PadBottom), Math.Min(call.PadLeft, call.PadRight)) < 0)
        {
            throw new ArgumentException("A padding is below 0.", nameof(call));
        }

        return new PadCall
        {
            Index = index,
            Name = name,
            Inputs = inputs,
            Output = likeInput(TensorShape.FromNchw(
                shape.Batch, shape.Channels, checked(call.PadTop + shape.Height + call.PadBottom), checked(call.PadLeft + shape.Width + call.PadRight))),
            PadTop = call.PadTop,
            PadLeft = call.PadLeft,
            PadBottom = call.PadBottom,
            PadRight = call.PadRight,
            Level = call.OnLevels ? checked((sbyte)call.PadLevel) : (sbyte)0,
        };
    }

    /// <summary>An extent of a shape: 0 for N, 1 for C, 2 for H, 3 for W.</summary>
    internal static int ExtentOf(TensorShape shape, int axis) => axis switch
    {
        0 => shape.Batch,
        1 => shape.Channels,
        2 => shape.Height,
        3 => shape.Width,
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "An axis is 0 to 3."),
    };

    private static TensorShape WithExtent(TensorShape shape, int axis, int extent) => TensorShape.FromNchw(
        axis == 0 ? extent : shape.Batch, axis == 1 ? extent : shape.Channels, axis == 2 ? extent : shape.Height, axis == 3 ? extent : shape.Width);

    private static TensorShape JoinedShape(TensorInfo[] values, int axis)
    {
        TensorShape first = values[0].Shape;
        return Array.TrueForAll(values, value => value.Quantization == values[0].Quantization && WithExtent(value.Shape, axis, ExtentOf(first, axis)) == first)
            ? WithExtent(first, axis, values.Aggregate(0, (sum, value) => checked(sum + ExtentOf(value.Shape, axis))))
            : throw new ArgumentException("A concatenation joins values of one scale, zero point and shape but for the axis.", nameof(values));
    }

    /// <summary>A call that is alone has tensors named as those of its kernel are.</summary>
    private string OutputNameOf(string call) => one.Calls.Count == 1 ? "output" : $"{call}.out";

    private static void RequireMatrix(TensorShape shape, FuzzCall call)
    {
        if (shape.PlaneElementCount != 1)
        {
            throw new ArgumentException($"{call.Operator} reads a matrix.", nameof(shape));
        }
    }

    private QuantizedLinearCall Linear(FuzzCall call, int index, string name, TensorInfo[] inputs)
    {
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)inputs[0].RequiredQuantization.Scale * call.WeightScale / call.OutputScale);
        return new QuantizedLinearCall
        {
            Index = index,
            Name = name,
            Inputs = inputs,
            Output = ValueOf(OutputNameOf(name), TensorShape.FromMatrix(inputs[0].Shape.Batch, call.Outputs), true, call.OutputScale, call.OutputZeroPoint),
            Weights = Int8s(inputs[0].Shape.ImageElementCount * call.Outputs, call.Weights, data.Stream("weights").Stream(index)),
            WeightScale = call.WeightScale,
            WeightZeroPoint = call.WeightZeroPoint,
            Bias = Biases(call, call.Outputs, index),
            OutputMultiplier = multiplier,
            OutputShift = shift,
        };
    }

    /// <summary>From the largest down, by steps that no two channels share.</summary>
    private static float[] ScalesOf(FuzzCall call, int channels) =>
        [.. Enumerable.Range(0, call.PerChannel ? channels : 1).Select(channel => call.WeightScale / (1 + (0.37f * channel)))];

    private int[] Biases(FuzzCall call, int count, int index)
    {
        CounterRandom numbers = data.Stream("biases").Stream(index);
        double step = call.BiasLimit / BitsOfFraction;
        return [.. Enumerable.Range(0, count).Select(i => (int)(step * (numbers.Below(i, (2 << 16) + 1) - (1 << 16))))];
    }

    private Tensor TensorOf(TensorInfo value, int number)
    {
        CounterRandom numbers = data.Stream("input").Stream(number);
        int count = value.Shape.ElementCount;
        return value.ElementType == ElementType.Int8
            ? Tensor.FromInt8(value.Shape, Int8s(count, one.Inputs, numbers))
            : Tensor.FromFloat32(value.Shape, FloatsOf(count, one.Inputs, numbers));
    }

    private static sbyte[] Int8s(int count, FuzzData kind, CounterRandom numbers)
    {
        var values = new sbyte[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = kind switch
            {
                FuzzData.Ends => numbers.Below(i, 2) == 0 ? sbyte.MinValue : sbyte.MaxValue,
                FuzzData.Largest => sbyte.MaxValue,
                FuzzData.Smallest => sbyte.MinValue,
                FuzzData.Small => (sbyte)(numbers.Below(i, 5) - 2),
                FuzzData.Zero => 0,
                _ => unchecked((sbyte)numbers.Bits(i)),
            };
        }

        return values;
    }

    private static float[] FloatsOf(int count, FuzzData kind, CounterRandom numbers)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = kind switch
            {
                FuzzData.Ends => EndFloats[numbers.Below(i, EndFloats.Length)],
                FuzzData.Largest => 3.5f,
                FuzzData.Smallest => -3.5f,
                FuzzData.Small => numbers.Below(i, 9) - 4,
                FuzzData.Zero => 0,
                _ => numbers.Normal(i) * 4,
            };
        }

        return values;
    }

    private IEnumerable<Conv2dTilePlan> PlannedConvolutions()
    {
        DspConfiguration machine = one.Machine.Configuration;
        for (int i = 0; i < Calls.Count; i++)
        {
            if (one.Calls[i].Plan is { } plan && Calls[i] is Conv2dCall call && one.Programs.Tiles(call.Shape)
                && FuzzPlanning.TryPlan(plan, call.Shape, one.Machine, machine, one.Calls[i].PerChannel && call.Shape.OutChannels > 1) is { } made)
            {
                yield return made;
            }
        }
    }
}
