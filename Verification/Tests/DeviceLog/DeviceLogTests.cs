using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.DeviceLog;
using TileProof.Verification.Vectors;

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
        Assert.Equal([0.5f, -1.25f, 3e-05f], log.Output!.Elements);
    }

    [Theory]
    [InlineData("PERF_LOG : conv2d : many : elements : 1 : cycles", "run.log: line 1: is not 'PERF_LOG : test : count")]
    [InlineData("\nLAYER_DUMP : conv2d : 4", "run.log: line 2: is not 'LAYER_DUMP : op : numel")]
    [InlineData("LAYER_DUMP : conv2d : 1 : dtype=1 : first=[x] : sum=1 : min=1 : max=1", "run.log: line 1: 'x' is not a number")]
    [InlineData("tensor(sizes=[1, 2], [1, two])", "run.log: output tensor: element 1 is 'two', expected a number")]
    [InlineData("tensor(sizes=[1, 2], [1,", "run.log: output tensor: has no end")]
    [InlineData("tensor(sizes=[7, 3], [1, 2])", "run.log: output tensor: states the sizes [7, 3] and has 2 elements")]
    [InlineData("tensor(sizes=[1, -2], [1, 2])", "run.log: output tensor: has sizes that are no whole numbers")]
    [InlineData("\n\nPERF_LOG : conv2d : 12288 : elements : 1000000000001 : cycles : x", "run.log: line 3: states 1000000000001 cycles, expected at most 1000000000000")]
    public void Parse_BrokenLine_NamesIt(string text, string expected) => Assert.StartsWith(
        expected, Assert.Throws<FixtureException>(() => DeviceLogFile.Parse("run.log", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Compare_LogOfAPerfectDevice_EverythingAgrees()
    {
        DeviceLogComparison comparison = Compare(SampleLog.Of(Network, Golden));
        Assert.True(comparison.Verdict.IsProven);
        Assert.Equal(Network.Calls.Count, comparison.Dumps.Count);
        Assert.Equal(Network.Calls.Select(static call => call.Name), comparison.Dumps.Select(static check => check.CallName));
        Assert.Equal(Network.Calls.Select(static call => call.Name), comparison.Cycles.Select(static entry => entry.Call!.Name));
        Assert.Equal([5, 0, 0, 0], comparison.Output!.Buckets);
        string report = comparison.Describe();
        Assert.Contains("layer dumps : 17 of 17 agree", report, StringComparison.Ordinal);
        Assert.Contains("conv1                                     1001           500    2.00", report, StringComparison.Ordinal);
        Assert.Contains("relu1                                     1002             -       -", report, StringComparison.Ordinal);
        Assert.Contains("conv2d      : 2007 cycles in 2 calls, 2.01 times the predicted\n", report, StringComparison.Ordinal);
        Assert.Contains("slower      : 2 calls took more than 1.25 times the predicted cycles, block.conv1 2.01 times", report, StringComparison.Ordinal);
        Assert.EndsWith(
            "compared    : 5 outputs, 5 of them exact; 17 layer dumps, 17 of them agree; cycles of 17 calls, with no verdict on them\nproven: every value is the same\n",
            report,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_EmptyLog_Refused() =>
        Assert.Equal("run.log: has no PERF_LOG line, no LAYER_DUMP line and no output tensor", Assert.Throws<FixtureException>(() => Compare("hello")).Message);

    [Fact]
    public void Compare_OutputOfAnotherSize_Refused() => Assert.Equal(
        "run.log: output tensor: has 2 elements, sample gives 5", Assert.Throws<FixtureException>(() => Compare("tensor(sizes=[1, 2], [1, 2])")).Message);

    [Fact]
    public void Describe_TwoLogs_SpeedupOfTheConvolutions() => Assert.Equal(
        "conv2d      : 2 calls, 3000 cycles -> 1 call, 100 cycles, 30.0x\nmax-pool2d  : 0 calls, 0 cycles -> 1 call, 7 cycles, -\nall         : 2 calls, 3000 cycles -> 2 calls, 107 cycles, 28.0x\nSpeedup: 30.0x\n",
        SpeedupReport.Describe(
            DeviceLogFile.Parse("a", "PERF_LOG : quantized_conv2d_nchw : 1 : elements : 1000 : cycles : \nPERF_LOG : conv2d : 1 : elements : 2000 : cycles : "),
            DeviceLogFile.Parse("b", "PERF_LOG : conv2d : 1 : elements : 100 : cycles : \nPERF_LOG : maxpool : 1 : floats : 7 : cycles : ")));

    [Fact]
    public void Read_NoName_IsRefused() =>
        Assert.Equal("the name of a log is empty; give a file", Assert.Throws<UserInputException>(static () => DeviceLogFile.Read("")).Message);

    private static DeviceLogComparison Compare(string text) =>
        DeviceLogComparison.Compare(DeviceLogFile.Parse("run.log", text), Network, Golden, static (call, _) => call is Conv2dCall ? 500 : null);
}
