using FsCheck;
using FsCheck.Fluent;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Execution;
using TileProof.Tests.Proof;
using TileProof.Tests.Support;
using Calls = TileProof.Tests.Execution.Calls;

namespace TileProof.Tests.Programs;

/// <summary>The tiled programs of windows that the library has no kernel for: bytes of the oracle at every landing, no hazard, proven for every input, and priced as they run.</summary>
public sealed class WindowProgramTests
{
    private const int Programs = 150;
    private const int ProgramsOfTheSlowSuite = 1_000;

    [Fact]
    public void Run_AnyWindow_BytesOfTheOracleProvenAndPriced()
    {
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        Properties.ForAll(Programs, Cases, Smaller, one => Check(one, found));

        // What a case can be is what its limits say: all of it has to come up.
        string[] kinds = ["Dma Window", "Dma Depthwise", "Cache Window", "several groups a tile", "part of a group a tile", "one of several passes", "one input buffer", "rows outer", "biases tile by tile", "uneven last tile"];
        Assert.All(kinds, kind => Assert.True(found.GetValueOrDefault(kind) > 0, $"no case of '{kind}': {string.Join(", ", found.OrderBy(static pair => pair.Key))}"));
    }

    [SkippableFact]
    public void Run_ManyWindows_BytesOfTheOracleProvenAndPriced()
    {
        SlowTests.SkipUnlessAsked();
        Properties.ForAll(ProgramsOfTheSlowSuite, Cases, Smaller, static one => Check(one, []));
    }

    /// <summary>The layers of networks that this is for, at the bank sizes that are known; tiles as their planner cuts them.</summary>
    [Theory]
    [InlineData("32_32_32_32_3_3_32_32_1_1_1_1_g32", "DMA DMA DMA DMA")]
    [InlineData("96_32_32_96_3_3_16_16_2_2_1_1_g96", "DMA DMA DMA DMA")]
    [InlineData("960_2_2_960_3_3_2_2_1_1_1_1_g960", "DMA DMA DMA DMA")]
    [InlineData("120_28_28_120_5_5_28_28_1_1_2_1_g120", "DMA DMA DMA DMA")]
    [InlineData("64_56_56_64_5_5_56_56_1_1_2_1", "DMA DMA DMA DMA")]
    [InlineData("512_14_14_512_3_3_14_14_1_1_2_2", "DMA DMA DMA DMA")]
    public void Plan_KnownLayers_TakeTilesAtEverySize(string key, string expected)
    {
        string[] parts = key.Split("_g");
        int[] n = [.. parts[0].Split('_').Select(int.Parse)];
        var shape = Conv2dShape.Create(n[0], n[1], n[2], n[3], n[4], n[5], n[8], n[10], n[11], parts.Length > 1 ? int.Parse(parts[1]) : 1);
        Assert.Equal(key, shape.ConfigKey);
        string found = string.Join(' ', new[] { 4096, 8192, 16384, 62976 }.Select(bytes => WindowTilePlanner.Plan(shape, DspConfiguration.FromBankBytes(bytes, bytes)).Mode == ExecutionMode.Dma ? "DMA" : "cache"));
        Assert.Equal(expected, found);
    }

    /// <summary>The published libraries have none of these kernels: their dispatch finds no table entry and takes the generic one.</summary>
    [Fact]
    public void Write_PublishedLibrary_IsTheGenericKernel()
    {
        Conv2dCall call = Calls.Conv(Conv2dShape.Create(6, 9, 8, 6, 3, 3, 1, 1, groups: 6), 3);
        DspConfiguration machine = DspConfiguration.FromBankBytes(16384, 8192);
        OperatorPath Path(ProgramLibrary library) => new PreparedPrograms(library.MachineFor(machine), ParameterDerivation.L1Norm, library: library).ProgramOf(call).Plan.Path;
        Assert.Equal((OperatorPath.Dma, OperatorPath.Portable, OperatorPath.Portable), (Path(ProgramLibrary.Corrected), Path(ProgramLibrary.Published), Path(ProgramLibrary.PublishedOld)));
    }

    private static Gen<Case> Cases =>
        from kernel in Gen.Frequency((4, Gen.Choose(1, 5)), (1, Gen.Choose(6, 11))).Two()
        from strides in Gen.Choose(1, 4).Two()
        from dilations in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Choose(2, 3))).Two()
        from pads in Gen.Frequency((4, Gen.Choose(0, 3)), (1, Gen.Choose(4, 12))).Four()
        from extents in Gen.Frequency((5, Gen.Choose(1, 23)), (1, Gen.Choose(40, 70))).Two()
        from groups in Gen.Frequency((4, Gen.Constant(1)), (4, Gen.Choose(2, 12)), (1, Gen.Choose(150, 260)))
        from channels in Gen.Frequency((3, Gen.Constant((1, 1))), (4, Gen.Choose(1, 9).Two().Select(static pair => (pair.Item1, pair.Item2))), (1, Gen.Choose(40, 90).Select(static many => (1 + (many % 3), many))))
        from isDepthwise in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from banks in Gen.Frequency((2, Gen.Choose(0, 3)), (2, Gen.Choose(0, 23))).Two()
        from batch in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Constant(2)))
        from seed in Gen.Choose(1, 1_000_000)
        let window = new Conv2dWindow
        {
            KernelHeight = isDepthwise ? 3 + (kernel.Item1 / 4 % 2 * 2) : kernel.Item1,
            KernelWidth = isDepthwise ? 3 + (kernel.Item1 / 4 % 2 * 2) : kernel.Item2,
            StrideHeight = isDepthwise ? 1 + (strides.Item1 % 2) : strides.Item1,
            StrideWidth = isDepthwise ? 1 + (strides.Item1 % 2) : strides.Item2,
            DilationHeight = isDepthwise ? 1 : dilations.Item1,
            DilationWidth = isDepthwise ? 1 : dilations.Item2,
            PadTop = pads.Item1,
            PadLeft = pads.Item2,
            PadBottom = pads.Item3,
            PadRight = pads.Item4,
        }
        let shape = ShapeOf(groups, isDepthwise || groups > 12 ? (1, 1) : channels, extents.Item1, extents.Item2, window)
        where shape is not null && !ConvolutionKernel.IsPublished(shape.Value)
        select new Case(shape.Value, batch, 1024 + (banks.Item1 * 128), 1024 + (banks.Item2 * 128), seed);

    private static Conv2dShape? ShapeOf(int groups, (int In, int Out) channels, int height, int width, Conv2dWindow window) =>
        height + window.PadTop + window.PadBottom >= window.Height && width + window.PadLeft + window.PadRight >= window.Width
            ? Conv2dShape.Create(groups * channels.In, height, width, groups * channels.Out, window, groups)
            : null;

    /// <summary>Fewer channels and groups, smaller images and kernels.</summary>
    private static IEnumerable<Case> Smaller(Case one)
    {
        Conv2dShape s = one.Shape;
        Conv2dWindow w = s.Window;
        IEnumerable<Conv2dShape?> shapes =
        [
            .. Properties.Towards(1, s.Groups).Select(groups => ShapeOf(groups, (s.GroupInChannels, s.GroupOutChannels), s.InHeight, s.InWidth, w)),
            .. Properties.Towards(1, s.GroupInChannels).Select(channels => ShapeOf(s.Groups, (channels, s.GroupOutChannels), s.InHeight, s.InWidth, w)),
            .. Properties.Towards(1, s.GroupOutChannels).Select(channels => ShapeOf(s.Groups, (s.GroupInChannels, channels), s.InHeight, s.InWidth, w)),
            .. Properties.Towards(1, s.InHeight).Select(height => ShapeOf(s.Groups, (s.GroupInChannels, s.GroupOutChannels), height, s.InWidth, w)),
            .. Properties.Towards(1, s.InWidth).Select(width => ShapeOf(s.Groups, (s.GroupInChannels, s.GroupOutChannels), s.InHeight, width, w)),
            .. Properties.Towards(1, s.KernelHeight).Select(rows => ShapeOf(s.Groups, (s.GroupInChannels, s.GroupOutChannels), s.InHeight, s.InWidth, w with { KernelHeight = rows })),
            .. Properties.Towards(0, s.PadBottom).Select(pad => ShapeOf(s.Groups, (s.GroupInChannels, s.GroupOutChannels), s.InHeight, s.InWidth, w with { PadBottom = pad })),
        ];
        return from shape in shapes where shape is not null && !ConvolutionKernel.IsPublished(shape.Value) select one with { Shape = shape.Value };
    }

    private static void Check(Case one, Dictionary<string, int> found)
    {
        bool perChannel = one.Seed % 2 == 0 && one.Shape.OutChannels > 1;
        Conv2dCall call = Calls.Conv(one.Shape, one.Seed, one.Batch, perChannel);
        Tensor[] inputs = Calls.Inputs(call, one.Seed + 1);
        Conv2dTilePlan plan = WindowTilePlanner.Plan(one.Shape, one.Machine);
        Note(plan, found);

        Tensor expected = new ScalarOracle().Run(call, inputs, ParameterDerivation.L1Norm);
        var monitor = new HazardMonitor(one.Machine);
        foreach (LandingKind landing in Enum.GetValues<LandingKind>())
        {
            CallPlan execution = OracleComparison.AssertEqual(expected, call, inputs, new DspEngine(one.Machine, landing, one.Seed, OperatorRouting.Published, monitor));
            Assert.Equal((plan.Mode == ExecutionMode.Dma ? OperatorPath.Dma : OperatorPath.Direct, plan), (execution.Path, execution.Convolution));
        }

        // Random weights may saturate 16 bits behind a shift, in the oracle too.
        Assert.DoesNotContain(monitor.Hazards, static hazard => hazard.Rule != HazardRule.Int16Saturation);
        var proof = new ProvenProgram(plan, one.Machine) { Batch = one.Batch, PerChannel = perChannel }.Prove();
        Assert.True(proof.IsProven, $"{one}: {proof}");
        CheckPrice(one, call, plan);
    }

    /// <summary>The program that is priced before it is run is the one that runs, transfer for transfer.</summary>
    private static void CheckPrice(Case one, Conv2dCall call, Conv2dTilePlan plan)
    {
        var setting = new CallSetting(one.Machine, MachineMode.MemoryModel) { Programs = ProgramLibrary.Assumed(ProgramAssumptions.Corrected) };
        EventTimeline predicted = CyclePredictor.Predict(call, setting, CostCoefficients.Calibrated, recordSpans: true)!.Timeline;
        Assert.True(predicted.NowCycles > 0);
        if (plan.Mode == ExecutionMode.Dma)
        {
            TileProgram program = new PreparedPrograms(one.Machine, ParameterDerivation.L1Norm).ProgramOf(call);
            EventTimeline executed = ProgramPricer.Price(
                call.Kind, program, new KernelCosts(CostCoefficients.Calibrated, MachineMode.MemoryModel), one.Machine.RingDepth, recordSpans: true).Timeline;
            Assert.Equal(executed.Events, predicted.Events);
            Assert.Equal(executed.NowCycles, predicted.NowCycles);
        }
    }

    private static void Note(Conv2dTilePlan plan, Dictionary<string, int> found)
    {
        Conv2dShape shape = plan.Shape;
        TileSchedule? schedule = (plan as FreePlan)?.Schedule;
        Add($"{plan.Mode} {ConvolutionKernel.FamilyOf(shape)}", true);
        Add("several groups a tile", shape.Groups > 1 && plan.ChannelsPerTile > shape.GroupOutChannels && plan.ChannelTileCount > 1);
        Add("part of a group a tile", shape.Groups > 1 && plan.ChannelsPerTile < shape.GroupOutChannels);
        Add("one of several passes", plan.PassCount > 1);
        Add("one input buffer", schedule is { InputBufferCount: 1 });
        Add("rows outer", schedule is { Order: LoopOrder.RowsOuter } && plan is { RowTileCount: > 1, ChannelTileCount: > 1 });
        Add("biases tile by tile", schedule is { KeepsAllBiases: false });
        Add("uneven last tile", shape.OutHeight % plan.RowsPerTile != 0 || shape.OutChannels % plan.ChannelsPerTile != 0);

        void Add(string kind, bool isSo) => found[kind] = found.GetValueOrDefault(kind) + (isSo ? 1 : 0);
    }

    private sealed record Case(Conv2dShape Shape, int Batch, int Dram0Bytes, int Dram1Bytes, int Seed)
    {
        public DspConfiguration Machine => OracleComparison.Banks(Dram0Bytes, Dram1Bytes);

        public override string ToString() => $"{Shape.ConfigKey} x {Batch}, banks {Dram0Bytes} and {Dram1Bytes}, seed {Seed}, {WindowTilePlanner.Plan(Shape, Machine)}";
    }
}
