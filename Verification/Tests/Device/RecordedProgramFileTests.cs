using TileProof.HwModel.Device;
using TileProof.Tests.Support;
using TileProof.Verification.Device;

namespace TileProof.Tests.Device;

public sealed class RecordedProgramFileTests
{
    [SkippableFact]
    public void Program_WrittenAndRead_IsTheSame_AndBreaksTheSameRules()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, ElsewhereProgram.Files(("WAIT_IN(); /*@wait in@*/", ";"))));
        RecordedProgram program = ProgramRecorder.Record(session.Run(new DeviceRunSettings()));
        string text = RecordedProgramFile.Write(program);
        RecordedProgram read = RecordedProgramFile.Read(text);
        Assert.Equal(text, RecordedProgramFile.Write(read));
        Assert.Equal(InstructionText.Of(program), InstructionText.Of(read));
        Assert.Equal(Texts(program), Texts(read));
        Assert.NotEmpty(Texts(read));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("{\"format\":\"other\",\"version\":1}", "line 1 is no line of a recorded program: expected the header")]
    [InlineData("{\"format\":\"tileproof-program\",\"version\":1,\"layer\":\"x\",\"ringDepth\":2}\n{\"op\":\"Jump\"}", "line 2 is no line of a recorded program: 'op' is not known")]
    [InlineData("{\"format\":\"tileproof-program\",\"version\":1,\"layer\":\"x\",\"ringDepth\":2}\n{\"op\":\"Load\",\"reads\":[[0,0,1,1,1,1,1]]}", "line 2 is no line of a recorded program: a region")]
    [InlineData("{\"format\":\"tileproof-program\",\"version\":1,\"layer\":\"x\",\"ringDepth\":2}\nnonsense", "line 2 is no line of a recorded program")]
    public void Line_ThatIsNotUnderstood_IsNamed(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => RecordedProgramFile.Read(text)).Message, StringComparison.Ordinal);

    private static string[] Texts(RecordedProgram program) =>
        [.. RecordedCheck.Check(program, DeviceBench.Machine).Select(static hazard => $"{hazard.Hazard} {hazard.Origin} {hazard.OtherOrigin}")];
}
