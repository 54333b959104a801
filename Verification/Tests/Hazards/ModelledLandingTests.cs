using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Verification.Hazards;

namespace TileProof.Tests.Hazards;

public sealed class ModelledLandingTests
{
    private const int BufferBytes = 2048;

    [Fact]
    public void Transfer_LandsOnceTheCoreHasWorkedLongEnough_WithoutAWait()
    {
        using var machine = new DspMachine(DspConfiguration.FromBankBytes(65536, 65536), 8192, new LandAtModelledTime(CostCoefficients.Calibrated));
        MemoryBuffer tensor = machine.System.Allocate("tensor", BufferBytes);
        tensor.Bytes.Fill(7);
        machine.BeginProgram("program");
        MemoryBuffer local = machine.Allocate(0, "local", BufferBytes);
        MemoryBuffer other = machine.Allocate(1, "other", 256);
        machine.Dma.Issue(1, DmaDescriptor.Create(tensor.Whole(), local.Whole(), new TransferLabel("load")));

        Assert.NotEqual(7, local.Bytes[0]);
        int fills = 0;
        while (local.Bytes[0] != 7 && fills < 1000)
        {
            machine.Fill(other.Whole(), 1, FillPurpose.WholeBuffer);
            fills++;
        }

        Assert.InRange(fills, 2, 999);
        Assert.Equal(7, local.Bytes[^1]);
    }

    // Stores have a rate of their own: with loads ten times as fast, a store of as many bytes lands ten times as late.
    [Fact]
    public void Store_LandsAtTheRateOfStores()
    {
        CostCoefficients costs = CostCoefficients.Zero.With(MachineMode.MemoryModel, MemoryTerm.DmaByte, 0.05).With(MachineMode.MemoryModel, MemoryTerm.DmaStoreByte, 0.5);
        Assert.Equal([27, 257], new[] { false, true }.Select(FillsUntilLanded));

        int FillsUntilLanded(bool isStore)
        {
            using var machine = new DspMachine(DspConfiguration.FromBankBytes(65536, 32768), 8192, new LandAtModelledTime(costs));
            MemoryBuffer tensor = machine.System.Allocate("tensor", BufferBytes);
            machine.BeginProgram("program");
            MemoryBuffer local = machine.Allocate(0, "local", BufferBytes);
            MemoryBuffer other = machine.Allocate(1, "other", 256);
            (MemoryBuffer source, MemoryBuffer destination) = isStore ? (local, tensor) : (tensor, local);
            source.Bytes.Fill(7);
            machine.Dma.Issue(1, DmaDescriptor.Create(source.Whole(), destination.Whole(), new TransferLabel("transfer")));
            int fills = 0;
            while (destination.Bytes[^1] != 7 && fills < 1000)
            {
                machine.Fill(other.Whole(), 1, FillPurpose.WholeBuffer);
                fills++;
            }

            return fills;
        }
    }

    [Fact]
    public void CorrectedPrograms_ModelledLanding_SameBytesAsAtTheWait()
    {
        foreach (Conv2dShape shape in new[] { ResNetLayerShapes.ResNet18[0], ResNetLayerShapes.ResNet18[3] })
        {
            var run = new ConvolutionRun { Case = ConvolutionCase.Create(shape, 1, 9), Configuration = DspConfiguration.FromBankBytes(16384, 16384) };

            Assert.Equal(run.Execute(), (run with { Landing = LandingPolicies.Create(LandingKind.Modelled, 0) }).Execute());
        }
    }
}
