using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;

namespace TileProof.Tests.Golden;

/// <summary>The codes that a network's values can hold: no image leaves them, and the ends are met where an operator looks at one element.</summary>
public sealed class ReachableCodesTests
{
    private static readonly TensorShape Shape = TensorShape.FromNchw(1, 3, 5, 7);

    /// <summary>Behind a symmetric rectifier nothing is below the code of 0, and so on through pooling, a sum, a mean and the next quantize.</summary>
    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(-11, 3, -20, -64)]
    [InlineData(127, -128, -128, 9)]
    public void Of_ElementwiseNetwork_IsWhatImagesReach(int inputZeroPoint, int rectifiedZeroPoint, int sumZeroPoint, int meanZeroPoint)
    {
        Network network = Create(inputZeroPoint, rectifiedZeroPoint, sumZeroPoint, meanZeroPoint);
        ReachableCodes reachable = ReachableCodes.Of(network);
        Dictionary<string, CodeRange> reached = Reached(network);

        Assert.Equal(reached["input.int8"], reachable.CodesOf(ValueOf(network, "input.int8")));
        Assert.Equal(reached["relu"], reachable.CodesOf(ValueOf(network, "relu")));
        Assert.Equal(reached["sum.int8"], reachable.CodesOf(ValueOf(network, "sum.int8")));
        CodeRange mean = reachable.CodesOf(ValueOf(network, "mean.int8"));
        Assert.InRange(reached["mean.int8"].Smallest - mean.Smallest, 0, 1);
        Assert.InRange(mean.Largest - reached["mean.int8"].Largest, 0, 1);
        Assert.Equal(Math.Max(rectifiedZeroPoint, sbyte.MinValue), reachable.CodesOf(ValueOf(network, "relu")).Smallest);
    }

    /// <summary>What a convolution or a linear layer gives is not narrowed, and a value of another network has all codes.</summary>
    [Fact]
    public void Of_SumsOfProducts_HaveAllCodes()
    {
        Network network = SampleNetwork.Create();
        ReachableCodes reachable = ReachableCodes.Of(network);

        Assert.All(network.Calls.Where(static call => call is Conv2dCall or QuantizedLinearCall), call => Assert.Equal(CodeRange.All, reachable.CodesOf(call.Output)));
        Assert.Equal(CodeRange.All, ReachableCodes.Of(Create(0, 0, 0, 0)).CodesOf(network.Calls[0].Output));
    }

    /// <summary>Random images stay within, whatever the operator.</summary>
    [Fact]
    public void Of_EveryOperator_NoImageLeavesIt()
    {
        Network network = SampleNetwork.Create();
        ReachableCodes reachable = ReachableCodes.Of(network);
        foreach ((string name, CodeRange reached) in Reached(network))
        {
            CodeRange codes = reachable.CodesOf(ValueOf(network, name));
            Assert.True(codes.Smallest <= reached.Smallest && reached.Largest <= codes.Largest, $"{name}: {reached} is not within {codes}");
        }
    }

    /// <summary>Joined and cut values have the limits of what they are made of, whichever of them comes first: levels and reals.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_JoinedAndCutValues_HaveTheLimitsOfTheirParts(int shift)
    {
        TensorInfo image = new("input", Shape, ElementType.Float32, null);
        TensorInfo levels = Levels("levels", Shape, 0.031f, -11);
        TensorInfo high = Levels("high", Shape, 0.017f, 3);
        TensorInfo low = Levels("low", Shape, 0.1f, -20);
        TensorInfo[] turned = [low, high, high];
        TensorInfo[] parts = [.. turned.Skip(shift), .. turned.Take(shift)];
        TensorShape wide = TensorShape.FromNchw(1, 9, 5, 7);
        TensorInfo joined = Levels("joined", wide, 0.017f, 3);
        TensorInfo cut = Levels("cut", Shape, 0.1f, -20);
        TensorInfo pooled = Levels("pooled", Shape, 0.1f, -20);
        TensorInfo lowReal = Real("low.float32", Shape);
        TensorInfo allReal = Real("levels.float32", Shape);
        TensorInfo[] reals = [.. new[] { lowReal, allReal, lowReal }.Skip(shift), .. new[] { lowReal, allReal, lowReal }.Take(shift)];
        TensorInfo joinedReal = Real("joined.float32", wide);
        TensorInfo cutReal = Real("cut.float32", Shape);
        Network network = new("joined", image, [
            new QuantizePerTensorCall { Index = 0, Name = "a", Inputs = [image], Output = levels },
            Rectifier(1, levels, high),
            Rectifier(2, levels, low),
            new ConcatCall { Index = 3, Name = "d", Inputs = parts, Output = joined, Axis = 1 },
            new SliceCall { Index = 4, Name = "e", Inputs = [low], Output = cut, Axis = 1, First = 0 },
            new MaxPool2dCall { Index = 5, Name = "f", Inputs = [low], Output = pooled, Shape = MaxPool2dShape.Create(3, 5, 7, 3, 3, 1, 1) },
            new DequantizePerTensorCall { Index = 6, Name = "g", Inputs = [low], Output = lowReal },
            new DequantizePerTensorCall { Index = 7, Name = "h", Inputs = [levels], Output = allReal },
            new ConcatCall { Index = 8, Name = "i", Inputs = reals, Output = joinedReal, Axis = 1 },
            new SliceCall { Index = 9, Name = "j", Inputs = [lowReal], Output = cutReal, Axis = 1, First = 0 },
            new QuantizePerTensorCall { Index = 10, Name = "k", Inputs = [joinedReal], Output = Levels("joined.int8", wide, 0.05f, -7) },
            new QuantizePerTensorCall { Index = 11, Name = "l", Inputs = [cutReal], Output = Levels("cut.int8", Shape, 0.05f, -7) },
        ]);
        ReachableCodes reachable = ReachableCodes.Of(network);

        // The largest level stands for 138 steps of 0.031, which are 42.78 of 0.1: 23 from a zero point of -20.
        Assert.Equal((new CodeRange(3, 127), new CodeRange(-20, 23)), (CodesOf("high"), CodesOf("low")));
        Assert.Equal((new CodeRange(-20, 127), new CodeRange(-20, 23), new CodeRange(-20, 23)), (CodesOf("joined"), CodesOf("cut"), CodesOf("pooled")));

        // -117 steps of 0.031 are -72.54 of 0.05, and 43 steps of 0.1 are 86.
        Assert.Equal((new CodeRange(-80, 79), new CodeRange(-7, 79)), (CodesOf("joined.int8"), CodesOf("cut.int8")));

        CodeRange CodesOf(string name) => reachable.CodesOf(ValueOf(network, name));

        static QuantizedReluCall Rectifier(int index, TensorInfo input, TensorInfo output)
        {
            (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)input.RequiredQuantization.Scale / output.RequiredQuantization.Scale);
            return new() { Index = index, Name = output.Name, Inputs = [input], Output = output, OutputMultiplier = multiplier, OutputShift = shift };
        }
    }

    private static TensorInfo ValueOf(Network network, string name) => network.Calls.Select(static call => call.Output).First(value => value.Name == name);

    private static Network Create(int inputZeroPoint, int rectifiedZeroPoint, int sumZeroPoint, int meanZeroPoint)
    {
        TensorInfo image = new("input", Shape, ElementType.Float32, null);
        TensorInfo levels = Levels("input.int8", Shape, 0.031f, inputZeroPoint);
        TensorInfo rectified = Levels("relu", Shape, 0.017f, rectifiedZeroPoint);
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor(0.031 / 0.017);
        TensorInfo real = Real("relu.float32", Shape);
        MaxPool2dShape pooling = MaxPool2dShape.Create(3, 5, 7, 3, 3, 1, 1);
        TensorInfo pooled = Real("pool", Shape);
        TensorInfo sum = Real("sum", Shape);
        TensorInfo mean = Real("mean", TensorShape.FromMatrix(1, 3));
        return new Network("elementwise", image, [
            new QuantizePerTensorCall { Index = 0, Name = "a", Inputs = [image], Output = levels },
            new QuantizedReluCall { Index = 1, Name = "b", Inputs = [levels], Output = rectified, OutputMultiplier = multiplier, OutputShift = shift },
            new DequantizePerTensorCall { Index = 2, Name = "c", Inputs = [rectified], Output = real },
            new MaxPool2dCall { Index = 3, Name = "d", Inputs = [real], Output = pooled, Shape = pooling },
            new AddCall { Index = 4, Name = "e", Inputs = [real, pooled], Output = sum },
            new QuantizePerTensorCall { Index = 5, Name = "f", Inputs = [sum], Output = Levels("sum.int8", Shape, 0.05f, sumZeroPoint) },
            new MeanCall { Index = 6, Name = "g", Inputs = [sum], Output = mean },
            new QuantizePerTensorCall { Index = 7, Name = "h", Inputs = [mean], Output = Levels("mean.int8", mean.Shape, 0.047f, meanZeroPoint) },
        ]);
    }

    /// <summary>The codes of every int8 value over images of one value, from far below to far above, and images of any values.</summary>
    private static Dictionary<string, CodeRange> Reached(Network network)
    {
        var oracle = new ScalarOracle();
        var random = new Random(7);
        var reached = new Dictionary<string, CodeRange>(StringComparer.Ordinal);
        for (int number = 0; number < 12; number++)
        {
            Tensor image = Tensor.Create(network.Input.Shape, ElementType.Float32);
            foreach (ref float element in image.Float32)
            {
                element = number switch { 0 => -1000, 1 => 1000, 2 => 0, _ => ((float)random.NextDouble() * 16) - 8 };
            }

            var values = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [network.Input.Name] = image };
            foreach (OperatorCall call in network.Calls)
            {
                Tensor output = oracle.Run(call, [.. call.Inputs.Select(value => values[value.Name])], ParameterDerivation.L1Norm);
                values[call.Output.Name] = output;
                if (output.ElementType == ElementType.Int8)
                {
                    sbyte[] codes = output.Int8.ToArray();
                    CodeRange before = reached.GetValueOrDefault(call.Output.Name, new CodeRange(codes[0], codes[0]));
                    reached[call.Output.Name] = new CodeRange(Math.Min(before.Smallest, codes.Min()), Math.Max(before.Largest, codes.Max()));
                }
            }
        }

        return reached;
    }

    private static TensorInfo Real(string name, TensorShape shape) => new(name, shape, ElementType.Float32, null);

    private static TensorInfo Levels(string name, TensorShape shape, float scale, int zeroPoint) =>
        new(name, shape, ElementType.Int8, QuantizationParameters.FromScale(scale, zeroPoint));
}
