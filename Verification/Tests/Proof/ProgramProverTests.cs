using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Tests.Tuning;

namespace TileProof.Tests.Proof;

/// <summary>Right programs are proven, and wrong ones are not, each with what it uses instead of what.</summary>
public sealed class ProgramProverTests
{
    private static readonly DspConfiguration Banks = DspConfiguration.FromBankBytes(24 * 1024, 16 * 1024);

    public static TheoryData<string> Layers => new()
    {
        "3_20_17_7_7_7_10_9_2_2_3_1", "8_9_11_7_3_3_9_11_1_1_1_1", "9_10_7_5_3_3_5_4_2_2_1_1", "10_6_5_9_1_1_6_5_1_1_0_1", "13_9_8_6_1_1_5_4_2_2_0_1",
    };

    [Theory, MemberData(nameof(Layers))]
    public void Prove_CorrectedProgram_IsProven(string key)
    {
        Conv2dShape shape = LayerKey.Parse(key);
        foreach ((int channels, int rows) in new[] { (3, 2), (2, 3), (shape.OutChannels, 1), (1, shape.OutHeight) })
        {
            foreach (TileSchedule? schedule in Schedules(shape))
            {
                var program = new ProvenProgram(PlanOf(shape, channels, rows, schedule), Banks) { Batch = 1 + (rows % 2), PerChannel = channels == 3, Corrects = rows == 2 };
                ProgramProof proof = program.Prove();
                Assert.True(proof.IsProven, $"{program.Plan}: {proof}");
                Assert.Equal(shape.OutputShape(program.Batch).ElementCount, proof.WordCount);
            }
        }
    }

    /// <summary>The cache path: at once, and in bands where the scratch buffer takes a few rows only.</summary>
    [Theory, MemberData(nameof(Layers))]
    public void Prove_CachePath_IsProven(string key)
    {
        Conv2dShape shape = LayerKey.Parse(key);
        var plan = CachePlan.Of(shape);
        int threeRows = plan.ScratchRowPitchBytes * shape.InChannels * (shape.KernelHeight + (2 * shape.Stride));

        Assert.True(new ProvenProgram(plan, Banks) { Batch = 2 }.Prove().IsProven);
        Assert.True(new ProvenProgram(plan, Banks with { CacheScratchBytes = threeRows }) { PerChannel = true }.Prove().IsProven);
        ProgramProof refused = new ProvenProgram(plan, Banks with { CacheScratchBytes = threeRows }) { Programs = ProgramLibrary.Published }.Prove();
        Assert.Equal((shape.OutputShape().ElementCount, "holds a byte that nobody wrote"), (refused.WrongCount, refused.First?.Explanation));
    }

    [Fact]
    public void Prove_PublishedProgram_IsWrongWhereItDoesNotWait()
    {
        Conv2dShape shape = LayerKey.Parse("8_9_11_7_3_3_9_11_1_1_1_1");

        ProgramProof twoTiles = new ProvenProgram(PlanOf(shape, 9, 5), Banks) { Programs = ProgramLibrary.Published, ModelsCache = false }.Prove();
        ProgramProof many = new ProvenProgram(PlanOf(shape, 3, 2), Banks) { Programs = ProgramLibrary.Published, ModelsCache = false }.Prove();

        // The first tile is waited for, the second is not; from the third on, output buffers are written before their store is waited for.
        Assert.Equal((new TensorIndex(0, 0, 5, 0), "c0 h1"), (twoTiles.First?.Index, twoTiles.First?.Tile));
        Assert.Equal("uses a byte of 'input n0 c0 h1', which is not waited for where input [0, 0, 4, 0] belongs", twoTiles.First?.Explanation);
        Assert.Equal(7 * 4 * 11, twoTiles.WrongCount);
        Assert.Equal((new TensorIndex(0, 0, 0, 0), "c0 h0"), (many.First?.Index, many.First?.Tile));
        Assert.Equal("holds a byte of 'output n0 c0 h0', whose source or destination is written before it is waited for", many.First?.Explanation);
    }

    [Fact]
    public void Prove_PublishedProgramOfOneTile_IsWrongByItsCacheOnly()
    {
        Conv2dShape shape = LayerKey.Parse("10_6_5_9_1_1_6_5_1_1_0_1");
        var program = new ProvenProgram(PlanOf(shape, 9, 6), Banks) { Programs = ProgramLibrary.Published };

        Assert.True((program with { ModelsCache = false }).Prove().IsProven);
        Assert.Equal("holds a byte that the core has not written back", program.Prove().First?.Explanation);
    }

    [Fact]
    public void Prove_PublishedProgramOfABatch_ComputesTheFirstImageOnly()
    {
        Conv2dShape shape = LayerKey.Parse("10_6_5_9_1_1_6_5_1_1_0_1");

        ProgramProof proof = new ProvenProgram(PlanOf(shape, 9, 6), Banks) { Programs = ProgramLibrary.Published, ModelsCache = false, Batch = 2 }.Prove();

        Assert.Equal((270, new TensorIndex(1, 0, 0, 0), "holds a byte that nobody wrote"), (proof.WrongCount, proof.First?.Index, proof.First?.Explanation));
    }

    /// <summary>What is told of a wrong program, by its defect.</summary>
    [Theory]
    [InlineData("input-source-row-later", "uses row 1 where row 0 belongs, of input [0, 0, 0, 0]")]
    [InlineData("input-source-element-later", "uses input [0, 0, 0, 1] where input [0, 0, 0, 0] belongs")]
    [InlineData("input-source-plane-later", "uses input [0, 1, 0, 0] where input [0, 0, 0, 0] belongs")]
    [InlineData("coefficients-element-later", "uses weight [0, 0, 0, 1] where weight [0, 0, 0, 0] belongs")]
    [InlineData("biases-channel-later", "uses byte 0 of bias 1 where byte 0 of bias 0 belongs")]
    [InlineData("biases-missing", "uses a byte that nobody wrote where byte 0 of bias 0 belongs")]
    [InlineData("padding-off-by-one", "uses the constant -8 where the constant -9 belongs")]
    [InlineData("drop-every-store-channel-wait", "uses a byte of 'coefficients n0 c0', which is not waited for where weight [0, 0, 0, 0] belongs")]
    [InlineData("first-output-missing", "holds a byte that nobody wrote")]
    [InlineData("output-not-invalidated-after", "holds an old byte of a cache line that the core has not dropped")]
    [InlineData("input-not-written-back", "uses a byte that the core has not written back where input [0, 0, 0, 0] belongs")]
    [InlineData("output-source-element-later", "is computed right, and another value is stored there")]
    public void Prove_Defect_IsExplained(string defect, string explanation)
    {
        Fault fault = FaultCatalog.All.Single(one => one.Name == defect);
        Conv2dShape shape = LayerKey.Parse("8_9_11_7_3_3_9_11_1_1_1_1");
        var program = new ProvenProgram(PlanOf(shape, 3, 2), Banks with { OutOfBounds = OutOfBoundsBehavior.Continue }) { Interceptors = fault.CreateInjector };

        ProgramProof proof = program.Prove();

        Assert.False(proof.IsProven);
        Assert.Null(proof.Fault);
        Assert.Equal(explanation, proof.First?.Explanation);
    }

    [Fact]
    public void Prove_ProgramThatLeavesItsBuffer_IsAFault()
    {
        Fault fault = FaultCatalog.All.Single(static one => one.Name == "coefficients-element-more");

        ProgramProof proof = new ProvenProgram(PlanOf(LayerKey.Parse("8_9_11_7_3_3_9_11_1_1_1_1"), 3, 2), Banks) { Interceptors = fault.CreateInjector }.Prove();

        Assert.False(proof.IsProven);
        Assert.Contains("leaves its buffer", proof.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void IsProven_NothingCompared_IsNot() => Assert.False(new ProgramProof(0, 0, null, null).IsProven);

    internal static DmaPlan PlanOf(Conv2dShape shape, int channels, int rows, TileSchedule? schedule = null, string banks = "0101011")
    {
        int channelsPerTile = Math.Min(channels, shape.OutChannels);
        int rowsPerTile = Math.Min(rows, shape.OutHeight);
        var placement = BankPlacement.FromDigits(banks);
        return schedule is null
            ? new TiledPlan { Shape = shape, ChannelsPerTile = channelsPerTile, RowsPerTile = rowsPerTile, Placement = placement }
            : new FreePlan { Shape = shape, ChannelsPerTile = channelsPerTile, RowsPerTile = rowsPerTile, Placement = placement, Schedule = schedule };
    }

    private static IEnumerable<TileSchedule?> Schedules(Conv2dShape shape)
    {
        yield return null;
        foreach (LoopOrder order in Enum.GetValues<LoopOrder>())
        {
            foreach (int inChannels in new[] { shape.InChannels, (shape.InChannels + 1) / 2, 2 })
            {
                yield return new TileSchedule
                {
                    Order = order,
                    InputBufferCount = 1 + (inChannels % 2),
                    CoefficientBufferCount = order == LoopOrder.RowsOuter ? 1 : 2,
                    InputChannelsPerPass = inChannels,
                    KeepsAllBiases = inChannels == 2,
                    SecondCoefficientBank = 1,
                    PartialSumBank = 1,
                };
            }
        }
    }
}
