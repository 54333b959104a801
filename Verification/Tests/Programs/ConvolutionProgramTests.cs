using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Execution;

namespace TileProof.Tests.Programs;

/// <summary>The lists of instructions of convolutions, and the runner of lists (design of tile programs).</summary>
public sealed class ConvolutionProgramTests
{
    private const int Batch = 2;

    // Not square; with five channels and three rows a tile, the last tiles are uneven.
    private static readonly Conv2dShape Shape = Conv2dShape.Create(5, 11, 7, 13, 3, 3, 1, 1);

    private static readonly DspConfiguration Machine = DspConfiguration.FromBankBytes(1024, 1088);

    public static TheoryData<string> Libraries => [ProgramLibrary.Corrected.Name, ProgramLibrary.Published.Name, ProgramLibrary.PublishedOld.Name];

    [Fact]
    public void Write_TiledConvolution_CutsChannelsAndRowsUnevenly()
    {
        Conv2dTilePlan plan = Write(ProgramLibrary.Corrected, perChannel: false).Plan.Convolution!;
        Assert.True(plan.ChannelTileCount > 1 && plan.ChannelsInLastTile < plan.ChannelsPerTile, plan.ToString());
        Assert.True(plan.RowTileCount > 2 && plan.RowsInTile(plan.RowTileCount - 1) < plan.RowsPerTile, plan.ToString());
    }

    // A program is made once and knows no live memory: every run of it gives the golden bytes.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_OneProgramTwice_EqualsTheOracleUnderEveryLanding(bool perChannel)
    {
        Conv2dCall call = Calls.Conv(Shape, 4, Batch, perChannel);
        Requantization requantization = call.Requantize(ParameterDerivation.L1Norm);
        TileProgram program = Write(ProgramLibrary.Corrected, perChannel);
        foreach ((LandingPolicy landing, int seed) in new (LandingPolicy, int)[] { (new LandAtIssue(), 5), (new LandAtWait(), 6), (new LandAtRandom(3), 7) })
        {
            Tensor[] inputs = Calls.Inputs(call, seed);
            Tensor expected = new ScalarOracle().Run(call, inputs, ParameterDerivation.L1Norm);
            Assert.Equal(expected.Bytes.ToArray(), Run(program, call, requantization, inputs[0], landing));
        }
    }

    // Section 1b.4: the published loop waits for its first tile and its last store only.
    [Fact]
    public void Write_PublishedLibrary_WaitsForFirstTileAndLastStoreOnly()
    {
        TileProgram published = Write(ProgramLibrary.Published, perChannel: false);
        int[] channels = [.. published.Instructions.Where(static i => i.Kind == InstructionKind.Wait).Select(static i => i.Channel)];
        Assert.Equal([0, 1, 0, 0], channels);
        TileProgram old = Write(ProgramLibrary.PublishedOld, perChannel: false);
        Assert.True(old.Instructions.Count(static i => i.Kind == InstructionKind.Wait) > 3 * published.Plan.Convolution!.RowTileCount);
        Assert.Single(published.Instructions, static i => i.Kind == InstructionKind.Begin);
        Assert.Equal(Batch, Write(ProgramLibrary.Corrected, perChannel: false).Instructions.Count(static i => i.Kind == InstructionKind.Begin));
    }

    // Hazard C10: the corrected library alone drops the lines of the output before DMA stores behind them.
    [Theory, MemberData(nameof(Libraries))]
    public void Write_OutputLines_DroppedFirstByTheCorrectedLibraryOnly(string library)
    {
        TileProgram program = Write(LibraryOf(library), perChannel: false);
        int first = program.Instructions.TakeWhile(static i => i.Kind != InstructionKind.Begin).Count(static i => i.Kind == InstructionKind.Invalidate);
        Assert.Equal(library == ProgramLibrary.Corrected.Name ? 1 : 0, first);
        Assert.Equal(1, program.Instructions.SkipWhile(static i => i.Kind != InstructionKind.Begin).Count(static i => i.Kind == InstructionKind.Invalidate));
    }

    // The purpose of a transfer is the role of the bytes at both of its ends; no reader has to guess it from a label.
    [Theory, MemberData(nameof(Libraries))]
    public void Write_EveryTransfer_PurposeIsTheRoleOfBothEnds(string library)
    {
        TileProgram program = Write(LibraryOf(library), perChannel: true);
        var seen = new HashSet<InstructionPurpose>();
        foreach (Instruction instruction in program.Instructions)
        {
            if (instruction.Kind is not (InstructionKind.Load or InstructionKind.Store))
            {
                continue;
            }

            ProgramBuffer source = program.Buffers[program.ReadsOf(instruction)[0].Buffer];
            ProgramBuffer destination = program.Buffers[program.WritesOf(instruction)[0].Buffer];
            Assert.Equal(instruction.Purpose.ToString(), source.Role.ToString());
            Assert.Equal(source.Role, destination.Role);
            Assert.Equal(instruction.Kind == InstructionKind.Load, destination.IsLocal);
            Assert.NotEqual(source.IsLocal, destination.IsLocal);
            seen.Add(instruction.Purpose);
        }

        Assert.Equal(5, seen.Count);
    }

    // What the library does not know when it writes, a tensor of another length, is refused when it runs.
    [Fact]
    public void Run_TensorOfAnotherLength_Refused()
    {
        Conv2dCall call = Calls.Conv(Shape, 4, Batch);
        TileProgram program = Write(ProgramLibrary.Corrected, perChannel: false);
        using var machine = new DspMachine(Machine, 1 << 16, new LandAtWait());
        MemoryBuffer tooShort = machine.System.Allocate("input", program.Buffers[0].LengthBytes - 1);
        Requantization requantization = call.Requantize(ParameterDerivation.L1Norm);
        Assert.Throws<ArgumentException>(() => new ProgramRunner(machine, program, new ConvolutionKernels(Shape, requantization, requantization, PackBehavior.Hardware(AccumulatorOverflow.Wrap)), [tooShort]));
    }

    private static ProgramLibrary LibraryOf(string name) =>
        new[] { ProgramLibrary.Corrected, ProgramLibrary.Published, ProgramLibrary.PublishedOld }.Single(library => library.Name == name);

    private static TileProgram Write(ProgramLibrary library, bool perChannel)
    {
        Conv2dCall call = Calls.Conv(Shape, 4, Batch, perChannel);
        return library.Write(new ConvolutionRequest(
            Conv2dTilePlanner.Plan(Shape, Machine) with { ChannelsPerTile = 5 }, Batch, call.Requantize(ParameterDerivation.L1Norm), Machine));
    }

    private static byte[] Run(TileProgram program, Conv2dCall call, Requantization requantization, Tensor input, LandingPolicy landing)
    {
        using var machine = new DspMachine(Machine, 1 << 16, landing);
        MemoryBuffer[] tensors = [.. program.Buffers.TakeWhile(static b => !b.IsLocal).Select(b => machine.System.Allocate(b.Name, b.LengthBytes))];
        input.Bytes.CopyTo(tensors[0].Bytes);
        call.Weights.CopyTo(tensors[1].As<sbyte>());
        requantization.KernelBias.CopyTo(tensors[2].As<int>());
        if (requantization.IsPerChannel)
        {
            requantization.OutputScales.CopyTo(tensors[3].As<ushort>());
        }

        new ProgramRunner(machine, program, new ConvolutionKernels(Shape, requantization, requantization, PackBehavior.Hardware(AccumulatorOverflow.Wrap)), tensors).Run();
        Assert.False(requantization.HasPostCorrection);
        return tensors[^1].Bytes.ToArray();
    }
}
