using System.Globalization;
using TileProof.Golden.Export.Onnx;
using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

/// <summary>A process of the program ends with a code of its own, whatever it was given and wherever its streams lead, and never by a signal.</summary>
public sealed class ProcessEndTests : IDisposable
{
    private const int FewRuns = 12;
    private const int ManyRuns = 200;

    private readonly TemporaryFolder folder = new();

    public ProcessEndTests()
    {
        File.WriteAllText(folder["broken.onnx"], "no model");
        File.WriteAllBytes(folder["sample.onnx"], OnnxModelWriter.Write(SampleNetwork.Create()));
    }

    [Fact]
    public void Refused_FewRuns_AllEndWithTwo() => AssertRefused(FewRuns);

    [SkippableFact]
    public void Refused_ManyRuns_AllEndWithTwo()
    {
        SlowTests.SkipUnlessAsked();
        AssertRefused(ManyRuns);
    }

    // What is closed comes from the shell; results need a place, messages do not.
    [SkippableTheory]
    [InlineData(">&-", ExitCode.BadInput, "networks")]
    [InlineData("2>&-", ExitCode.Proven, "networks")]
    [InlineData("2>&-", ExitCode.BadInput, "nosuch")]
    [InlineData(">&- 2>&-", ExitCode.BadInput, "networks")]
    [InlineData("<&- >&- 2>&-", ExitCode.BadInput, "nosuch")]
    [InlineData("2>&-", ExitCode.Proven, "verify", "--banks", "8k", "--landing", "at-wait", "--networks")]
    [InlineData("<&- >&- 2>&-", ExitCode.BadInput, "verify", "--banks", "8k", "--landing", "at-wait", "--networks")]
    public void Run_ClosedStreams_EndsWithItsCode(string redirections, int exitCode, params string[] args)
    {
        SkipWithoutShell();
        string[] model = args[^1] == "--networks" ? [folder["sample.onnx"], "--out", folder["reports"]] : [];
        (int actual, string output, string error) = ProgramProcess.RunInShell("", redirections, [.. args, .. model], Environment());
        Assert.Equal((exitCode, exitCode == ExitCode.Proven), (actual, output.Length > 0));
        Assert.Equal(redirections == ">&-" ? "tileproof: cannot write results to the standard output: it is closed; give it a file, a pipe or a terminal\n" : "", error);
    }

    [SkippableFact]
    public void Run_ReaderThatLeaves_EndsWithItsCode()
    {
        SkipWithoutShell();
        (int exitCode, _, string error) = ProgramProcess.RunInShell("", "| true", ["networks", folder["sample.onnx"]]);
        Assert.Equal((ExitCode.Proven, ""), (exitCode, error));
    }

    [SkippableFact]
    public void Run_FullDevice_IsOneLine()
    {
        const string FullDevice = "/dev/full";
        Skip.IfNot(File.Exists(FullDevice), $"there is no {FullDevice}");
        AssertOneLine("cannot write results to the standard output: ", ProgramProcess.RunInShell("", $">{FullDevice}", ["networks"]));
    }

    // Below some limit the runtime itself cannot start, or load what the line needs; where that is depends on what the process inherits. From the
    // first limit at which the program speaks, none of its own failures goes untold.
    [SkippableFact]
    public void Run_FewOpenFiles_IsOneLine()
    {
        SkipWithoutShell();
        const int RuntimeStarts = 40;
        bool speaks = false;
        for (int limit = 22; limit <= 60; limit += limit < RuntimeStarts ? 1 : 5)
        {
            string before = string.Create(CultureInfo.InvariantCulture, $"ulimit -n {limit};");
            var end = ProgramProcess.RunInShell(before, "", ["verify", "--networks", folder["sample.onnx"], "--out", folder["reports"]], Environment());
            if (end.ExitCode == ExitCode.BadInput || limit >= RuntimeStarts)
            {
                speaks = true;
                AssertOneLine("cannot load a part of the program (", end);
            }
            else if (speaks)
            {
                Assert.DoesNotContain("at TileProof.", end.Error, StringComparison.Ordinal);
            }
        }
    }

    // So close to the limit that nothing is left for the exception itself, the runtime ends the process; a model of larger arrays leaves some.
    [SkippableFact]
    public void Run_LittleMemory_IsOneLine()
    {
        SlowTests.SkipUnlessAsked();
        using var run = ProgramProcess.Start(["networks", "resnet101"], Environment(("DOTNET_GCHeapHardLimit", "0x8000000")));
        AssertOneLine("there is not enough memory for this run; ", run.WaitForEnd());
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Two at a time, so that they are in each other's way.</summary>
    private void AssertRefused(int count)
    {
        string[][] refused =
        [
            ["verify", "--networks", folder["broken.onnx"], "--out", folder["reports"]],
            ["verify", "--networks", folder["sample.onnx"], "--layers", "nosuch", "--out", folder["reports"]],
            ["verify", "--networks", $"{folder["sample.onnx"]},{folder["missing.onnx"]}", "--out", folder["reports"]],
            ["tune", "--networks", folder["broken.onnx"], "--out", folder["reports"]],
        ];
        var ends = new (int ExitCode, string Output, string Error)[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, index =>
        {
            using var run = ProgramProcess.Start(refused[index % refused.Length], Environment());
            ends[index] = run.WaitForEnd();
        });
        Assert.All(ends, static end => AssertOneLine("", end));
    }

    private static void AssertOneLine(string start, (int ExitCode, string Output, string Error) end)
    {
        Assert.Equal((ExitCode.BadInput, ""), (end.ExitCode, end.Output));
        Assert.Matches("^tileproof: [^\n]+\n$", end.Error);
        Assert.StartsWith($"tileproof: {start}", end.Error, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Environment(params (string Name, string Value)[] variables)
    {
        var all = new Dictionary<string, string> { ["TILEPROOF_CACHE"] = folder["cache"] };
        foreach ((string name, string value) in variables)
        {
            all[name] = value;
        }

        return all;
    }

    private static void SkipWithoutShell() => Skip.If(OperatingSystem.IsWindows(), "there is no shell");
}
