using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Tests.Tuning;

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
