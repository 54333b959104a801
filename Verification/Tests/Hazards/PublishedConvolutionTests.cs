using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Verification.Hazards;
using TileProof.Verification.Mutation;
using TileProof.Verification.Options;

namespace TileProof.Tests.Hazards;

/// <summary>The hazards of the published convolutions, by their numbers in the operator contract, sections 1b.9 and 1b.10.</summary>
public sealed class PublishedConvolutionTests
{
    private const int PublishedBankBytes = 62976;
    private static readonly Conv2dShape SeveralTiles = Conv2dShape.Create(64, 16, 16, 64, 3, 3, 1, 1);
    private static readonly Conv2dShape LastStage = Conv2dShape.Create(512, 2, 2, 512, 3, 3, 1, 1);

    public static TheoryData<int> BankSizes => new(4096, 8192, 16384, 32768, PublishedBankBytes);

    [Theory, MemberData(nameof(BankSizes))]
    public void Corrected_EveryLayer_NoViolation(int bankBytes)
    {
        IReadOnlyList<FoundHazard> found = HazardSweep.Execute(
            [.. ResNetLayerShapes.ResNet18, .. ResNetLayerShapes.Pointwise], [BankSetting.OfEqualBanks(bankBytes)], ProgramLibrary.Corrected);

        Assert.DoesNotContain(found, static hazard => hazard.Hazard.Rule.Severity == HazardSeverity.Violation);
    }

    [Fact]
    public void C1_SecondTile_IsComputedWithoutWaitingForItsInput()
    {
        Hazard hazard = Published(SeveralTiles, 16384).First(static hazard =>
            hazard.Rule == HazardRule.ReadBeforeArrival && hazard.Buffer.StartsWith("input", StringComparison.Ordinal));

        Assert.Equal(new TileCoordinates(0, 0, 1), hazard.Tile);
        Assert.Contains("'input n0 c0 h1'", hazard.CollidesWith, StringComparison.Ordinal);
    }

    [Fact]
    public void C2_NextChannelTile_ComputesWithCoefficientsUnderWay()
    {
        Hazard hazard = Published(SeveralTiles, 16384).First(static hazard =>
            hazard.Rule == HazardRule.ReadBeforeArrival && hazard.Buffer == "coefficients");

        Assert.Equal(new TileCoordinates(0, 1, 0), hazard.Tile);
    }

    [Fact]
    public void C3_OutputBuffer_IsOverwrittenTwoTilesLater()
    {
        Hazard hazard = Published(SeveralTiles, 16384).First(static hazard =>
            hazard.Rule == HazardRule.WriteUnderRead && hazard.Buffer.StartsWith("output", StringComparison.Ordinal));

        Assert.Equal(new TileCoordinates(0, 0, 2), hazard.Tile);
        Assert.Contains("'output n0 c0 h0'", hazard.CollidesWith, StringComparison.Ordinal);
    }

    [Fact]
    public void C4_EdgeExtension_RacesWithTheLoad()
    {
        Assert.Contains(Published(LastStage, PublishedBankBytes), static hazard =>
            hazard.Rule == HazardRule.WriteUnderWrite && hazard.Operation.StartsWith("edge extension", StringComparison.Ordinal));
    }

    [Fact]
    public void C5_FirstLoad_ReadsOneRowPastTheTensor()
    {
        Hazard hazard = Published(LastStage, PublishedBankBytes).First(static hazard => hazard.Rule == HazardRule.OverRead);

        // One row of two bytes behind the last channel.
        Assert.Equal((2048L, 2049L), (hazard.FirstByte, hazard.LastByte));
        Assert.Contains("'input n0 c0 h0'", hazard.Operation, StringComparison.Ordinal);
    }

    [Fact]
    public void C6_EveryWrappedPrefetch_ReadsOneRowPastTheTensor()
    {
        Conv2dTilePlan plan = Conv2dTilePlanner.Plan(LastStage, DspConfiguration.FromBankBytes(PublishedBankBytes, PublishedBankBytes));

        long occurrences = Published(LastStage, PublishedBankBytes).Where(static hazard => hazard.Rule == HazardRule.OverRead).Sum(static hazard => hazard.Occurrences);

        Assert.Equal(1, plan.RowTileCount);
        Assert.Equal(plan.ChannelTileCount, occurrences);
    }

    [Theory]
    [InlineData(PublishedBankBytes, 64, 256, 5)]
    [InlineData(PublishedBankBytes, 256, 64, 4)]
    [InlineData(PublishedBankBytes, 256, 128, 5)]
    [InlineData(32768, 64, 64, 12)]
    [InlineData(16384, 64, 64, 2)]
    public void C7_ShortLastTileOfA1x1Kernel_ReadsPastTheTensor(int bankBytes, int inChannels, int outChannels, int rows)
    {
        const int Extent = 16;
        Conv2dShape shape = Conv2dShape.Create(inChannels, Extent, Extent, outChannels, 1, 1, 1, 0);

        Hazard hazard = Published(shape, bankBytes).First(static hazard => hazard.Rule == HazardRule.OverRead);

        Assert.Equal(rows * Extent, hazard.LastByte - hazard.FirstByte + 1);
        Assert.Equal(inChannels * Extent * Extent, hazard.FirstByte);
    }

    [Fact]
    public void C8_PlanForLargerBanks_RunsPastTheBank()
    {
        Conv2dTilePlan plan = Conv2dTilePlanner.Plan(SeveralTiles, DspConfiguration.FromBankBytes(32768, 32768));

        IReadOnlyList<Hazard> hazards = Published(SeveralTiles, 16384, plan: plan);

        Assert.Contains(hazards, static hazard => hazard.Rule == HazardRule.BankOverflow);
        Assert.Contains(hazards, static hazard => hazard.Rule == HazardRule.OutsideBank);
    }

    [Fact]
    public void C10_OutputLines_MayBeDirtyWhileDmaStores()
    {
        Assert.Contains(Published(SeveralTiles, 16384), static hazard => hazard.Rule == HazardRule.DmaWritesUnderDirtyLine && hazard.Buffer == "output");
    }

    [Fact]
    public void C11AndC18_RefusedShift_LeavesStaleOutputAndTransfersUnderWay()
    {
        ConvolutionCase layer = ConvolutionCase.Create(SeveralTiles, 1, 3);
        layer = layer with { Requantization = layer.Requantization with { AccumulatorShift = 24 } };
        (byte[] output, IReadOnlyList<Hazard> hazards) = Run(layer, 16384, ProgramLibrary.Published);

        Assert.Contains(hazards, static hazard => hazard.Rule == HazardRule.IgnoredStatus);
        Assert.Contains(hazards, static hazard => hazard.Rule == HazardRule.InFlightAtReturn);
        Assert.All(output, static value => Assert.Equal(ConvolutionRun.UnstoredByte, value));
    }

    [Fact]
    public void C12_SecondImageOfABatch_IsNotComputed()
    {
        ConvolutionCase layer = ConvolutionCase.Create(Conv2dShape.Create(64, 16, 16, 128, 1, 1, 2, 0), 2, 3);

        byte[] published = Run(layer, PublishedBankBytes, ProgramLibrary.Published).Output;
        byte[] corrected = Run(layer, PublishedBankBytes, ProgramLibrary.Corrected).Output;

        Assert.Equal(corrected[..(corrected.Length / 2)], published[..(published.Length / 2)]);
        Assert.All(published[(published.Length / 2)..], static value => Assert.Equal(ConvolutionRun.UnstoredByte, value));
    }

    [Fact]
    public void C14_SumsBeyond24Bits_AreCounted()
    {
        IReadOnlyList<Hazard> hazards = Run(MutationRun.AccumulatorLimits(), 16384, ProgramLibrary.Published).Hazards;

        Hazard hazard = Assert.Single(hazards, static hazard => hazard.Rule == HazardRule.AccumulatorOverflow);
        Assert.True(hazard.Occurrences > 0);
        Assert.Contains(hazards, static hazard => hazard.Rule == HazardRule.Int16Saturation);
    }

    [Fact]
    public void C19_TableWithoutDma_NamesAKernelThatDoesNotExist()
    {
        // 4 KiB banks have no plan for this layer, so its name already says _no_dma.
        ConvolutionCase layer = ConvolutionCase.Create(Conv2dShape.Create(128, 8, 8, 128, 3, 3, 1, 1), 1, 3);

        (byte[] output, IReadOnlyList<Hazard> hazards) = Run(layer, 4096, ProgramLibrary.Published, runsWithoutDma: true);

        Hazard hazard = Assert.Single(hazards, static hazard => hazard.Rule == HazardRule.IgnoredStatus);
        Assert.Contains("3x3j1d1_no_no_dma", hazard.CollidesWith, StringComparison.Ordinal);
        Assert.All(output, static value => Assert.Equal(ConvolutionRun.UnstoredByte, value));
        Assert.Empty(Run(layer, 4096, ProgramLibrary.Corrected, runsWithoutDma: true).Hazards);
    }

    [Fact]
    public void C24_ImageBeyondTheScratchBuffer_IsNotComputed()
    {
        // 917504 bytes of padded image and 458752 of its sub-sampled copy exceed 1 MiB.
        ConvolutionCase layer = ConvolutionCase.Create(Conv2dShape.Create(256, 56, 56, 16, 1, 1, 2, 0), 1, 3);

        (byte[] output, IReadOnlyList<Hazard> hazards) = Run(layer, 4096, ProgramLibrary.Published);

        Hazard hazard = Assert.Single(hazards, static hazard => hazard.Rule == HazardRule.IgnoredStatus);
        Assert.Contains("1376256 bytes", hazard.CollidesWith, StringComparison.Ordinal);
        Assert.All(output, static value => Assert.Equal(ConvolutionRun.UnstoredByte, value));
        Assert.DoesNotContain(Run(layer, 4096, ProgramLibrary.Corrected).Hazards, static hazard => hazard.Rule.Severity == HazardSeverity.Violation);
    }

    [Fact]
    public void OldRowFormula_LastStage_WritesBytes8193And8194OfTheInputBuffer()
    {
        ConvolutionCase layer = ConvolutionCase.Create(LastStage, 1, 3);

        IReadOnlyList<Hazard> hazards = Run(layer, PublishedBankBytes, ProgramLibrary.PublishedOld).Hazards;

        // Zero-based; the contract counts the first byte of the buffer as 0 and names the bytes behind its 8192.
        Hazard hazard = hazards.First(static hazard => hazard.Rule == HazardRule.OutsideBuffer);
        Assert.Equal("input pong", hazard.Buffer);
        Assert.Equal((8193L, 8194L), (hazard.FirstByte, hazard.LastByte));
        Assert.Contains("'coefficients' at byte 1", hazard.CollidesWith, StringComparison.Ordinal);
    }

    [Fact]
    public void OldRowFormula_LastStage_CorruptsEvenChannelTilesWhereTransfersLandEarly()
    {
        ConvolutionCase layer = ConvolutionCase.Create(LastStage, 1, 3);
        DspConfiguration configuration = DspConfiguration.FromBankBytes(PublishedBankBytes, PublishedBankBytes);
        Conv2dTilePlan plan = Conv2dTilePlanner.Plan(LastStage, configuration);

        byte[] right = new ConvolutionRun { Case = layer, Configuration = configuration }.Execute();
        byte[] old = new ConvolutionRun
        {
            Case = layer,
            Configuration = ProgramLibrary.PublishedOld.MachineFor(configuration),
            Programs = ProgramLibrary.PublishedOld,
            Landing = new LandAtIssue(),
        }.Execute();

        int[] harmedTiles = [.. Enumerable.Range(0, right.Length).Where(i => right[i] != old[i]).Select(i => i / 4 / plan.ChannelsPerTile).Distinct()];
        Assert.NotEmpty(harmedTiles);
        Assert.All(harmedTiles, static tile => Assert.Equal(0, tile % 2));
    }

    [Fact]
    public void NewRowFormula_EveryLayerAndBank_StaysInItsBuffers()
    {
        IReadOnlyList<FoundHazard> found = HazardSweep.Execute(
            ResNetLayerShapes.ResNet18, [BankSetting.OfEqualBanks(16384), BankSetting.OfEqualBanks(PublishedBankBytes)], ProgramLibrary.Published);

        Assert.DoesNotContain(found, static hazard => hazard.Hazard.Rule == HazardRule.OutsideBuffer || hazard.Hazard.Rule == HazardRule.OutsideBank);
    }

    private static IReadOnlyList<Hazard> Published(Conv2dShape shape, int bankBytes, Conv2dTilePlan? plan = null) =>
        Run(ConvolutionCase.Create(shape, 1, 3), bankBytes, ProgramLibrary.Published, plan).Hazards;

    private static (byte[] Output, IReadOnlyList<Hazard> Hazards) Run(
        ConvolutionCase layer, int bankBytes, ProgramLibrary programs, Conv2dTilePlan? plan = null, bool runsWithoutDma = false)
    {
        DspConfiguration configuration = programs.MachineFor(DspConfiguration.FromBankBytes(bankBytes, bankBytes));
        var monitor = new HazardMonitor(configuration);
        byte[] output = new ConvolutionRun { Case = layer, Configuration = configuration, Programs = programs, Plan = plan, RunsWithoutDma = runsWithoutDma }.Execute(monitor);
        return (output, monitor.Hazards);
    }
}
