using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

/// <summary>Files that commands are given: one line and exit code 2 for whatever is no file, and nothing that was there is replaced.</summary>
public sealed class FileArgumentTests
{
    /// <summary>Every kind of input file, as a pipe that nobody writes to.</summary>
    [SkippableTheory]
    [InlineData("verify", "--networks", "pipe.onnx")]
    [InlineData("verify", "--networks", "pipe.pte")]
    [InlineData("verify", "--project", "pipe")]
    [InlineData("verify", "--plans", "pipe")]
    [InlineData("verify", "--vectors", "vectors")]
    [InlineData("plan", "--networks", "pipe.onnx")]
    [InlineData("compare-log", "pipe", "--networks", "resnet18")]
    [InlineData("compare-log", "log", "--against", "pipe")]
    public void Invoke_PipeAsInput_IsOneLineAndDoesNotWait(params string[] args)
    {
        SpecialFiles.SkipOnWindows();
        ArgumentNullException.ThrowIfNull(args);
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["vectors", "layer"]);
        File.WriteAllText(folder["log"], "PERF_LOG : conv2d : 1 : elements : 5 : cycles : 0.2\n");
        string[] pipes = [folder["pipe"], folder["pipe.onnx"], folder["pipe.pte"], folder["vectors", "layer", "params.json"]];
        Array.ForEach(pipes, SpecialFiles.MakePipe);
        FileStream[] both = [.. pipes.Select(SpecialFiles.OpenPipe)];
        (int exitCode, string error) = Invoke(folder, [.. args.Select(argument => Path.Exists(folder[argument]) ? folder[argument] : argument)]);
        Array.ForEach(both, static stream => stream.Dispose());
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.EndsWith("it is a pipe or a device, expected a regular file", OneLine(error), StringComparison.Ordinal);
    }

    /// <summary>A byte that is no UTF-8, and half of a character that JSON can state by an escape.</summary>
    [Theory]
    [InlineData(new byte[] { 0x72, 0xFF }, "it is no UTF-8 text")]
    [InlineData(new byte[] { 0x5C, 0x75, 0x44, 0x38, 0x30, 0x30 }, "a text in it is no valid Unicode")]
    public void Invoke_ProjectFileThatIsNoText_IsOneLine(byte[] name, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["tileproof.json"], [.. "{\"models\":[\""u8, .. name, .. "\"]}"u8]);
        (int exitCode, string error) = Invoke(folder, "verify", "--project", folder["tileproof.json"]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.EndsWith(expected, OneLine(error), StringComparison.Ordinal);
    }

    [Fact]
    public void Invoke_PlanFileThatIsNoText_IsOneLine()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["plans.json"], [.. "{\"format\":\""u8, 0xFF, .. "\"}"u8]);
        (int exitCode, string error) = Invoke(folder, "verify", "--plans", folder["plans.json"]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.EndsWith("it is no UTF-8 text", OneLine(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nowhere/layer_configs.h")]
    public void Invoke_OutputThatIsNoFile_IsOneLine(string name)
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string error) = Invoke(folder, "export-header", "--networks", "resnet18", "-o", name.Length == 0 ? name : folder[name]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        OneLine(error);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Invoke_OutputWithALongName_IsWritten()
    {
        using var folder = new TemporaryFolder();
        string name = new string('n', 240) + ".h";
        Assert.Equal((ExitCode.Proven, ""), Invoke(folder, "export-header", "--networks", "resnet18", "-o", folder[name]));
        Assert.Equal([name], folder.Files);
    }

    /// <summary>Reports of an earlier run that this one does not write are no longer there; files of others are.</summary>
    [Fact]
    public void Invoke_VerifyAgainWithoutAccuracyAndSchedules_DeletesTheirReports()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["reports"]);
        File.WriteAllText(folder["reports", "notes.md"], "mine");
        string[] run = ["verify", "--networks", "resnet18", "--input", "8", "--banks", "4k", "--landing", "at-wait", "--layers", "fc,conv1"];
        Assert.Equal(ExitCode.Proven, Invoke(folder, [.. run, "--adversarial", "1"]).ExitCode);
        Assert.True(File.Exists(folder["reports", "adversarial.csv"]));
        (int exitCode, string error) = Invoke(folder, run);
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Contains("deleted adversarial.csv, a report of an earlier run that this one does not write", error, StringComparison.Ordinal);
        Assert.Equal(
            [".tileproof-verify.sha256", "calls.csv", "conformance.csv", "cycles.csv", "end_to_end.csv", "hazards.csv", "notes.md", "proof.csv", "report.html", "run.json", "summary.md"],
            folder.Files.Select(static path => Path.GetRelativePath("reports", path)));
    }

    private static string OneLine(string error)
    {
        Assert.StartsWith("tileproof: ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(static character => character == '\n'));
        return error.TrimEnd('\n');
    }

    private static (int ExitCode, string Error) Invoke(TemporaryFolder folder, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = output, Error = error, Progress = new PlainProgress(error), DefaultOutputFolder = folder["reports"] };
        int exitCode = CommandLineApplication.Invoke(args, context);
        return (exitCode, error.ToString());
    }
}
