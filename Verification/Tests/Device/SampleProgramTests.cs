using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Device;
using TileProof.Verification.Options;

namespace TileProof.Tests.Device;

/// <summary>The sample programs in C and the built-in ones are two writings of one program: the lists of instructions are equal.</summary>
public sealed class SampleProgramTests
{
    [SkippableTheory]
    [InlineData("published", 4096, 4096)]
    [InlineData("corrected", 4096, 4096)]
    [InlineData("published", 16384, 16384)]
    [InlineData("corrected", 16384, 16384)]
    [InlineData("published", 62976, 62976)]
    [InlineData("corrected", 62976, 62976)]
    [InlineData("published", 16384, 8192)]
    [InlineData("corrected", 16384, 8192)]
    public void Convolutions_OfBothNetworks_AreRecordedAsTheBuiltInList(string library, int dram0Bytes, int dram1Bytes)
    {
        DeviceBench.RequireCompiler();
        var machine = DspConfiguration.FromBankBytes(dram0Bytes, dram1Bytes);
        Conv2dTilePlan[] plans = [.. PublishedShapes().Select(shape => Conv2dTilePlanner.TryPlanTiles(shape, dram0Bytes, dram1Bytes)).OfType<Conv2dTilePlan>()];
        Assert.NotEmpty(plans);
        DeviceBuild build = DeviceBench.Build(DeviceProgramFile.Read(RepositoryPaths.Fixture("programs", library, "kernels.json")), machine, plans);
        foreach (Conv2dTilePlan plan in plans)
        {
            (sbyte[] weights, Requantization kernel, Tensor input) = DeviceBench.Data(plan.Shape);
            using var session = new DeviceSession(build, DeviceCall.Convolution(plan, weights, kernel, input, machine.PoisonByte), machine);
            DeviceRun run = session.Run(new DeviceRunSettings { Landing = LandingKind.AtIssue });
            Assert.Equal((DeviceFaultKind.None, 0), (run.Fault, run.Status));
            Assert.Equal(DeviceBench.Expected(plan, machine), run.OutputAfterLanding);

            RecordedProgram recorded = ProgramRecorder.Record(run);
            TileProgram built = ProgramChoice.Parse(library).Write(new ConvolutionRequest(plan, 1, kernel, machine with { OutOfBounds = OutOfBoundsBehavior.Continue }));
            Assert.Equal(InstructionText.Of(built), InstructionText.Of(recorded));
            IReadOnlyList<RecordedHazard> hazards = RecordedCheck.Check(recorded, machine);
            Assert.Equal(library == "corrected" || plan.ChannelTileCount * plan.RowTileCount == 1, hazards.All(static hazard => hazard.Hazard.Rule.Name == "over-read"));
        }
    }

    /// <summary>The distinct convolutions of both networks, as the published tables list them.</summary>
    private static IEnumerable<Conv2dShape> PublishedShapes() => File.ReadLines(RepositoryPaths.Fixture("published", "conv_layers.csv"))
        .Skip(1)
        .Select(static line => line.Split(',')[2])
        .Distinct()
        .Select(static key => Array.ConvertAll(key.Split('_'), static field => int.Parse(field, CultureInfo.InvariantCulture)))
        .Select(static n => Conv2dShape.Create(n[0], n[1], n[2], n[3], n[4], n[5], n[8], n[10]));
}
