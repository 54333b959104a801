using System.Globalization;
using TileProof.Golden.Onnx;
using TileProof.Tests.Harness;
using TileProof.Tests.Import;
using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

/// <summary>The first signal ends every command, also while it works on something that knows no stopping, and leaves no file.</summary>
public sealed class StoppedRunTests : IDisposable
{
    private const string Interrupt = "-INT";
    private const string Terminate = "-TERM";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly TemporaryFolder folder = new();
    private readonly TemporaryFolder cache = new();

    // Many short cases: the run comes to a place where it can stop.
    [SkippableTheory]
    [InlineData(Interrupt, ExitCode.Cancelled)]
    [InlineData(Terminate, ExitCode.Terminated)]
    public void Verify_BetweenCases_EndsWithOneLineAndNoFile(string signal, int exitCode)
    {
        SkipWhere(signal);
        using var layers = new LayerVectorFiles();
        layers.Repeat(200);
        AssertStopped([signal], exitCode, "TileProof.HwModel", ["verify", "--vectors", layers.Parent, "--out", folder["out"]]);
        Assert.Empty(folder.Files);
    }

    // A calibration of many seconds, which no command interrupts.
    [SkippableTheory]
    [InlineData("verify --networks {} --out {out}")]
    [InlineData("tune --networks {} --out {out}")]
    [InlineData("networks {}")]
    [InlineData("trace --networks {} --layers 1 -o {out}")]
    [InlineData("whatif --networks {}")]
    [InlineData("compare-log {log} --networks {}")]
    [InlineData("export-vectors --networks {} --out {out}")]
    [InlineData("export-model --networks {} -o {out}")]
    public void Command_WhileAModelIsBuilt_EndsWithOneLineAndNoFile(string command) => AssertStoppedWhileBuilding(command, [Terminate], ExitCode.Terminated);

    [SkippableTheory]
    [InlineData(ExitCode.Cancelled, Interrupt)]
    [InlineData(ExitCode.Terminated, Terminate, Terminate)]
    public void Command_OtherSignals_EndWithTheCodeOfTheFirst(int exitCode, params string[] signals) =>
        AssertStoppedWhileBuilding("export-model --networks {} -o {out}", signals, exitCode);

    [SkippableFact]
    public void Inject_BetweenLayers_EndsWithOneLineAndNoFile()
    {
        SkipWhere(Terminate);
        AssertStopped([Terminate], ExitCode.Terminated, "TileProof.HwModel", ["inject", "--out", folder["out"]]);
        Assert.Empty(folder.Files);
    }

    public void Dispose()
    {
        folder.Dispose();
        cache.Dispose();
    }

    private void AssertStoppedWhileBuilding(string command, string[] signals, int exitCode)
    {
        signals.ToList().ForEach(SkipWhere);
        File.WriteAllBytes(folder["model.onnx"], SlowModel());
        File.WriteAllText(folder["log"], "PERF_LOG : conv2d : 1 : elements : 900 : cycles : \n");
        IReadOnlyList<string> before = folder.Files;
        string[] args = [.. command.Replace("{}", "{model.onnx}", StringComparison.Ordinal).Split(' ')
            .Select(word => word.StartsWith('{') ? folder[word[1..^1]] : word)];
        AssertStopped(signals, exitCode, "onnxruntime", args);
        Assert.Equal(before, folder.Files);
    }

    /// <summary>Starts a command, sends signals once it has loaded a part of the program, and sees it end.</summary>
    private void AssertStopped(string[] signals, int exitCode, string part, string[] args)
    {
        using var run = ProgramProcess.Start(args, new Dictionary<string, string> { ["TILEPROOF_CACHE"] = cache.FullPath });
        while (!run.HasLoaded(part) && !run.HasEnded)
        {
            Thread.Sleep(Pause);
        }

        signals.ToList().ForEach(run.Signal);
        (int actual, _, string error) = run.WaitForEnd();
        Assert.Equal(exitCode, actual);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == 0 || lines[^1] == "tileproof: stopped; nothing more is written", error);
    }

    /// <summary>Three convolutions of 5 GMAC an image.</summary>
    private static byte[] SlowModel()
    {
        const int Channels = 32;
        var graph = new OnnxGraphBuilder("slow");
        graph.AddInput("x", OnnxElementType.Float32, 1, Channels, 768, 640);
        string value = "x";
        for (int layer = 0; layer < 3; layer++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"w{layer}");
            float[] weights = [.. Enumerable.Range(0, Channels * Channels * 9).Select(static index => ((index * 7) % 11) - 5f)];
            value = graph.AddNode("Conv", [value, graph.AddInitializer<float>(name, weights, Channels, Channels, 3, 3)], OnnxAttributeValue.Ints("pads", 1, 1, 1, 1));
        }

        graph.AddNamedNode("y", "Relu", [value]);
        graph.AddOutput("y", OnnxElementType.Float32);
        return OnnxBytes.Build(graph);
    }

    private static void SkipWhere(string signal)
    {
        Skip.IfNot(Directory.Exists("/proc/self"), "the system does not say what a process has loaded");
        Skip.If(signal == Interrupt && IsInterruptIgnored(), "SIGINT is ignored here, as for background jobs of a shell, and every program started keeps that");
    }

    internal static bool IsInterruptIgnored()
    {
        const string Ignored = "SigIgn:";
        const ulong InterruptBit = 1 << 1;
        string? line = !File.Exists("/proc/self/status") ? null : File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith(Ignored, StringComparison.Ordinal));
        return line is not null && (ulong.Parse(line[Ignored.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & InterruptBit) != 0;
    }
}
