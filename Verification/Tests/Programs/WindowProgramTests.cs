using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Fuzzing;
using Calls = TileProof.Tests.Execution.Calls;

namespace TileProof.Tests.Programs;

/// <summary>The tiled programs of windows that the library has no kernel for: bytes of the oracle at every landing, no hazard, proven for every input, and priced as they run.</summary>
public sealed class WindowProgramTests
{
    private const int Seed = 19111;
    private const int Programs = 600;
    private const int ProgramsOfTheSlowSuite = 5_000;

    [Fact]
    public void Run_AnyWindow_BytesOfTheOracleProvenAndPriced()
    {
        FuzzCoverage reached = Judge(Programs);

        // What a case can be is what its limits say: the branches that are not rare have to come up.
        string[] rare = ["rows outer", "several passes", "biases tile by tile", "part of a group a tile"];
        Assert.DoesNotContain(reached.MissedOf(new FuzzOptions()), point => point.Group == FuzzCoverage.WindowPlanner && !rare.Contains(point.Name));
    }

    [SkippableFact]
    public void Run_ManyWindows_BytesOfTheOracleProvenAndPriced()
    {
        SlowTests.SkipUnlessAsked();
        Assert.DoesNotContain(Judge(ProgramsOfTheSlowSuite).MissedOf(new FuzzOptions()), static point => point.Group == FuzzCoverage.WindowPlanner);
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

    /// <summary>Judges the windows among the cases of a fuzz campaign, with the programs that have tiles for them.</summary>
    private static FuzzCoverage Judge(int count)
    {
        using var oracles = new FuzzOracles();
        var check = new FuzzCheck(oracles);
        var reached = new FuzzCoverage();
        IEnumerable<FuzzCase> windows =
            from index in Enumerable.Range(0, int.MaxValue)
            let one = FuzzGenerator.Of(Seed, index)
            where one.Calls is [{ Operator: OperatorKind.Conv2d }] && one.Programs == ProgramLibrary.Corrected
            let shape = FuzzModel.ShapeOf(one.Calls[0], TensorShape.FromNchw(one.Batch, one.Channels, one.Height, one.Width))
            where ConvolutionKernel.FamilyOf(shape) is ConvolutionFamily.Window or ConvolutionFamily.Depthwise
            select one;
        foreach (FuzzCase one in windows.Take(count))
        {
            FuzzOutcome outcome = check.Judge(one, FuzzDepth.Usual);
            Assert.True(outcome.Finding is null, $"{outcome.Finding}: {FuzzCaseFile.Write(one)}");
            foreach (FuzzPoint point in outcome.Reached)
            {
                reached.Add(point);
            }
        }

        return reached;
    }
}
