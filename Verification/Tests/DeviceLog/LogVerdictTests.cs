using System.Text.Json;
using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.Golden.Export.Onnx;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.DeviceLog;

namespace TileProof.Tests.DeviceLog;

/// <summary>The verdict of <c>compare-log</c>: one defect in the first, a middle or the last place, down to the printed line and the exit code.</summary>
public sealed class LogVerdictTests : IDisposable
{
    private static readonly Network Network = SampleNetwork.Create();
    private static readonly IReadOnlyList<Tensor> Golden = NetworkRun.Outputs(Network, SampleNetwork.Images(Network.Input.Shape));

    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    // The first of the elements that a dump prints, one in the middle, the last; behind them the sum tells, and at their ends minimum and maximum.
    [Theory]
    [InlineData(0, 0, "element 0 is ")]
    [InlineData(1, 9, "element 9 is ")]
    [InlineData(1, 15, "element 15 is ")]
    [InlineData(7, 127, "the sum is ")]
    [InlineData(16, 4, "element 4 is ")]
    public void Golden_OneWrongElementOfACall_NotProven(int call, int element, string problem)
    {
        Tensor[] values = [.. Golden];
        values[call] = Tensor.FromBytes(Golden[call].Shape, Golden[call].ElementType, Golden[call].Bytes);
        if (values[call].ElementType == ElementType.Int8)
        {
            values[call].Int8[element] ^= 1;
        }
        else
        {
            values[call].Float32[element] *= 1.01f;
        }

        DeviceLogComparison comparison = Compare(string.Concat(Network.Calls.Select(one => SampleLog.DumpOf(one, values[one.Index]))));

        LayerDumpCheck wrong = Assert.Single(comparison.Dumps, static check => check.Problem is not null);
        Assert.Equal((Network.Calls[call].Name, call + 1), (wrong.CallName!, wrong.Dump.Line));
        Assert.StartsWith(problem, wrong.Problem, StringComparison.Ordinal);
        Assert.Equal((false, ExitCode.NotProven), (comparison.Verdict.IsProven, comparison.Verdict.ExitCode));
        Assert.Equal(["1 of 17 layer dumps differ"], comparison.Verdict.Problems);
        Assert.Equal(["17 layer dumps, 16 of them agree"], comparison.Verdict.Compared);
        Assert.Contains($"  line {call + 1}: ", comparison.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("min=", "the minimum is ")]
    [InlineData("max=", "the maximum is ")]
    [InlineData("dtype=", "the type is ")]
    public void Golden_OneWrongFigureOfADump_NotProven(string field, string problem)
    {
        string right = SampleLog.DumpOf(Network.Calls[3], Golden[3]);
        int start = right.IndexOf(field, StringComparison.Ordinal) + field.Length;
        LayerDumpCheck check = Assert.Single(Compare(right.Insert(start, "1")).Dumps);
        Assert.StartsWith(problem, check.Problem, StringComparison.Ordinal);
        Assert.Null(Assert.Single(Compare(right).Dumps).Problem);
    }

    // Six decimals and no more are open; a NaN equals nothing; a dump without elements shows nothing.
    [Fact]
    public void Golden_DumpDigits_HalfAUnitIsOpenAndNoMore()
    {
        OperatorCall call = Network.Calls[3];
        Tensor golden = Tensor.Create(call.Output.Shape, ElementType.Float32);
        golden.Float32.Fill(0.25f);
        Assert.Null(Problem("0.2500005", "128.00005"));
        Assert.StartsWith("element 15 is 0.250001", Problem("0.250001", "128.0000"), StringComparison.Ordinal);
        Assert.StartsWith("the sum is 128.0001", Problem("0.250000", "128.0001"), StringComparison.Ordinal);
        Assert.StartsWith("element 15 is NaN", Problem("nan", "128.0000"), StringComparison.Ordinal);
        Assert.Equal("1 elements are printed, expected 16", Check("0.250000", "128.0000"));

        string? Problem(string last, string sum) => Check(string.Concat(Enumerable.Repeat("0.250000,", 15)) + last, sum);

        string? Check(string first, string sum) => LayerDumpCheck.Of(
            DeviceLogFile.Parse("a", $"LAYER_DUMP : dequantize_asym8s : 512 : dtype=6 : first=[{first}] : sum={sum} : min=0.250000 : max=0.250000").Dumps[0], call, golden).Problem;
    }

    [Theory]
    [InlineData("PERF_LOG : nosuchop : 1 : elements : 5 : cycles : x", "PERF_LOG of nosuchop with 1 elements")]
    [InlineData("PERF_LOG : conv2d : 769 : elements : 5 : cycles : x", "PERF_LOG of conv2d with 769 elements")]
    [InlineData("LAYER_DUMP : conv2d : 769 : dtype=1 : first=[1] : sum=1 : min=1 : max=1", "LAYER_DUMP of conv2d with 769 elements")]
    public void Golden_LineOfNoCall_NotProven(string line, string place)
    {
        string right = SampleLog.Of(Network, Golden);
        string[] lines = right.TrimEnd('\n').Split('\n');
        foreach (int at in new[] { 0, lines.Length / 2, lines.Length })
        {
            LogVerdict verdict = Compare(string.Join('\n', lines.Take(at).Append(line).Concat(lines.Skip(at)))).Verdict;
            Assert.Equal(["1 line stands for no call of sample"], verdict.Problems);
            Assert.Equal([$"line {at + 1}, {place}"], verdict.NotCompared);
        }

        LogVerdict alone = Compare(line).Verdict;
        Assert.Equal("no value was compared: no output tensor, and no LAYER_DUMP line of a call", alone.Problems[0]);
        Assert.Empty(alone.Compared);
        Assert.StartsWith("compared    : nothing\nnot compared: ", alone.Describe(), StringComparison.Ordinal);
        Assert.Contains("\nNOT proven: no value was compared", alone.Describe(), StringComparison.Ordinal);
        Assert.EndsWith("; 2 more lines", Compare(string.Join('\n', Enumerable.Repeat(line, 5))).Verdict.Describe().Split("\nNOT")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Golden_CyclesOnly_AreNoProof()
    {
        LogVerdict verdict = Compare(SampleLog.CyclesOf(Network.Calls[1])).Verdict;
        Assert.Equal(["no value was compared: no output tensor, and no LAYER_DUMP line of a call"], verdict.Problems);
        Assert.Equal(["cycles of 1 call, with no verdict on them"], verdict.Compared);
        Assert.Equal(["the output, which the log does not print", "layers, of which the log dumps none"], verdict.NotCompared);
    }

    [Fact]
    public void Golden_OutputOffByALevel_IsWithinTheGuidanceAndSaysSo()
    {
        float[] values = Golden[^1].Float32.ToArray();
        var step = OutputStep.Of(Network, Golden[^1]);
        values[0] += (float)step.Size;
        LogVerdict verdict = Compare(SampleLog.OutputOf(string.Join(", ", values.Select(static value => value.ToString("F7", System.Globalization.CultureInfo.InvariantCulture))))).Verdict;
        Assert.Equal(["5 outputs, 4 of them exact"], verdict.Compared);
        Assert.Equal((true, ExitCode.Proven), (verdict.IsProven, verdict.ExitCode));
        Assert.EndsWith("\nproven within the published guidance, not value for value\n", verdict.Describe(), StringComparison.Ordinal);
    }

    // Of the same tensor 100 above, one output is as wrong as all.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(0, 5)]
    public void Command_OutputsOutOfScale_ExitOneWithTheReason(int first, int count)
    {
        string reference = WriteLog("reference.log", "1.5, 0.25, -2, 0.75, 3.125");
        float[] values = [1.5f, 0.25f, -2, 0.75f, 3.125f];
        for (int index = first; index < first + count; index++)
        {
            values[index] += 100;
        }

        string log = WriteLog("run.log", string.Join(", ", values.Select(static value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Equal(ExitCode.NotProven, Invoke("compare-log", log, "--against", reference));
        Assert.Contains($"\nNOT proven: {count} of 5 outputs are more than 2 levels off, under 5 % may be; output ", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nan, 0.25, -2, 0.75, 3.125", 0)]
    [InlineData("1.5, 0.25, -nan, 0.75, 3.125", 2)]
    [InlineData("1.5, 0.25, -2, 0.75, inf", 4)]
    public void Command_OutputNotFinite_ExitOneAlsoAsJson(string elements, int index)
    {
        string reference = WriteLog("reference.log", "1.5, 0.25, -2, 0.75, 3.125");
        Assert.Equal(ExitCode.NotProven, Invoke("compare-log", WriteLog("run.log", elements), "--against", reference, "--json"));
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        Assert.False(document.RootElement.GetProperty("proven").GetBoolean());
        Assert.Equal($"1 of 5 outputs are NaN or infinite, first at index {index}", document.RootElement.GetProperty("problems")[0].GetString());
        Assert.Equal(1, document.RootElement.GetProperty("output").GetProperty("not_finite").GetInt32());
    }

    // Six significant digits of values on a grid of 0.0926 leave the levels as they are.
    [Fact]
    public void Command_OutputPrintedWithSixDigits_IsExact()
    {
        float[] values = [.. Enumerable.Range(0, 40).Select(static index => 0.09258823841810226f * ((index * 7 % 80) - 31))];
        string reference = WriteLog("reference.log", string.Join(", ", values.Select(static value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture))));
        string log = WriteLog("run.log", string.Join(", ", values.Select(static value => value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Equal(ExitCode.Proven, Invoke("compare-log", log, "--against", reference));
        Assert.Contains("compared    : 40 outputs, 40 of them exact\n", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "element 0")]
    [InlineData(9, "element 9")]
    [InlineData(15, "element 15")]
    public void Against_DumpsTooFarApart_NotProven(int element, string place)
    {
        LogPairComparison right = Pair(Dump(0, 5));
        Assert.True(right.Verdict.IsProven);
        Assert.Equal(["2 layer dumps, 1 of them equal, 2 within the published guidance"], right.Verdict.Compared);
        LogPairComparison wrong = Pair(Dump(element, 6));
        Assert.Equal(["1 of 2 layer dumps are too far apart"], wrong.Verdict.Problems);
        Assert.Contains($"  line 2: quantized_conv2d_nchw: {place} is ", wrong.Describe(), StringComparison.Ordinal);

        static LogPairComparison Pair(string actual) => LogPairComparison.Compare(
            DeviceLogFile.Parse("a", $"LAYER_DUMP : quantized_relu : 1 : dtype=1 : first=[3] : sum=3 : min=3 : max=3\n{Dump(0, 0)}"),
            DeviceLogFile.Parse("b", $"LAYER_DUMP : quantized_relu : 1 : dtype=1 : first=[3] : sum=3 : min=3 : max=3\n{actual.Replace("conv2d", "quantized_conv2d_nchw", StringComparison.Ordinal)}"),
            null);

        static string Dump(int at, int offset) =>
            $"LAYER_DUMP : conv2d : 32 : dtype=1 : first=[{string.Join(',', Enumerable.Range(0, 16).Select(index => index == at ? 4 + offset : 4))}] : sum={128 + offset} : min=-20 : max=40";
    }

    [Theory]
    [InlineData("sum=128 : min=-20 : max=40", null)]
    [InlineData("sum=192 : min=-15 : max=45", null)]
    [InlineData("sum=193 : min=-20 : max=40", "the sum is 193, expected 128")]
    [InlineData("sum=128 : min=-26 : max=40", "the minimum is -26, expected -20")]
    [InlineData("sum=128 : min=-20 : max=46", "the maximum is 46, expected 40")]
    [InlineData("sum=nan : min=-20 : max=40", "the sum is NaN, expected 128")]
    public void Against_FiguresOfADump_AtTheirLimits(string figures, string? problem)
    {
        LayerDumpLine expected = Line("sum=128 : min=-20 : max=40");
        Assert.Equal(problem, LayerDumpPair.Of(expected, Line(figures)).Problem);
        Assert.Equal("the type is 6, expected 1", LayerDumpPair.Of(expected, Line(figures) with { TypeCode = 6 }).Problem);
        Assert.Equal("0 elements are printed, expected 1", LayerDumpPair.Of(expected, Line(figures) with { First = [] }).Problem);

        static LayerDumpLine Line(string figures) => DeviceLogFile.Parse("a", $"LAYER_DUMP : conv2d : 32 : dtype=1 : first=[4] : {figures}").Dumps[0];
    }

    // A level of a float tensor is a 255th of the range that the reference prints.
    [Theory]
    [InlineData(1.0999, 1)]
    [InlineData(1.1001, 0)]
    public void Against_FloatDump_FiveLevelsOfItsRange(double element, int agreed)
    {
        LayerDumpLine expected = new(1, "mean", 4, LayerDumpLine.Float32Code, [1.0], 4, -0.1, 5);
        Assert.Equal(agreed, LayerDumpPair.Of(expected, expected with { First = [element] }).Problem is null ? 1 : 0);
    }

    [Fact]
    public void Against_WhatOnlyOneLogHolds_IsSaid()
    {
        const string Dumps = "LAYER_DUMP : conv2d : 1 : dtype=1 : first=[3] : sum=3 : min=3 : max=3\nLAYER_DUMP : custom : 1 : dtype=1 : first=[3] : sum=3 : min=3 : max=3";
        LogPairComparison comparison = LogPairComparison.Compare(DeviceLogFile.Parse("a", Dumps), DeviceLogFile.Parse("b", $"{Dumps}\n{Dumps}\n{SampleLog.OutputOf("1")}"), null);
        Assert.True(comparison.Verdict.IsProven);
        Assert.Equal(2, comparison.Dumps.Count);
        Assert.Equal(
            ["the output, which the logs do not both print", "LAYER_DUMP of conv2d with 1 elements in line 3 of one log only", "LAYER_DUMP of custom with 1 elements in line 4 of one log only"],
            comparison.Verdict.NotCompared);
        LogVerdict cycles = LogPairComparison.Compare(
            DeviceLogFile.Parse("a", SampleLog.CyclesOf(Network.Calls[1])), DeviceLogFile.Parse("b", SampleLog.CyclesOf(Network.Calls[1])), null).Verdict;
        Assert.StartsWith("no value was compared", Assert.Single(cycles.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tensor(sizes=[1, 0], [])", "tensor(sizes=[1, 0], [])", "holds nothing to compare: no output, no LAYER_DUMP line and no PERF_LOG line\n")]
    [InlineData("hello", "tensor(sizes=[1], [1])", "holds nothing to compare")]
    [InlineData("tensor(sizes=[1], [1])", "hello", "holds nothing to compare")]
    [InlineData("tensor(sizes=[2], [1, 2])", "tensor(sizes=[1], [1])", "the logs do not print outputs of one size: 1 elements in ")]
    public void Command_NothingToCompare_ExitTwo(string log, string reference, string problem)
    {
        File.WriteAllText(folder["run.log"], log);
        File.WriteAllText(folder["reference.log"], reference);
        Assert.Equal(ExitCode.BadInput, Invoke("compare-log", folder["run.log"], "--against", folder["reference.log"]));
        Assert.Contains(problem, error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Command_ConstantReference_IsNoProof()
    {
        string log = WriteLog("zero.log", "0, 0, 0");
        Assert.Equal(ExitCode.NotProven, Invoke("compare-log", log, "--against", log));
        Assert.Contains("NOT proven: every output of the reference is the same", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("takes --networks, --against or both", "compare-log", "RUN")]
    [InlineData("'file' has an empty value", "compare-log", "", "--networks", "resnet18")]
    [InlineData("'--against' has an empty value", "compare-log", "RUN", "--against", "")]
    [InlineData("names several models; a log is compared with one", "compare-log", "RUN", "--networks", "resnet18,resnet50")]
    [InlineData("names several models; a log is compared with one", "compare-log", "RUN", "--against", "RUN", "--networks", "resnet18,resnet50")]
    [InlineData("--banks and --mode have no effect with --against", "compare-log", "RUN", "--against", "RUN", "--banks", "16k")]
    [InlineData("--banks and --mode have no effect with --against", "compare-log", "RUN", "--against", "RUN", "--mode", "turbo")]
    public void Command_BadArguments_ExitTwoInOneLine(string problem, params string[] arguments)
    {
        string log = WriteLog("run.log", "1, 2, 3");
        Assert.Equal(ExitCode.BadInput, Invoke([.. arguments.Select(argument => argument == "RUN" ? log : argument)]));
        Assert.Contains(problem, error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Command_ModelBesideAReference_GivesTheStep()
    {
        Network logits = new("logits", Network.Input, [.. Network.Calls.SkipLast(1)]);
        File.WriteAllBytes(folder["logits.onnx"], OnnxModelWriter.Write(logits));
        string reference = WriteLog("reference.log", "0.0100, 0.0200, 0.0300, 0.0400, 0.0500");
        Assert.Equal(ExitCode.NotProven, Invoke("compare-log", WriteLog("run.log", "0.0100, 0.0200, 0.0300, 0.0400, 0.0815"), "--against", reference, "--networks", folder["logits.onnx"]));
        Assert.Contains("output 4 is 5.1 levels off, 5 may be", output.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private static DeviceLogComparison Compare(string text) => DeviceLogComparison.Compare(DeviceLogFile.Parse("run.log", text), Network, Golden, static (_, _) => null);

    private string WriteLog(string name, string elements)
    {
        File.WriteAllText(folder[name], SampleLog.OutputOf(elements));
        return folder[name];
    }

    private int Invoke(params string[] args) =>
        CommandLineApplication.Invoke(args, new CommandContext { Output = output, Error = error, Progress = new PlainProgress(TextWriter.Null) });
}
