using System.Globalization;
using System.Text;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.DeviceLog;

/// <summary>Logs in the form that devices print, against the golden run.</summary>
public sealed class DeviceLogTests
{
    private static readonly Network Network = SampleNetwork.Create();
    private static readonly IReadOnlyList<Tensor> Golden = NetworkRun.Outputs(Network, SampleNetwork.Images(Network.Input.Shape));

    [Fact]
    public void Parse_LinesOfEveryKind_AllFieldsRead()
    {
        DeviceLogFile log = DeviceLogFile.Parse("run.log", """
            I 00:00:00.1 executor_runner.cpp:42 started
            [core] PERF_LOG : conv2d : 12288 : elements : 712372 : cycles : 0.02 : elements/cycle : 57.97 : cycles/elements
            PERF_LOG : add_float : 16384 : elements (DMA ping-pong) : 5133 : cycles : 3.19 : elements (DMA ping-pong)/cycle : 0.31 : cycles/elements (DMA ping-pong)
            LAYER_DUMP : conv2d : 4 : dtype=1 : first=[1,-2,3,4] : sum=6 : min=-2 : max=4
            Output 0: tensor(sizes=[1, 3], [
              0.5, -1.25,
              3e-05,
            ])
            """);
        Assert.Equal(
            [new PerformanceLine(2, "conv2d", 12288, "elements", 712372), new PerformanceLine(3, "add_float", 16384, "elements (DMA ping-pong)", 5133)], log.Performance);
        LayerDumpLine dump = Assert.Single(log.Dumps);
        Assert.Equal((4, "conv2d", 4L, 1, 6.0, -2.0, 4.0), (dump.Line, dump.Operator, dump.Count, dump.TypeCode, dump.Sum, dump.Minimum, dump.Maximum));
        Assert.Equal([1.0, -2.0, 3.0, 4.0], dump.First);
        Assert.Equal([0.5f, -1.25f, 3e-05f], log.Output);
    }

    [Theory]
    [InlineData("PERF_LOG : conv2d : many : elements : 1 : cycles", "run.log: line 1: is not 'PERF_LOG : test : count")]
    [InlineData("\nLAYER_DUMP : conv2d : 4", "run.log: line 2: is not 'LAYER_DUMP : op : numel")]
    [InlineData("LAYER_DUMP : conv2d : 1 : dtype=1 : first=[x] : sum=1 : min=1 : max=1", "run.log: line 1: 'x' is not a number")]
    [InlineData("tensor(sizes=[1, 2], [1, two])", "run.log: output tensor: element 1 is 'two', expected a number")]
    [InlineData("tensor(sizes=[1, 2], [1,", "run.log: output tensor: has no end")]
    public void Parse_BrokenLine_NamesIt(string text, string expected) => Assert.StartsWith(
        expected, Assert.Throws<FixtureException>(() => DeviceLogFile.Parse("run.log", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Compare_LogOfAPerfectDevice_EverythingAgrees()
    {
        DeviceLogComparison comparison = Compare(LogOf(Golden));
        Assert.True(comparison.IsProven);
        Assert.Equal(Network.Calls.Count, comparison.Dumps.Count);
        Assert.Equal(Network.Calls.Select(static call => call.Name), comparison.Dumps.Select(static check => check.CallName));
        Assert.Equal(Network.Calls.Select(static call => call.Name), comparison.Cycles.Select(static entry => entry.Call!.Name));
        Assert.Equal([5, 0, 0, 0], comparison.Output!.Buckets);
        string report = comparison.Describe(static call => call is Conv2dCall ? 500 : null);
        Assert.Contains("layer dumps : 17 of 17 agree", report, StringComparison.Ordinal);
        Assert.Contains("conv1                                     1001           500    2.00", report, StringComparison.Ordinal);
        Assert.Contains("conv2d      : 2007 cycles in 2 calls", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OneWrongByte_NamesCallAndElement()
    {
        Tensor[] values = [.. Golden];
        values[1] = Tensor.FromInt8(Golden[1].Shape, Golden[1].Int8);
        values[1].Int8[3] = (sbyte)(values[1].Int8[3] == 0 ? 1 : 0);
        DeviceLogComparison comparison = Compare(LogOf(values));
        LayerDumpCheck wrong = Assert.Single(comparison.Dumps, static check => check.Problem is not null);
        Assert.Equal("conv1", wrong.CallName);
        Assert.StartsWith("element 3 is ", wrong.Problem, StringComparison.Ordinal);
        Assert.False(comparison.IsProven);
    }

    [Fact]
    public void Compare_EmptyLog_Refused() =>
        Assert.Equal("run.log: has no PERF_LOG line, no LAYER_DUMP line and no output tensor", Assert.Throws<FixtureException>(() => Compare("hello")).Message);

    [Fact]
    public void Compare_OutputOfAnotherSize_Refused() => Assert.Equal(
        "run.log: output tensor: has 2 elements, sample gives 5", Assert.Throws<FixtureException>(() => Compare("tensor(sizes=[1, 2], [1, 2])")).Message);

    [Fact]
    public void Between_KnownDifferences_CountsLevelsAndClasses()
    {
        float[] expected = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        float[] actual = [0, 1.5f, 2, 4, 4, 5, 6, 7, 8, 11];
        OutputComparison comparison = OutputComparison.Between(expected, actual);
        Assert.Equal(0.5, comparison.Step);
        Assert.Equal([7, 1, 1, 1], comparison.Buckets);
        Assert.Equal((9, 4.0, true, 5), (comparison.WorstIndex, comparison.WorstLevels, comparison.TopOneAgrees, comparison.TopFiveOverlap));
        Assert.False(comparison.IsAcceptable);
        string report = comparison.Describe("generic.log", "optimized.log");
        Assert.Contains("off-by-1           1     10.0%", report, StringComparison.Ordinal);
        Assert.Contains("[   9]  gen=9.000000 opt=11.000000 diff=2.000000 (4.0 levels)", report, StringComparison.Ordinal);
        Assert.Contains("Top-1 match: YES (9 and 9)", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Between_EqualOutputs_UsesThePublishedStep() => Assert.Equal(0.0724269, OutputComparison.Between([1, 2], [1, 2]).Step);

    [Fact]
    public void Describe_TwoLogs_SpeedupOfTheConvolutions() => Assert.Equal(
        "conv2d      : 2 calls, 3000 cycles -> 1 calls, 100 cycles\nSpeedup: 30.0x\n",
        SpeedupReport.Describe(
            DeviceLogFile.Parse("a", "PERF_LOG : conv2d : 1 : elements : 1000 : cycles : \nPERF_LOG : conv2d : 1 : elements : 2000 : cycles : "),
            DeviceLogFile.Parse("b", "PERF_LOG : conv2d : 1 : elements : 100 : cycles : \nPERF_LOG : maxpool : 1 : floats : 7 : cycles : ")));

    private static DeviceLogComparison Compare(string text) => DeviceLogComparison.Compare(DeviceLogFile.Parse("run.log", text), Network, Golden);

    // What a device prints for these values.
    private static string LogOf(IReadOnlyList<Tensor> values)
    {
        var log = new StringBuilder();
        foreach (OperatorCall call in Network.Calls)
        {
            Tensor value = values[call.Index];
            bool isInt8 = value.ElementType == ElementType.Int8;
            double[] elements = isInt8 ? [.. value.Int8.ToArray().Select(static level => (double)level)] : [.. value.Float32.ToArray().Select(static real => (double)real)];
            string element = isInt8 ? "F0" : "F6";
            string first = string.Join(",", elements.Take(16).Select(number => number.ToString(element, CultureInfo.InvariantCulture)));
            string sum = elements.Sum().ToString(isInt8 ? "F0" : "F4", CultureInfo.InvariantCulture);
            int count = call is Conv2dCall ? call.Input.Shape.ElementCount : elements.Length;
            log.Append(CultureInfo.InvariantCulture, $"LAYER_DUMP : {NameOf(call)} : {elements.Length} : dtype={(isInt8 ? 1 : 6)} : first=[{first}] : sum={sum} : min={elements.Min().ToString(element, CultureInfo.InvariantCulture)} : max={elements.Max().ToString(element, CultureInfo.InvariantCulture)}\n");
            log.Append(CultureInfo.InvariantCulture, $"PERF_LOG : {NameOf(call)} : {count} : elements : {1000 + call.Index} : cycles : 1.00 : elements/cycle : 1.00 : cycles/elements\n");
        }

        string output = string.Join(", ", values[^1].Float32.ToArray().Select(static real => real.ToString("R", CultureInfo.InvariantCulture)));
        return log.Append(CultureInfo.InvariantCulture, $"Output 0: tensor(sizes=[1, 5], [{output}])\n").ToString();
    }

    private static string NameOf(OperatorCall call) => call.Kind switch
    {
        OperatorKind.QuantizePerTensor => "quantize_asym8s",
        OperatorKind.DequantizePerTensor => "dequantize_asym8s",
        OperatorKind.Conv2d => "conv2d",
        OperatorKind.QuantizedRelu => "quantized_relu",
        OperatorKind.MaxPool2d => "maxpool",
        OperatorKind.Mean => "mean_simd_optimized",
        OperatorKind.QuantizedLinear => "quantized_linear",
        OperatorKind.Add => "add_float",
        _ => "softmax",
    };
}
