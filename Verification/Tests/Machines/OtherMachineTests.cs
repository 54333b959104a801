using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Fuzzing;

namespace TileProof.Tests.Machines;

/// <summary>Corrected programs are right on machines with other banks, rings, channels, descriptors, vectors and caches than the modelled one.</summary>
public sealed class OtherMachineTests
{
    private const int Seed = 20;
    private const int MachineCount = 12;

    private static readonly Network[] Networks = [SampleNetwork.Create(batch: 2), MixedNetwork.Create()];

    [Fact]
    public void Run_AnyMachine_BytesOfTheOracleAndNoHazard()
    {
        for (int number = 0; number < MachineCount; number++)
        {
            // Alignment is a rule that unaligned tensors break, and saturation another arithmetic.
            DspConfiguration machine = FuzzMachines.DrawUnusual(FuzzDraw.Of(Seed, number)).Configuration with
            {
                DmaAlignmentBytes = 1, AccumulatorOverflow = AccumulatorOverflow.Wrap, CacheScratchBytes = 1024 * 1024,
            };
            foreach (Network network in Networks)
            {
                Check(network, machine);
            }
        }
    }

    /// <summary>What a descriptor describes after lowering: every byte of the transfer once, and in one piece where the machine could take it.</summary>
    [Theory]
    [InlineData(3, 4, 4 * 3)]
    [InlineData(3, 5, 2 * 3)]
    [InlineData(2, 32767, 3)]
    [InlineData(1, 32767, 3 * 5)]
    [InlineData(1, 1, 3 * 5)]
    public void Lower_PlanesOfRows_AsManyDescriptorsAsNeeded(int dimensions, int countLimit, int expected)
    {
        DspConfiguration machine = DspConfiguration.FromBankBytes(4096, 4096) with { DescriptorDimensions = dimensions, DescriptorCountLimit = countLimit };
        var builder = new TileProgramBuilder();
        int tensor = builder.Tensor("x", BufferRole.Input, 6 * 7 * 11);
        int local = builder.Buffer("y", BufferRole.Input, 0, 1024);
        builder.Load(1, InstructionPurpose.Input, new ProgramRegion(tensor, 13, 7, 5, 11, 3, 77), new ProgramRegion(local, 1, 7, 5, 9, 3, 50), new TransferLabel("x"));
        builder.Wait(1);
        TileProgram written = builder.Build("layer", new CallPlan(OperatorPath.Dma, "whole"));
        TileProgram lowered = MachineLowering.Of(written, machine);
        Instruction[] loads = [.. lowered.Instructions.Where(static one => one.Kind == InstructionKind.Load)];
        Assert.All(loads, load => Assert.True(lowered.ReadsOf(load)[0] is { } region && region.RowCount <= countLimit && region.PlaneCount <= countLimit && Dimensions(region) <= dimensions));
        Assert.Equal(BytesOf(written), BytesOf(lowered));
        Assert.True(loads.Length <= expected, $"{loads.Length} descriptors");
        Assert.Equal(0, lowered.Instructions[^1].OutstandingCount);
    }

    /// <summary>Two transfers may stay under way on a written channel; on the machine's one channel so may what was issued behind them.</summary>
    [Fact]
    public void Lower_OneChannel_WaitsForTheSameTransfers()
    {
        var builder = new TileProgramBuilder();
        int tensor = builder.Tensor("x", BufferRole.Input, 256);
        int local = builder.Buffer("y", BufferRole.Input, 0, 256);
        foreach (int channel in new[] { 0, 1, 0, 1 })
        {
            builder.Load(channel, InstructionPurpose.Input, ProgramRegion.Linear(tensor, 0, 8), ProgramRegion.Linear(local, 0, 8), new TransferLabel("x"));
        }

        builder.Wait(0, 1);
        builder.Wait(1, 0);
        builder.Wait(0, 5);
        TileProgram lowered = MachineLowering.Of(
            builder.Build("layer", new CallPlan(OperatorPath.Dma, "whole")), DspConfiguration.FromBankBytes(4096, 4096) with { DmaChannelCount = 1, RingDepth = 3 });

        // The fourth transfer waits for a place; the first of channel 0 is the first of all, the last of channel 1 the last.
        Assert.Equal(
            [(0, 2), (0, 3), (0, 0), (0, 4)],
            lowered.Instructions.Where(static one => one.Kind == InstructionKind.Wait).Select(static one => (one.Channel, one.OutstandingCount)));
    }

    private static void Check(Network network, DspConfiguration machine)
    {
        var random = new Random(7);
        var prepared = new PreparedPrograms(machine, ParameterDerivation.L1Norm);
        foreach (OperatorCall call in network.Calls.Where(static call => call is not Conv2dCall convolution || ConvolutionKernel.Supports(convolution.Shape)))
        {
            Tensor[] inputs = [.. call.Inputs.Select(input => input.ElementType == ElementType.Int8 ? Calls.RandomInt8(random, input.Shape) : Floats(random, input.Shape))];
            var monitor = new HazardMonitor(machine);
            foreach (LandingKind landing in Enum.GetValues<LandingKind>())
            {
                DspResult actual = SimulatedCall.Run(prepared, call, inputs, LandingPolicies.Create(landing, 3), observers: [monitor]);
                int equal = new ScalarOracle().Run(call, inputs, ParameterDerivation.L1Norm).Bytes.CommonPrefixLength(actual.Output.Bytes);
                Assert.True(equal == actual.Output.Bytes.Length, $"{call.Name}, {actual.Execution}, {landing} on {machine}: byte {equal} differs");
            }

            Assert.Empty(monitor.Hazards);
        }
    }

    private static Tensor Floats(Random random, TensorShape shape)
    {
        Tensor tensor = Tensor.Create(shape, ElementType.Float32);
        foreach (ref float element in tensor.Float32)
        {
            element = (random.NextSingle() * 8) - 4;
        }

        return tensor;
    }

    private static int Dimensions(in ProgramRegion region) => region.PlaneCount > 1 ? 3 : region.RowCount > 1 ? 2 : 1;

    /// <summary>Every byte of every load, from where to where, in order of the destination.</summary>
    private static (int From, int To)[] BytesOf(TileProgram program)
    {
        var bytes = new List<(int From, int To)>();
        foreach (Instruction load in program.Instructions.Where(static one => one.Kind == InstructionKind.Load))
        {
            ProgramRegion from = program.ReadsOf(load)[0];
            ProgramRegion to = program.WritesOf(load)[0];
            bytes.AddRange(Offsets(from).Zip(Offsets(to)));
        }

        return [.. bytes.OrderBy(static one => one.To)];
    }

    private static IEnumerable<int> Offsets(ProgramRegion region) =>
        from plane in Enumerable.Range(0, region.PlaneCount)
        from row in Enumerable.Range(0, region.RowCount)
        from column in Enumerable.Range(0, region.RowBytes)
        select region.OffsetBytes + (plane * region.PlanePitchBytes) + (row * region.RowPitchBytes) + column;
}
