using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.Tests.Support;

namespace TileProof.Tests.Device;

/// <summary>Code in other people's manner compiles as it is, and what is wrong with it is found at its line.</summary>
public sealed class ForeignProgramTests
{
    private static readonly string[] Optimizations = ["-O0", "-O1", "-O2", "-O3"];

    public static TheoryData<string, string> Programs
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string program in ForeignPrograms.All.Keys)
            {
                foreach (string optimization in Optimizations)
                {
                    cases.Add(program, optimization);
                }
            }

            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void RightProgram_GivesTheBytes_AtEveryLandingAndRing_AndNoHazard(string program, string optimization) =>
        DeviceBench.AssertRight(ForeignPrograms.All[program], optimization, randomSchedules: 30);

    [SkippableTheory]
    [InlineData("C++ and one channel", "-O0")]
    [InlineData("C++ and one channel", "-O2")]
    [InlineData("tasks", "-O0")]
    [InlineData("tasks", "-O2")]
    [InlineData("descriptors", "-O0")]
    [InlineData("descriptors", "-O3")]
    public void MissingWait_IsFound_WhereTheKernelReads_InlinedOrNot(string program, string optimization)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        Dictionary<string, string> files = ForeignPrograms.Without(program, "wait");
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, files, optimization));
        DeviceRun late = session.Run(new DeviceRunSettings { Landing = LandingKind.AtWait });
        Assert.NotEqual(DeviceBench.Expected(DeviceBench.Plan, DeviceBench.Machine), late.OutputAtReturn);
        RecordedHazard hazard = RecordedCheck.Check(ProgramRecorder.Record(late), DeviceBench.Machine).First(static one => one.Hazard.Rule == HazardRule.ReadBeforeArrival);
        Assert.Equal(ForeignPrograms.PlaceOf(files, "read"), hazard.Origin!.Innermost.Place);
        Assert.Contains(ForeignPrograms.PlaceOf(files, "kernel"), hazard.Origin.Frames.Select(static frame => frame.Place));
        Assert.Contains(ForeignPrograms.PlaceOf(files, "load"), hazard.OtherOrigin!.Frames.Select(static frame => frame.Place));
    }
}
