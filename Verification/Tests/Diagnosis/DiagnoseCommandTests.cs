using System.Runtime.InteropServices;
using System.Text.Json;
using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.Golden.Export.Onnx;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Cycles;
using TileProof.Verification.Diagnosis;
using TileProof.Verification.Options;

namespace TileProof.Tests.Diagnosis;

/// <summary><c>tileproof diagnose</c> from the file of a device to the report.</summary>
public sealed class DiagnoseCommandTests : IDisposable
{
    private const string Layer = "block.conv1";
    private const string Banks = "1024x2048";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Diagnose_OutputOfADeviceWithADefect_NamesItInTextAndJson()
    {
        string model = folder["sample.onnx"];
        File.WriteAllBytes(model, OnnxModelWriter.Write(SampleNetwork.Create()));
        NetworkSource source = NetworkSource.Load(model, new VerifyOptions());
        OperatorCall call = TraceRun.Select(source.Network, Layer);
        var values = GoldenValues.Of(source, ParameterDerivation.L1Norm, call.Index + 1);
        var subject = DiagnosisSubject.Of(call, values[call.Inputs[0]], BankSetting.Parse(Banks), ProgramLibrary.Corrected, ParameterDerivation.L1Norm);
        sbyte[] golden = values[call.Output].Int8.ToArray();
        sbyte[] device = DeviceWithDefect.OutputOf(subject, FaultCatalog.All.Single(static fault => fault.Name == "input-source-row-later"), golden)!;
        File.WriteAllBytes(folder["out.bin"], MemoryMarshal.AsBytes<sbyte>(device).ToArray());
        File.WriteAllBytes(folder["right.bin"], MemoryMarshal.AsBytes<sbyte>(golden).ToArray());

        (int exitCode, string text) = Invoke("diagnose", "--networks", model, "--layers", Layer, "--banks", Banks, "--actual", folder["out.bin"]);

        Assert.Equal(ExitCode.NotProven, exitCode);
        string[] lines = text.TrimEnd().Split('\n');
        Assert.StartsWith($"{Layer} (8_4_4_8_3_3_4_4_1_1_1_1), banks 1024x2048, corrected programs, ", lines[0], StringComparison.Ordinal);
        int differing = golden.Zip(device).Count(static pair => pair.First != pair.Second);
        Assert.StartsWith($"{differing} of 128 elements differ from the golden, first at [0, ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("these give exactly the bytes of the device, of ", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("  1. input-source-row-later (SourceOffset): input is read one row late", lines[4], StringComparison.Ordinal);

        (exitCode, text) = Invoke("diagnose", "--networks", model, "--layers", Layer, "--banks", Banks, "--actual", folder["out.bin"], "--json", "--nearest", "2");
        Assert.Equal(ExitCode.NotProven, exitCode);
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.Equal("input-source-row-later", json.RootElement.GetProperty("exact")[0].GetProperty("name").GetString());
        Assert.Equal(differing, json.RootElement.GetProperty("differing_count").GetInt32());
        Assert.Equal(2, json.RootElement.GetProperty("nearest").GetArrayLength());
        int first = golden.Zip(device).TakeWhile(static pair => pair.First == pair.Second).Count();
        Assert.Equal(device[first], json.RootElement.GetProperty("first").GetProperty("actual").GetDouble());

        (exitCode, text) = Invoke("diagnose", "--networks", model, "--layers", Layer, "--banks", Banks, "--actual", folder["right.bin"]);
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.EndsWith("the device's output equals the golden\n", text, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output) Invoke(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext
        {
            Output = output, Error = error, Progress = new PlainProgress(error), Cancellation = CancellationToken.None, DefaultOutputFolder = "reports", ShowsTraces = true,
        };
        int exitCode = CommandLineApplication.Invoke(CommandLineApplication.CreateRoot([DiagnoseCommand.Create(context, DiagnoseRun.Execute)]), args, context);
        Assert.Empty(error.ToString());
        return (exitCode, output.ToString());
    }
}
