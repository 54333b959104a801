using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Fuzzing;
using TileProof.Verification.Machines;

namespace TileProof.Tests.Fuzzing;

/// <summary>Every kind of finding shows, each where nothing but it is wrong.</summary>
public sealed class FuzzCheckTests
{
    /// <summary>5 channels of 11x13 to 6 by a 3x3 kernel, in several tiles of rows.</summary>
    private static readonly FuzzCase Layer = new()
    {
        Seed = 0,
        Index = 0,
        Machine = DescribedMachine.Published with { Configuration = DspConfiguration.FromBankBytes(1024, 1088) },
        Programs = ProgramLibrary.Corrected,
        Channels = 5,
        Height = 11,
        Width = 13,
        InputScale = 0.05f,
        InputZeroPoint = -3,
        Calls = [new FuzzCall { Operator = OperatorKind.Conv2d, Outputs = 6, KernelHeight = 3, KernelWidth = 3, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1, WeightScale = 0.01f, OutputScale = 0.9f }],
    };

    [Theory]
    [InlineData("", null)]
    [InlineData("coefficient-bit-flip", FuzzFindingKind.WrongBytes)]
    [InlineData("coefficient-byte-cleared", FuzzFindingKind.WrongBytes)]
    [InlineData("last-coefficient-bit-flip", FuzzFindingKind.WrongBytes)]
    [InlineData("drop-first-input-wait", FuzzFindingKind.WrongBytes)]
    [InlineData("input-not-written-back", FuzzFindingKind.BrokenRule)]
    [InlineData("output-not-invalidated-after", FuzzFindingKind.BrokenRule)]
    [InlineData("coefficients-too-short", FuzzFindingKind.MachineFault)]
    public void Judge_CorrectedProgramWithADefect_SaysWhatIsWrong(string defect, FuzzFindingKind? expected) => Assert.Equal(expected, Judge(Layer, defect)?.Kind);

    /// <summary>Padding that weights of zero hide from the bytes, and that breaks no rule.</summary>
    [Fact]
    public void Judge_WrongPaddingUnderWeightsOfZero_NotProven() =>
        Assert.Equal(FuzzFindingKind.NotProven, Judge(Layer with { Calls = [Layer.Calls[0] with { Weights = FuzzData.Zero }] }, "padding-off-by-one")?.Kind);

    /// <summary>A defect of the memory is none of the program, so the prover cannot see it: bytes alone say that it is there.</summary>
    [Fact]
    public void Judge_PublishedProgramOnBadMemory_ProverMissed() =>
        Assert.Equal(FuzzFindingKind.ProverMissed, Judge(OneTile(), "coefficient-bit-flip")?.Kind);

    /// <summary>A published program without its waits is as wrong as expected, and no longer the program that is predicted.</summary>
    [Fact]
    public void Judge_PublishedProgramWithoutItsWaits_PredictionDiffers() =>
        Assert.Equal(FuzzFindingKind.PredictionDiffers, Judge(OneTile(), "drop-every-wait")?.Kind);

    /// <summary>Copies, arithmetic of levels and poolings in several tiles: a program that does not wait is found, also in a published library, whose programs of these it has to be right.</summary>
    [Theory]
    [InlineData(OperatorKind.Concat, false)]
    [InlineData(OperatorKind.Concat, true)]
    [InlineData(OperatorKind.Slice, false)]
    [InlineData(OperatorKind.Slice, true)]
    [InlineData(OperatorKind.Pad, false)]
    [InlineData(OperatorKind.Pad, true)]
    [InlineData(OperatorKind.QuantizedAdd, true)]
    [InlineData(OperatorKind.QuantizedMul, true)]
    [InlineData(OperatorKind.Requantize, true)]
    [InlineData(OperatorKind.AveragePool2d, true)]
    [InlineData(OperatorKind.MaxPool2d, false)]
    [InlineData(OperatorKind.MaxPool2d, true)]
    public void Judge_OwnProgramThatDoesNotWait_WrongBytes(OperatorKind kind, bool onLevels)
    {
        var call = new FuzzCall
        {
            Operator = kind, OnLevels = onLevels, KernelHeight = 3, KernelWidth = 2, StrideHeight = 1, StrideWidth = 2, PadTop = 1, PadRight = 1, MoreExtents = kind == OperatorKind.Concat ? [7, 2] : [],
        };
        foreach (ProgramLibrary library in kind == OperatorKind.MaxPool2d ? [ProgramLibrary.Corrected] : ProgramLibrary.All)
        {
            FuzzCase one = Layer with { Channels = 9, Height = 19, Width = 23, Programs = library, Calls = [call] };
            Assert.Null(Judge(one, ""));
            Assert.Equal(FuzzFindingKind.WrongBytes, Judge(one, "drop-every-wait")?.Kind);
        }
    }

    [Fact]
    public void Judge_PublishedProgram_NothingToSay() => Assert.Null(Judge(Layer with { Programs = ProgramLibrary.Published }, ""));

    [Fact]
    public void Judge_ImpossibleCase_InternalFault() =>
        Assert.Equal(FuzzFindingKind.InternalFault, Judge(Layer with { Height = 0 }, "")?.Kind);

    /// <summary>One level in the first, a middle or the last place of a golden.</summary>
    [Theory]
    [InlineData(0.0, FuzzDepth.Usual)]
    [InlineData(0.5, FuzzDepth.Usual)]
    [InlineData(1.0, FuzzDepth.Usual)]
    [InlineData(0.5, FuzzDepth.All)]
    public void Disagreement_OneLevel_IsNamed(double place, FuzzDepth depth)
    {
        FuzzModel model = FuzzModel.Of(Layer);
        OperatorCall call = model.Calls[0];
        Tensor[] inputs = model.InputsOf(call);
        Tensor golden = FuzzOracles.GoldenOf(call, inputs, ParameterDerivation.L1Norm, isTiled: true);
        using var oracles = new FuzzOracles();
        Assert.Null(oracles.Disagreement(call, inputs, golden, ParameterDerivation.L1Norm, true, depth, new FuzzReach()));
        int at = (int)(place * (golden.Bytes.Length - 1));
        golden.Bytes[at] ^= 1;
        Assert.StartsWith($"data-parallel-host: byte {at} of {golden.Bytes.Length} ", oracles.Disagreement(call, inputs, golden, ParameterDerivation.L1Norm, true, depth, new FuzzReach()), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_PointThatNoCatalogHas_Refused() => Assert.Throws<ArgumentException>(static () => new FuzzCoverage().Add(new FuzzPoint("operator", "nosuch")));

    private static FuzzCase OneTile() => Layer with { Programs = ProgramLibrary.Published, Machine = DescribedMachine.Published };

    private static FuzzFinding? Judge(FuzzCase one, string defect)
    {
        Fault? fault = FaultCatalog.All.SingleOrDefault(candidate => candidate.Name == defect);
        Assert.Equal(defect.Length > 0, fault is not null);
        using var oracles = new FuzzOracles();
        return new FuzzCheck(oracles) { Defects = _ => fault is null ? null : fault.CreateInjector }.Judge(one, FuzzDepth.Usual).Finding;
    }
}
