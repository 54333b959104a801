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
        using var machine = new DspMachine(DspConfiguration.FromBankBytes(65536, 65536), 8192, new LandAtModelledTime(new ModelledClock(CostCoefficients.Calibrated)));
        MemoryBuffer tensor = machine.System.Allocate("tensor", BufferBytes);
        tensor.Bytes.Fill(7);
        machine.BeginProgram("program");
        MemoryBuffer local = machine.Allocate(0, "local", BufferBytes);
        MemoryBuffer other = machine.Allocate(1, "other", 256);
        machine.Dma.Issue(1, DmaDescriptor.Create(tensor.Whole(), local.Whole(), "load"));

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
