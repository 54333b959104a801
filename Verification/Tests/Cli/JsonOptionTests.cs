using System.Text.Json;
using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.Golden.Export.Onnx;
using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

/// <summary><c>--json</c> of commands that write files: one object on the output, and nothing else.</summary>
public sealed class JsonOptionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public JsonOptionTests() => File.WriteAllBytes(folder["sample.onnx"], OnnxModelWriter.Write(SampleNetwork.Create()));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Exports_SayWhatTheyWrote()
    {
        JsonElement model = Object("export-model", "--networks", folder["sample.onnx"], "-o", folder["again.onnx"]);
        Assert.Equal(new FileInfo(folder["again.onnx"]).Length, model.GetProperty("bytes").GetInt64());
        Assert.Equal("qdq", model.GetProperty("form").GetString());

        JsonElement vectors = Object("export-vectors", "--networks", folder["sample.onnx"], "--format", "npy", "--out", folder["vectors"]);
        Assert.Equal(SampleNetwork.Create().Calls.Count, vectors.GetProperty("layers").GetInt32());
        Assert.Equal(0, vectors.GetProperty("layers_in_form_bin").GetInt32());

        JsonElement header = Object("export-header", "--networks", "resnet18", "--banks", "8k", "-o", folder["layer_configs.h"]);
        Assert.Equal((11, 1, "8k"), (header.GetProperty("convolutions").GetInt32(), header.GetProperty("max_poolings").GetInt32(), header.GetProperty("banks").GetString()));
        Assert.Equal(folder["layer_configs.h"], header.GetProperty("file").GetString());
    }

    [Fact]
    public void Calibrate_HasCoefficientsAndResiduals()
    {
        JsonElement result = Object("calibrate", "--dry-run", "--published", RepositoryPaths.Fixture("published"));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("file").ValueKind);
        Assert.Contains(result.GetProperty("coefficients").EnumerateArray(), static one => one.GetProperty("name").GetString() == "PrologueWeight" && one.GetProperty("value").GetDouble() > 0);
        JsonElement call = result.GetProperty("calls")[1];
        double relative = (call.GetProperty("modelled_cycles").GetDouble() / call.GetProperty("published_cycles").GetDouble()) - 1;
        Assert.Equal(relative, call.GetProperty("relative_error").GetDouble(), 9);
        Assert.Contains(result.GetProperty("leave_one_run_out").EnumerateArray(), static one => one.GetProperty("calls").GetInt32() > 0 && one.GetProperty("median_error").GetDouble() < 0.1);
    }

    private JsonElement Object(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var progress = new StringWriter();
        int exitCode = CommandLineApplication.Invoke([.. args, "--json"], new CommandContext { Output = output, Error = error, Progress = new PlainProgress(progress), DefaultOutputFolder = folder["reports"] });
        Assert.True(exitCode == ExitCode.Proven, error.ToString());
        Assert.Empty(error.ToString());
        using JsonDocument said = JsonDocument.Parse(output.ToString());
        return said.RootElement.Clone();
    }
}
