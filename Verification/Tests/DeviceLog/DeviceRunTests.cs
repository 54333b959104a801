using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.Golden.Export.Pte;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.DeviceLog;
using TileProof.Verification.Export;
using TileProof.Verification.InputData;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.DeviceLog;

/// <summary>What else a log tells: prints inside the timed region, the plan that ran, the input, several outputs, operators, and the call that differs first.</summary>
public sealed class DeviceRunTests : IDisposable
{
    private const string Configured = "[conv] config_key=8_4_4_8_3_3_4_4_1_1_1_1 kernel_name=3x3j1d1_dma n_tile_size=3, n_tiles: 3\n  output_rows = 2 height_tiles = 2\ntile 0 of 6\n";

    private static readonly Network Network = SampleNetwork.Create();
    private static readonly IReadOnlyList<Tensor> Golden = NetworkRun.Outputs(Network, SampleNetwork.Images(Network.Input.Shape));
    private static readonly OperatorCall Block = Network.Calls.Single(static call => call.Name == "block.conv1");

    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    /// <summary>The optimized and the generic library name operators each in their own way.</summary>
    [Theory]
    [InlineData("conv2d", OperatorKind.Conv2d)]
    [InlineData("quantized_conv2d_nchw", OperatorKind.Conv2d)]
    [InlineData("cadence::quantized_conv2d_nchw.per_tensor_out", OperatorKind.Conv2d)]
    [InlineData("quantize_asym8s", OperatorKind.QuantizePerTensor)]
    [InlineData("quantize_per_tensor", OperatorKind.QuantizePerTensor)]
    [InlineData("dequantize_per_tensor", OperatorKind.DequantizePerTensor)]
    [InlineData("quantized_relu_per_tensor", OperatorKind.QuantizedRelu)]
    [InlineData("quantized_linear_per_tensor", OperatorKind.QuantizedLinear)]
    [InlineData("quantized_fully_connected", OperatorKind.QuantizedLinear)]
    [InlineData("max_pool2d", OperatorKind.MaxPool2d)]
    [InlineData("aten::max_pool2d_with_indices.out", OperatorKind.MaxPool2d)]
    [InlineData("avg_pool2d", null)]
    [InlineData("mean_portable_fallback", OperatorKind.Mean)]
    [InlineData("aten::add.out", OperatorKind.Add)]
    [InlineData("add_generic", OperatorKind.Add)]
    [InlineData("aten::_softmax.out", OperatorKind.Softmax)]
    [InlineData("padded_copy", null)]
    [InlineData("address", null)]
    public void KindOf_NamesOfBothLibraries(string name, OperatorKind? kind) => Assert.Equal(kind, DeviceOperator.KindOf(name));

    [Fact]
    public void Parse_PrintsInsideTheTimedRegion_BelongToTheCallBehindThem()
    {
        DeviceLogFile log = DeviceLogFile.Parse("run.log", $"I 00:00:00.1 loading\n{SampleLog.CyclesOf(Network.Calls[1])}{Configured}{SampleLog.CyclesOf(Block)}{SampleLog.CyclesOf(Block)}");

        Assert.Null(log.Performance[0].Prints);
        TimedPrints prints = log.Performance[1].Prints!;
        Assert.Equal((3, 3, Block.LayerKey), (prints.FirstLine, prints.LineCount, prints.LayerKey));
        Assert.Equal(("3", "3", "2"), (prints.Fields["n_tile_size"], prints.Fields["n_tiles"], prints.Fields["output_rows"]));
        Assert.Null(log.Performance[2].Prints);
    }

    /// <summary>The plan that the log prints is priced, where it is one of this layer; else the published planner's.</summary>
    [Theory]
    [InlineData("n_tile_size=3 output_rows=2", "n3 x 3, R2 x 2")]
    [InlineData("kernel_name=3x3j1d1_no_dma", "cache")]
    [InlineData("n_tile_size=9 output_rows=2", null)]
    [InlineData("n_tile_size=3 output_rows=5", null)]
    [InlineData("n_tile_size=0 output_rows=2", null)]
    [InlineData("n_tile_size=3", null)]
    [InlineData("config_key=1_4_4_8_3_3_4_4_1_1_1_1 n_tile_size=3 output_rows=2", null)]
    public void PlanOf_Prints(string line, string? plan)
    {
        TimedPrints prints = DeviceLogFile.Parse("run.log", $"{line}\n{SampleLog.CyclesOf(Block)}").Performance[0].Prints!;
        string? found = prints.PlanOf(((Conv2dCall)Block).Shape)?.ToString();
        Assert.Equal(plan is null, found is null);
        Assert.StartsWith(plan ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_PrintedPlanAndPrints_ArePricedAndSaid()
    {
        string text = SampleLog.Of(Network, Golden).Replace(SampleLog.CyclesOf(Block), Configured + SampleLog.CyclesOf(Block), StringComparison.Ordinal);
        var comparison = DeviceLogComparison.Compare(DeviceLogFile.Parse("run.log", text), Network, Golden, static (call, plan) => call is not Conv2dCall ? null : plan is null ? 500 : 4000);

        MeasuredCall block = comparison.Cycles.Single(static one => one.Call?.Name == "block.conv1");
        Assert.Equal((4000L, 3), (block.PredictedCycles!.Value, block.Plan!.ChannelsPerTile));
        string report = comparison.Describe();
        Assert.Contains("plans       : 1 call is priced with the plan that the log prints, block.conv1 with n3 x 3, R2 x 2", report, StringComparison.Ordinal);
        Assert.Contains("prints      : 1 of 17 calls prints inside the timed region, 3 lines, first line ", report, StringComparison.Ordinal);
        Assert.Contains("slower      : 1 call took more than 1.25 times the predicted cycles, conv1 2.00 times", report, StringComparison.Ordinal);
        Assert.Contains("conv2d      : 2007 cycles in 2 calls, 0.45 times the predicted\n", report, StringComparison.Ordinal);
        Assert.Contains($"quantized-relu: {Network.Calls.OfType<QuantizedReluCall>().Sum(static call => 1000 + call.Index)} cycles in 2 calls\n", report, StringComparison.Ordinal);
    }

    /// <summary>Two calls of one size: the layer that the log names decides, not the order.</summary>
    [Fact]
    public void Compare_PrintedLayer_FindsItsCall()
    {
        string text = string.Concat(Enumerable.Range(0, 2).Select(_ => SampleLog.CyclesOf(Block)));
        DeviceLogComparison plain = DeviceLogComparison.Compare(DeviceLogFile.Parse("run.log", text), Network, Golden, static (_, _) => null);
        Assert.Equal(["block.conv1", null], plain.Cycles.Select(static one => one.Call?.Name));
        DeviceLogComparison other = DeviceLogComparison.Compare(DeviceLogFile.Parse("run.log", $"config_key=9_9_9_9_3_3_9_9_1_1_1_1\n{text}"), Network, Golden, static (_, _) => null);
        Assert.Equal([null, "block.conv1"], other.Cycles.Select(static one => one.Call?.Name));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(16)]
    public void Compare_DumpsThatDiffer_FirstCallIsNamed(int first)
    {
        string[] dumps = [.. Network.Calls.Select(static call => SampleLog.DumpOf(call, Golden[call.Index]))];
        for (int i = first; i < dumps.Length; i++)
        {
            dumps[i] = $"{dumps[i].Split("sum=")[0]}sum=123456 : min={dumps[i].Split("min=")[1]}";
        }

        DeviceLogComparison golden = DeviceLogComparison.Compare(DeviceLogFile.Parse("run.log", string.Concat(dumps)), Network, Golden, static (_, _) => null);
        Assert.Equal(Network.Calls[first].Name, golden.FirstDifference!.CallName);
        Assert.Contains($"first differing call: {Network.Calls[first].Name}, line {first + 1}\n", golden.Describe(), StringComparison.Ordinal);

        DeviceLogFile right = DeviceLogFile.Parse("a", string.Concat(Network.Calls.Select(static call => SampleLog.DumpOf(call, Golden[call.Index]))));
        DeviceLogFile wrong = DeviceLogFile.Parse("b", string.Concat(dumps));
        Assert.Contains($"first differing call: {Network.Calls[first].Name}, line {first + 1}\n", LogPairComparison.Compare(right, wrong, null, Network).Describe(), StringComparison.Ordinal);
        LogPairComparison unnamed = LogPairComparison.Compare(right, wrong, null);
        Assert.Equal(first + 1, unnamed.FirstDifference!.Actual.Line);
        Assert.Contains($"first differing call: {unnamed.FirstDifference.Actual.Operator} number ", unnamed.Describe(), StringComparison.Ordinal);
        Assert.Null(LogPairComparison.Compare(right, right, null).FirstDifference);
    }

    /// <summary>Off by a level is no problem by the guidance, and yet where the runs part.</summary>
    [Fact]
    public void Against_DifferenceWithinTheGuidance_IsNamedBeforeTheOneBeyondIt()
    {
        static string Dump(int value) => $"LAYER_DUMP : conv2d : 2 : dtype=1 : first=[{value},0] : sum={value} : min=0 : max={value}\n";
        string report = LogPairComparison.Compare(
            DeviceLogFile.Parse("a", Dump(5) + Dump(20) + Dump(40)), DeviceLogFile.Parse("b", Dump(5) + Dump(21) + Dump(90)), null).Describe();
        Assert.Contains("first differing call: conv2d number 2 of the log, line 2; first beyond the guidance: conv2d number 3 of the log, line 3\n", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_SeveralOutputs_EachWithItsOwn()
    {
        int relu = Network.Calls.Single(static call => call.Name == "relu1").Index;
        var two = new Network("two", Network.Input, Network.Calls, [Network.Calls[relu].Output, Network.Output]);
        string levels = string.Join(", ", Golden[relu].Int8.ToArray());
        string reals = string.Join(", ", Golden[^1].Float32.ToArray().Select(static value => value.ToString("R", CultureInfo.InvariantCulture)));
        string log = $"Output 1: tensor(sizes=[1, 5], [{reals}])\nOutput 0: tensor(sizes=[1, 8, 8, 8], [{levels}])\n";

        DeviceLogComparison right = DeviceLogComparison.Compare(DeviceLogFile.Parse("run.log", log), two, Golden, static (_, _) => null);
        Assert.Equal(["relu1: 512 outputs, 512 of them exact", "softmax: 5 outputs, 5 of them exact"], right.Verdict.Compared);
        Assert.True(right.Verdict.IsProven);

        string damaged = log.Replace($"[{levels}]", $"[{string.Join(", ", Golden[relu].Int8.ToArray().Select(static (level, index) => index == 511 ? level ^ 0x40 : level))}]", StringComparison.Ordinal);
        DeviceLogComparison wrong = DeviceLogComparison.Compare(DeviceLogFile.Parse("run.log", damaged), two, Golden, static (_, _) => null);
        Assert.Contains(wrong.Verdict.Problems, static problem => problem.StartsWith("relu1: output 511 is 64.0 levels off", StringComparison.Ordinal));
        Assert.Equal(
            "run.log: output tensor: prints 2 outputs, sample has 1",
            Assert.Throws<FixtureException>(() => DeviceLogComparison.Compare(DeviceLogFile.Parse("run.log", log), Network, Golden, static (_, _) => null)).Message);
        Assert.Contains("do not print as many outputs: 2 in 'a', 1 in 'b'", Assert.Throws<UserInputException>(() => LogPairComparison.Compare(
            DeviceLogFile.Parse("a", log), DeviceLogFile.Parse("b", log.Split('\n')[0]), null)).Message, StringComparison.Ordinal);
    }

    /// <summary>Of outputs of one name the last counts: the device ran several times.</summary>
    [Fact]
    public void Parse_TensorsOfARunThatIsRepeated_LastCounts()
    {
        DeviceLogFile log = DeviceLogFile.Parse("run.log", "Input 0: tensor(sizes=[1, 4], [0.5, -1, ...])\nOutput 0: tensor(sizes=[2], [1, 2])\nOutput 0: tensor(sizes=[2], [3, 4])\ntensor(sizes=[1], [7])\n");
        Assert.Equal([0.5f, -1f], log.Input!.Elements);
        Assert.Equal([7f], Assert.Single(log.Outputs).Elements);
    }

    [Fact]
    public void Describe_TwoLogs_TableOfOperatorsAndPrints()
    {
        string report = SpeedupReport.Describe(
            DeviceLogFile.Parse("a", "n_tile_size=3\nPERF_LOG : conv2d : 1 : elements : 900 : cycles : \nPERF_LOG : max_pool2d : 1 : floats : 70 : cycles : \nPERF_LOG : what : 1 : floats : 1 : cycles : "),
            DeviceLogFile.Parse("b", "PERF_LOG : conv2d : 1 : elements : 90 : cycles : \nPERF_LOG : maxpool : 1 : floats : 20 : cycles : "));
        Assert.Equal(
            "conv2d      : 1 call, 900 cycles -> 1 call, 90 cycles, 10.0x\nmax-pool2d  : 1 call, 70 cycles -> 1 call, 20 cycles, 3.5x\nother       : 1 call, 1 cycle -> 0 calls, 0 cycles, -\n"
            + "all         : 3 calls, 971 cycles -> 2 calls, 110 cycles, 8.8x\nprints      : 1 of 3 calls in 'a' print inside the timed region, first line 1: their cycles hold the printing\nSpeedup: 10.0x\n",
            report);
    }

    /// <summary>A single-layer program on the user's images: the one that the device was given is found by what the log prints of it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Command_PteOnOwnImages_FindsTheImageOfTheLog(int image)
    {
        string model = WriteModelAndImages();
        NetworkSource source = NetworkSource.Load(model, new VerifyOptions { InputData = new InputDataOptions { Path = folder["images.npy"] } });
        var values = GoldenValues.Of(source, ParameterDerivation.L1Norm, imageIndex: image);
        string first = string.Join(", ", source.ImageBatch(image).Float32[..6].ToArray().Select(static value => value.ToString("F4", CultureInfo.InvariantCulture)));
        string log = $"Input 0: tensor(sizes=[1, 3, 16, 16], [{first}, ...])\n" + SampleLog.Of(source.Network, [.. source.Network.Calls.Select(call => values[call.Output])]);
        File.WriteAllText(folder["run.log"], log);

        Assert.Equal(ExitCode.Proven, Invoke("compare-log", folder["run.log"], "--networks", model, "--input-data", folder["images.npy"]));
        Assert.Contains($"input       : image {image}, by the 6 elements that the log prints\n", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Proven, Invoke("compare-log", folder["run.log"], "--networks", model, "--input-data", folder["images.npy"], "--json"));
        using JsonDocument json = JsonDocument.Parse(output.ToString());
        Assert.Equal(image, json.RootElement.GetProperty("input_image").GetInt32());

        // Without the images the seeded one is compared, which the device was not given.
        Assert.Equal(ExitCode.NotProven, Invoke("compare-log", folder["run.log"], "--networks", model));
        Assert.Contains("the device had another input: element 0 is ", output.ToString(), StringComparison.Ordinal);
        File.WriteAllText(folder["run.log"], log.Replace(first, "9, 9, 9, 9, 9, 9", StringComparison.Ordinal));
        Assert.Equal(ExitCode.NotProven, Invoke("compare-log", folder["run.log"], "--networks", model, "--input-data", folder["images.npy"]));
        Assert.Contains("and none of the other 2 images fits; name it with --input-data", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Command_InputDataBesideAReference_IsRefused()
    {
        File.WriteAllText(folder["run.log"], "tensor(sizes=[1], [1])");
        Assert.Equal(ExitCode.BadInput, Invoke("compare-log", folder["run.log"], "--against", folder["run.log"], "--input-data", folder["run.log"]));
        Assert.Contains("--input-data has no effect with --against", error.ToString(), StringComparison.Ordinal);
    }

    private string WriteModelAndImages()
    {
        float[] elements = new float[3 * Network.Input.Shape.ElementCount];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = CounterRandom.FromSeed(5).Uniform(i, -2.5f, 2.5f);
        }

        File.WriteAllBytes(folder["images.npy"], NpyFile.Create("<f4", [3, 3, 16, 16], MemoryMarshal.AsBytes<float>(elements)));
        File.WriteAllBytes(folder["layer.pte"], PteModelWriter.Write(Network));
        return folder["layer.pte"];
    }

    private int Invoke(params string[] args)
    {
        output.GetStringBuilder().Clear();
        error.GetStringBuilder().Clear();
        var context = new CommandContext
        {
            Output = output, Error = error, Progress = new PlainProgress(error), Cancellation = CancellationToken.None, DefaultOutputFolder = folder.FullPath, ShowsTraces = true,
        };
        Command root = CommandLineApplication.CreateRoot([CompareLogCommand.Create(context)]);
        return CommandLineApplication.Invoke(root, args, context);
    }
}
