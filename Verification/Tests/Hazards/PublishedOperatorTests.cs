using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Hazards;

/// <summary>The hazards of the other published operators, by their numbers in the operator contract, sections 2f to 9f.</summary>
public sealed class PublishedOperatorTests
{
    private const int PublishedBankBytes = 62976;
    private static readonly QuantizationParameters Quantization = QuantizationParameters.FromScale(0.05f, 3);

    public static TheoryData<string> Operators => new("maxpool", "mean", "quantize", "dequantize", "relu", "linear", "add", "softmax");

    [Theory, MemberData(nameof(Operators))]
    public void Corrected_EqualAndUnequalBanks_NoViolation(string name)
    {
        foreach ((int dram0Bytes, int dram1Bytes) in new[] { (PublishedBankBytes, PublishedBankBytes), (16384, 8192), (8192, 16384) })
        {
            Run run = Execute(CallOf(name), ProgramLibrary.Corrected, dram0Bytes, dram1Bytes);

            Assert.Empty(run.Hazards);
        }
    }

    [Fact]
    public void M1_MaxPool_ComputesPrefetchedTilesWithoutWaiting()
    {
        Run run = Execute(CallOf("maxpool"), ProgramLibrary.Published, 16384, 16384);

        Hazard hazard = run.First(HazardRule.ReadBeforeArrival);
        Assert.StartsWith("compute maxpool", hazard.Operation, StringComparison.Ordinal);
        Assert.NotEqual(Execute(CallOf("maxpool"), ProgramLibrary.Corrected, 16384, 16384).Output, run.Output);
    }

    [Fact]
    public void M2_MaxPool_OverwritesOutputThatIsStored() =>
        Assert.Equal("output pong", Execute(CallOf("maxpool"), ProgramLibrary.Published, 16384, 16384).First(HazardRule.WriteUnderRead).Buffer);

    [Fact]
    public void M6_MaxPoolPlan_ForgetsTheRoundingOfTheAllocator()
    {
        // One channel and row tile: 8 x 40 floats in and 3 x 3 floats out fit 1408 bytes exactly, but not when each is rounded up.
        (MaxPool2dCall call, int bankBytes) = PoolThatFitsOnlyUnrounded();

        Hazard hazard = Execute(call, ProgramLibrary.Published, bankBytes, bankBytes).First(HazardRule.BankOverflow);

        Assert.InRange(hazard.LastByte - hazard.FirstByte + 1, 1, 126);
        Assert.Empty(Execute(call, ProgramLibrary.Corrected, bankBytes, bankBytes).Hazards);
    }

    [Fact]
    public void M7_MaxPoolThatFitsNoBank_OverrunsIt() => Assert.NotNull(
        Execute(PoolCall(MaxPool2dShape.Create(1, 64, 256, 3, 3, 2, 1)), ProgramLibrary.Published, 1024, 1024).First(HazardRule.BankOverflow));

    [Fact]
    public void A1_Mean_ForgetsTheLastChannels()
    {
        var call = new MeanCall
        {
            Index = 0,
            Name = "mean",
            Inputs = [Float("x", TensorShape.FromNchw(1, 40, 2, 2))],
            Output = Float("y", TensorShape.FromNchw(1, 40, 1, 1)),
        };

        Run published = Execute(call, ProgramLibrary.Published, PublishedBankBytes, PublishedBankBytes);
        byte[] corrected = Execute(call, ProgramLibrary.Corrected, PublishedBankBytes, PublishedBankBytes).Output;

        Hazard hazard = published.First(HazardRule.NeverWritten);
        Assert.Equal((32L * sizeof(float), (40L * sizeof(float)) - 1), (hazard.FirstByte, hazard.LastByte));
        Assert.Equal(corrected[..(32 * sizeof(float))], published.Output[..(32 * sizeof(float))]);
        Assert.NotEqual(corrected, published.Output);
    }

    [Fact]
    public void D2_DequantizeWithSmallerSecondBank_OverrunsItAndItsOwnInput() => AssertSecondBankOverrun("dequantize");

    [Fact]
    public void R2_ReluWithSmallerSecondBank_OverrunsItAndItsOwnInput() => AssertSecondBankOverrun("relu");

    [Fact]
    public void V3_AddWithSmallerSecondBank_OverrunsIt() => Assert.Equal(
        "DRAM1", Execute(CallOf("add"), ProgramLibrary.Published, 16384, 8192).First(HazardRule.OutsideBank).Memory);

    [Fact]
    public void Q1_QuantizeWithSmallerSecondBank_IsCheckedAndStaysInside()
    {
        Run run = Execute(CallOf("quantize"), ProgramLibrary.Published, 16384, 8192);

        Assert.DoesNotContain(run.Hazards, static hazard => hazard.Rule == HazardRule.OutsideBank);
        Assert.Equal(Execute(CallOf("quantize"), ProgramLibrary.Corrected, 16384, 8192).Output, run.Output);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void V1_AddOfShortTail_WritesPastTheEnd(int tailElements)
    {
        Run run = Execute(AddOf(512 + tailElements), ProgramLibrary.Published, PublishedBankBytes, PublishedBankBytes);

        Hazard hazard = run.First(HazardRule.OverWrite);
        Assert.Equal(30 - (tailElements * sizeof(float)), hazard.LastByte - hazard.FirstByte + 1);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(14)]
    public void V1_AddOfLongTail_LeavesElementsBeyondTheSeventh(int tailElements)
    {
        const int WholeBytes = 512 * sizeof(float);
        const int TailBytes = 30;

        byte[] published = Execute(AddOf(512 + tailElements), ProgramLibrary.Published, PublishedBankBytes, PublishedBankBytes).Output;
        byte[] corrected = Execute(AddOf(512 + tailElements), ProgramLibrary.Corrected, PublishedBankBytes, PublishedBankBytes).Output;

        Assert.Equal(corrected[..(WholeBytes + TailBytes)], published[..(WholeBytes + TailBytes)]);
        Assert.NotEqual(corrected[(WholeBytes + TailBytes)..], published[(WholeBytes + TailBytes)..]);
    }

    [Fact]
    public void L1AndL2_Linear_ComputesTilesThatAreUnderWay()
    {
        Run run = Execute(CallOf("linear"), ProgramLibrary.Published, 4096, 4096);

        Assert.Contains(run.Hazards, static hazard => hazard.Rule == HazardRule.ReadBeforeArrival && hazard.Buffer == "input");
        Hazard weights = run.Hazards.First(static hazard => hazard.Rule == HazardRule.ReadBeforeArrival && hazard.Buffer == "weight tile");
        Assert.True(weights.Occurrences > 1);
        Assert.Contains(run.Hazards, static hazard => hazard.Rule == HazardRule.InFlightAtReturn);
    }

    [Fact]
    public void L3_LinearInputBeyondABank_OverrunsBothBanks()
    {
        Run run = Execute(LinearOf(1024 + 64, 4), ProgramLibrary.Published, 1024, 1024);

        Assert.Equal(["DRAM0", "DRAM1"], run.Hazards.Where(static hazard => hazard.Rule == HazardRule.BankOverflow).Select(static hazard => hazard.Memory));
    }

    [Fact]
    public void L4_LinearRowsOffTheVectorGrid_AreReadFromTruncatedAddresses()
    {
        Run run = Execute(LinearOf(520, 8), ProgramLibrary.Published, PublishedBankBytes, PublishedBankBytes);

        Assert.Equal("weight tile", run.First(HazardRule.Misaligned).Buffer);
        Assert.NotEqual(Execute(LinearOf(520, 8), ProgramLibrary.Corrected, PublishedBankBytes, PublishedBankBytes).Output, run.Output);
    }

    [Fact]
    public void S1_Softmax_NeitherWritesBackNorInvalidates()
    {
        Run run = Execute(CallOf("softmax"), ProgramLibrary.Published, PublishedBankBytes, PublishedBankBytes);

        Assert.Equal("x", run.First(HazardRule.DmaReadsDirtyLine).Buffer);
        Assert.Equal("y", run.First(HazardRule.DmaWritesUnderDirtyLine).Buffer);
        Assert.Equal("y", run.First(HazardRule.StaleCacheRead).Buffer);
    }

    private static void AssertSecondBankOverrun(string name)
    {
        Run run = Execute(CallOf(name), ProgramLibrary.Published, 16384, 8192);

        Assert.Equal("DRAM1", run.First(HazardRule.OutsideBank).Memory);
        Assert.Contains("still reads", run.First(HazardRule.WriteUnderRead).CollidesWith, StringComparison.Ordinal);
    }

    private static (MaxPool2dCall Call, int BankBytes) PoolThatFitsOnlyUnrounded()
    {
        for (int width = 8; width < 64; width++)
        {
            MaxPool2dShape shape = MaxPool2dShape.Create(4, 16, width, 3, 3, 2, 1);
            for (int bankBytes = 1024; bankBytes <= 4096; bankBytes += 64)
            {
                HwModel.Planning.MaxPoolTilePlan plan = HwModel.Planning.MaxPoolTilePlanner.PlanAsPublished(shape, bankBytes, bankBytes);
                if (plan.FitsBanks(bankBytes, 1) && !plan.FitsBanks(bankBytes, 64))
                {
                    return (PoolCall(shape), bankBytes);
                }
            }
        }

        throw new InvalidOperationException("No geometry fits without rounding only.");
    }

    private static OperatorCall CallOf(string name) => name switch
    {
        "maxpool" => PoolCall(MaxPool2dShape.Create(64, 32, 32, 3, 3, 2, 1)),
        "mean" => new MeanCall
        {
            Index = 0,
            Name = name,
            Inputs = [Float("x", TensorShape.FromNchw(1, 2048, 2, 2))],
            Output = Float("y", TensorShape.FromNchw(1, 2048, 1, 1)),
        },
        "quantize" => new QuantizePerTensorCall { Index = 0, Name = name, Inputs = [Float("x", Flat(20000))], Output = Int8("y", Flat(20000)) },
        "dequantize" => new DequantizePerTensorCall { Index = 0, Name = name, Inputs = [Int8("x", Flat(20000))], Output = Float("y", Flat(20000)) },
        "relu" => new QuantizedReluCall
        {
            Index = 0,
            Name = name,
            Inputs = [Int8("x", Flat(40000))],
            Output = Int8("y", Flat(40000)),
            OutputMultiplier = 1 << 30,
            OutputShift = 1,
        },
        "linear" => LinearOf(512, 100),
        "add" => AddOf(20000),
        "softmax" => new SoftmaxCall
        {
            Index = 0,
            Name = name,
            Inputs = [Float("x", TensorShape.FromNchw(3, 1000, 1, 1))],
            Output = Float("y", TensorShape.FromNchw(3, 1000, 1, 1)),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static MaxPool2dCall PoolCall(MaxPool2dShape shape) => new()
    {
        Index = 0,
        Name = "maxpool",
        Shape = shape,
        Inputs = [Float("x", TensorShape.FromNchw(1, shape.Channels, shape.InHeight, shape.InWidth))],
        Output = Float("y", TensorShape.FromNchw(1, shape.Channels, shape.OutHeight, shape.OutWidth)),
    };

    private static AddCall AddOf(int elements) => new()
    {
        Index = 0,
        Name = "add",
        Inputs = [Float("x", Flat(elements)), Float("z", Flat(elements))],
        Output = Float("y", Flat(elements)),
    };

    private static QuantizedLinearCall LinearOf(int inputs, int outputs) => new()
    {
        Index = 0,
        Name = "linear",
        Inputs = [Int8("x", TensorShape.FromNchw(1, inputs, 1, 1))],
        Output = Int8("y", TensorShape.FromNchw(1, outputs, 1, 1)),
        Weights = [.. Enumerable.Range(0, inputs * outputs).Select(static i => (sbyte)((i * 37 % 251) - 125))],
        WeightScale = 0.01f,
        Bias = [.. Enumerable.Range(0, outputs)],
        OutputMultiplier = 1 << 30,
        OutputShift = -8,
    };

    private static TensorShape Flat(int elements) => TensorShape.FromNchw(1, elements, 1, 1);

    private static TensorInfo Float(string name, TensorShape shape) => new(name, shape, ElementType.Float32, null);

    private static TensorInfo Int8(string name, TensorShape shape) => new(name, shape, ElementType.Int8, Quantization);

    private static Run Execute(OperatorCall call, ProgramLibrary programs, int dram0Bytes, int dram1Bytes)
    {
        DspConfiguration configuration = programs.MachineFor(DspConfiguration.FromBankBytes(dram0Bytes, dram1Bytes));
        var monitor = new HazardMonitor(configuration);
        var engine = new DspEngine(configuration, observers: monitor) { Programs = programs };
        Tensor output = engine.Run(call, [.. call.Inputs.Select(InputOf)], ParameterDerivation.L1Norm);
        return new Run(output.Bytes.ToArray(), monitor.Hazards);
    }

    private static Tensor InputOf(TensorInfo value)
    {
        var tensor = Tensor.Create(value.Shape, value.ElementType);
        for (int i = 0; i < value.Shape.ElementCount; i++)
        {
            int level = (i * 29 % 255) - 127;
            if (value.ElementType == ElementType.Float32)
            {
                tensor.Float32[i] = level / 16f;
            }
            else
            {
                tensor.Int8[i] = (sbyte)level;
            }
        }

        return tensor;
    }

    private sealed record Run(byte[] Output, IReadOnlyList<Hazard> Hazards)
    {
        public Hazard First(HazardRule rule) => Hazards.First(hazard => hazard.Rule == rule);
    }
}
