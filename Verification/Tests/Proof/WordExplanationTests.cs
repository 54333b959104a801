using TileProof.Golden.Words;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Tuning;
using TileProof.Verification.Hazards;

namespace TileProof.Tests.Proof;

/// <summary>Explanations name the element of the right image and band, and no byte that the tensors do not have.</summary>
public sealed class WordExplanationTests
{
    private static readonly DspConfiguration Banks = DspConfiguration.FromBankBytes(24 * 1024, 16 * 1024) with { OutOfBounds = OutOfBoundsBehavior.Continue };

    /// <summary>Two images of 2 x 3 x 5: the last byte that they have is named, the first behind them is not.</summary>
    [Theory]
    [InlineData("input n0 c0 h0", 30, "uses input [1, 0, 0, 0] where input [0, 0, 0, 0] belongs")]
    [InlineData("input n0 c0 h0", 59, "uses input [1, 1, 2, 4] where input [0, 0, 0, 0] belongs")]
    [InlineData("input n0 c0 h1", 50, "uses a computed value where input [0, 0, 2, 0] belongs")]
    [InlineData("input n1 c0 h0", 29, "uses input [1, 1, 2, 4] where input [1, 0, 0, 0] belongs")]
    [InlineData("input n1 c0 h0", 30, "uses a computed value where input [1, 0, 0, 0] belongs")]
    [InlineData("input n1 c0 h1", 20, "uses a computed value where input [1, 0, 2, 0] belongs")]
    public void Explain_InputOfAnotherPlace_IsNamedWhereTheBatchHasIt(string transfer, int moreBytes, string explanation)
    {
        var shape = Conv2dShape.Create(2, 3, 5, 3, 1, 1, 1, 0);
        var program = new ProvenProgram(ProgramProverTests.PlanOf(shape, 3, 2), Banks) { Batch = 2, Interceptors = () => new MovedSource(transfer, moreBytes) };

        Assert.Equal(explanation, program.Prove().First?.Explanation);
    }

    /// <summary>Three bands of three rows an image: the scratch buffer of one of them is filled with another constant.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Explain_BandOfTheCachePath_IsFoundInItsImage(int band)
    {
        Conv2dShape shape = LayerKey.Parse("8_9_11_7_3_3_9_11_1_1_1_1");
        var plan = CachePlan.Of(shape);
        DspConfiguration machine = Banks with { CacheScratchBytes = plan.ScratchRowPitchBytes * shape.InChannels * 5 };

        ProgramProof proof = new ProvenProgram(plan, machine) { Batch = 2, Interceptors = () => new ChangedFill(band) }.Prove();

        Assert.Equal(new TensorIndex(band / 3, 0, 3 * (band % 3), 0), proof.First?.Index);
        Assert.Equal(("", "uses the constant -8 where the constant -9 belongs"), (proof.First?.Tile, proof.First?.Explanation));
    }

    /// <summary>Tiles of 3 of 7 channels and 2 of 9 rows in passes of 3 of 8 input channels: the element, the pass and the channel of the tile are the right ones.</summary>
    [Theory]
    [InlineData("input n0 c0 h0 pass 0", 1, 0, 0, "uses input [0, 0, 0, 1] where input [0, 0, 0, 0] belongs")]
    [InlineData("input n0 c1 h2 pass 1", 1, 3, 4, "uses input [0, 3, 3, 1] where input [0, 3, 3, 0] belongs")]
    [InlineData("input n0 c2 h4 pass 2", 11, 6, 8, "uses row 8 where row 7 belongs, of input [0, 6, 7, 0]")]
    [InlineData("coefficients n0 c0 pass 0", 1, 0, 0, "uses weight [0, 0, 0, 1] where weight [0, 0, 0, 0] belongs")]
    [InlineData("coefficients n0 c1 pass 2", 1, 3, 0, "uses weight [3, 6, 0, 1] where weight [3, 6, 0, 0] belongs")]
    [InlineData("coefficients n0 c2 pass 1", -9, 6, 0, "uses weight [6, 2, 0, 0] where weight [6, 3, 0, 0] belongs")]
    [InlineData("biases n0 c1", 1, 3, 0, "uses byte 1 of bias 3 where byte 0 of bias 3 belongs")]
    [InlineData("biases n0 c2", -4, 6, 0, "uses byte 0 of bias 5 where byte 0 of bias 6 belongs")]
    [InlineData("output scales n0 c0", 2, 0, 0, "uses byte 0 of output scale 1 where byte 0 of output scale 0 belongs")]
    [InlineData("output scales n0 c2", -1, 6, 0, "uses byte 1 of output scale 5 where byte 0 of output scale 6 belongs")]
    public void Explain_SourceOfOneTransferMoved_NamesWhatItBrings(string transfer, int moreBytes, int channel, int row, string explanation)
    {
        ProvenProgram program = InPasses(3, () => new MovedSource(transfer, moreBytes));

        ProgramProof proof = program.Prove();

        Assert.Equal(new TensorIndex(0, channel, row, 0), proof.First?.Index);
        Assert.Equal(($"c{channel / 3} h{row / 2}", explanation), (proof.First?.Tile, proof.First?.Explanation));
    }

    /// <summary>What is missing is the last of a tile, so that its other channels are right.</summary>
    [Theory]
    [InlineData("coefficients-element-less", "uses a byte that nobody wrote where weight [2, 7, 2, 2] belongs")]
    [InlineData("biases-channel-less", "uses a byte that nobody wrote where byte 0 of bias 2 belongs")]
    public void Explain_LastChannelOfATile_IsCountedInTheTile(string defect, string explanation)
    {
        ProgramProof proof = InPasses(8, FaultCatalog.All.Single(one => one.Name == defect).CreateInjector).Prove();

        Assert.Equal((new TensorIndex(0, 2, 0, 0), "c0 h0", explanation), (proof.First?.Index, proof.First?.Tile, proof.First?.Explanation));
    }

    /// <summary>Two groups of 3 input and 2 output channels: the second group reads its own input channels.</summary>
    [Theory]
    [InlineData("input n0 c0 h0 pass 0", 1, 0, 0, "uses input [0, 0, 0, 1] where input [0, 0, 0, 0] belongs")]
    [InlineData("input n0 c1 h1 pass 0", 1, 2, 2, "uses input [0, 3, 1, 1] where input [0, 3, 1, 0] belongs")]
    [InlineData("coefficients n0 c1 pass 0", 1, 2, 0, "uses weight [2, 0, 0, 1] where weight [2, 0, 0, 0] belongs")]
    public void Explain_SecondGroup_ReadsItsOwnChannels(string transfer, int moreBytes, int channel, int row, string explanation)
    {
        var shape = Conv2dShape.Create(6, 5, 7, 4, 3, 3, 1, 1, groups: 2);
        DmaPlan plan = ProgramProverTests.PlanOf(shape, 2, 2, ScheduleOf(6));
        Assert.True(new ProvenProgram(plan, Banks).Prove().IsProven);

        ProgramProof proof = new ProvenProgram(plan, Banks) { Interceptors = () => new MovedSource(transfer, moreBytes) }.Prove();

        Assert.Equal((new TensorIndex(0, channel, row, 0), explanation), (proof.First?.Index, proof.First?.Explanation));
    }

    /// <summary>A program that lacks the correction uses no wrong byte.</summary>
    [Fact]
    public void Explain_RightBytesAndAnotherSum_SaysSo()
    {
        Conv2dShape shape = LayerKey.Parse("10_6_5_9_1_1_6_5_1_1_0_1");
        Requantization requantization = ConvolutionCase.Create(shape, 1, 3).Requantization;
        TileProgram program = ProgramLibrary.Corrected.Write(new ConvolutionRequest(ProgramProverTests.PlanOf(shape, 4, 4), 1, requantization, Banks));

        ProgramProof proof = new ProgramProver(Banks).Prove(program, -9, GoldenConvolutionWords.Compute(shape, 1, -9, hasScales: false, isCorrected: true));

        Assert.Equal((9 * 6 * 5, new TensorIndex(0, 0, 0, 0), "is computed from the right bytes in a wrong way"), (proof.WrongCount, proof.First?.Index, proof.First?.Explanation));
    }

    private static ProvenProgram InPasses(int inputChannels, Func<MachineInterceptor> interceptors) =>
        new(ProgramProverTests.PlanOf(LayerKey.Parse("8_9_11_7_3_3_9_11_1_1_1_1"), 3, 2, ScheduleOf(inputChannels)), Banks) { PerChannel = true, Interceptors = interceptors };

    private static TileSchedule ScheduleOf(int inputChannelsPerPass) => new()
    {
        Order = LoopOrder.ChannelsOuter,
        InputBufferCount = 2,
        CoefficientBufferCount = 2,
        InputChannelsPerPass = inputChannelsPerPass,
        KeepsAllBiases = false,
        SecondCoefficientBank = 1,
        PartialSumBank = 1,
    };

    /// <summary>Reads the source of one transfer some bytes later.</summary>
    private sealed class MovedSource(string transfer, int moreBytes) : MachineInterceptor
    {
        public override bool Issuing(ref int channel, ref DmaDescriptor descriptor)
        {
            if (descriptor.Purpose == transfer)
            {
                StridedRegion source = descriptor.Source;
                descriptor = DmaDescriptor.Create(source with { OffsetBytes = source.OffsetBytes + moreBytes }, descriptor.Destination, descriptor.Label);
            }

            return true;
        }
    }

    /// <summary>Fills with the next constant once.</summary>
    private sealed class ChangedFill(int number) : MachineInterceptor
    {
        private int count;

        public override bool Filling(ref FillStep step)
        {
            step = count++ == number ? step with { Value = (byte)(step.Value + 1) } : step;
            return true;
        }
    }
}
