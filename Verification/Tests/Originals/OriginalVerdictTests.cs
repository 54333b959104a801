using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Import;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;

namespace TileProof.Tests.Originals;

/// <summary>Accumulators that may wrap and imports that are unlike their file make a run not proven, wherever they are.</summary>
public sealed class OriginalVerdictTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_AccumulatorThatMayWrap_NotProvenAndNamed(int place)
    {
        Network network = SampleNetwork.Create();
        OperatorCall[] calls = [network.Calls[1], network.Calls[6], network.Calls.Single(static call => call is QuantizedLinearCall)];
        GoldenCall[] goldens = [.. calls.Select((call, i) => Golden(call) with { Overflows = i == place ? [new ChannelOverflow(2, 5, 77), new ChannelOverflow(4, 1, 9)] : [] })];
        var verdict = Verdict.Of(Outcome(goldens));
        Assert.Equal(ExitCode.NotProven, verdict.ExitCode);
        Assert.Contains("6 accumulators that may wrap", verdict.Line, StringComparison.Ordinal);
        VerdictClause clause = Assert.Single(verdict.Clauses, static clause => !clause.Holds);
        Assert.Equal(
            $"sample {calls[place].Name} may wrap: 6 accumulators leave {(place == 2 ? 32 : 24)} bits, channel 2 5 times by up to 77, channel 4 1 times by up to 9{(place == 2 ? "" : "; larger weight scales make bias and sums smaller: reduce_range=True, or per_channel=False, of ONNX Runtime's quantizer")}", clause.First);
        Assert.True(Verdict.Of(Outcome([.. calls.Select(Golden)])).IsProven);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_ValueUnlikeTheFile_NotProvenAndNamed(int place)
    {
        OriginalResult[] results = [.. Enumerable.Range(0, 3).Select(i => new OriginalResult($"net{i}", [Row($"net{i}", "a", 0), Row($"net{i}", "b", i == place ? 2 : 1), Row($"net{i}", "c", 0)]))];
        var verdict = Verdict.Of(Outcome([]) with { Originals = results });
        Assert.Equal(ExitCode.NotProven, verdict.ExitCode);
        Assert.Contains("1 value unlike the original file", verdict.Line, StringComparison.Ordinal);
        Assert.StartsWith($"net{place} b (conv2d), value 'b.out': 99/0/1/0 elements equal/1/2/more levels", verdict.Clauses.Single(static clause => !clause.Holds).First, StringComparison.Ordinal);
        Assert.False(Verdict.Of(Outcome([]) with { Originals = [new OriginalResult("net", []) { Failure = "sizes differ" }] }).IsProven);
        var refused = Verdict.Of(Outcome([]) with { Originals = [new OriginalResult("net", []) { Refusal = "no kernel" }] });
        Assert.True(refused.IsProven);
        Assert.Contains("net against the original file, which ONNX Runtime does not run", refused.NotCovered);
    }

    [Fact]
    public void Write_DefaultModeThatSaturates_SaysSo()
    {
        OriginalValue value = new("net", "conv", "conv2d", "conv.out", true);
        var result = new OriginalResult("net", [OriginalRow.Of(OriginalComparison.DefaultMode, value, new ValueDifference(ValueUnit.Level, 90, 4, 0, 6, 31))]);
        Assert.Contains("saturates on this host: 10 elements of 1 values differ from the exact mode, at most 31 levels, first in conv.", OriginalReport.Write([result]), StringComparison.Ordinal);
        var same = new OriginalResult("net", [OriginalRow.Of(OriginalComparison.DefaultMode, value, new ValueDifference(ValueUnit.Level, 100, 0, 0, 0, 0))]);
        Assert.Contains("no 8-bit product saturates here", OriginalReport.Write([same]), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_BiasBeyond24Bits_ExitsOneAndSaysHowFarTheFileIs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["wrap.onnx"], ModelParts.Quantized(13, [1, 4, 9, 7], static (graph, x) =>
        {
            long[] shape = [6, 4, 3, 3];
            string weights = QuantizedPart.Weights(graph, ModelParts.Levels(shape), [1e-6f], [(sbyte)0], shape);
            string bias = graph.AddNode("DequantizeLinear", [graph.AddInitializer<int>("bias", [900, 9_000_000, -50, 77, 2000, -9_000_000], 6), graph.AddScalar(0.021f * 1e-6f)]);
            return QuantizedPart.Quantize(graph, graph.AddNode("Conv", [x.Real(graph), weights, bias]), 0.01f, 0);
        }));
        var options = new VerifyOptions
        {
            Networks = [folder["wrap.onnx"]], Banks = [BankSetting.All[2]], AccuracyImages = 0, OutputFolder = folder["out"], CacheFolder = folder["cache"],
        };
        foreach (string run in new[] { "cold", "warm" })
        {
            var output = new StringWriter();
            Assert.True(ExitCode.NotProven == ConformanceRun.Execute(options, new RecordedProgress(), output, CancellationToken.None), $"{run}: {output}");
            Assert.Contains("may wrap: ", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("channel 1 ", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("channel 5 ", output.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("channel 0 ", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("levels from the original file, largest ", output.ToString(), StringComparison.Ordinal);
        }

        string[] table = File.ReadAllLines(System.IO.Path.Combine(folder["out"], "original.csv"));
        Assert.StartsWith("network,comparison,call,operator,value,is_output,unit,equal,one,two,more,largest,furthest,bound,is_kept", table[0], StringComparison.Ordinal);
        Assert.Contains(table, static line => line.StartsWith("parts,dsp,Conv_", StringComparison.Ordinal));
        string summary = File.ReadAllText(System.IO.Path.Combine(folder["out"], "summary.md"));
        Assert.Contains("the bias of 2 channels does not fit 24 bits, first of channel 1", summary, StringComparison.Ordinal);
        Assert.Contains("## Against the original file: parts", summary, StringComparison.Ordinal);
    }

    private static OriginalRow Row(string network, string call, int largest) => OriginalRow.Of(
        OriginalComparison.Import,
        new OriginalValue(network, call, "conv2d", $"{call}.out", false),
        new ValueDifference(ValueUnit.Level, 99, largest == 1 ? 1 : 0, largest == 2 ? 1 : 0, 0, largest));

    private static GoldenCall Golden(OperatorCall call) => new()
    {
        Network = "sample", Call = call, Reference = "r", Inputs = [], Expected = Tensor.Create(call.Output.Shape, call.Output.ElementType), Agreements = [],
    };

    private static ConformanceOutcome Outcome(GoldenCall[] goldens) => new(goldens, [], []) { Options = new VerifyOptions(), CallCount = goldens.Length };
}
