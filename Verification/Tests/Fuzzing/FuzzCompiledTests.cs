using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Tests.Device;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Fuzzing;
using TileProof.Verification.Machines;
using TileProof.Verification.Sharding;

namespace TileProof.Tests.Fuzzing;

/// <summary>Programs in C beside the built-in ones in fuzz campaigns.</summary>
public sealed class FuzzCompiledTests : IDisposable
{
    private const int Seed = 1127;
    private static readonly string[] Reports = ["fuzz.csv", "fuzz_failures.csv", "fuzz.json", "fuzz.md"];
    private static readonly string[] BothSamples = [RepositoryPaths.Fixture("programs", "corrected", "kernels.json"), RepositoryPaths.Fixture("programs", "published", "kernels.json")];
    private static readonly string Cache = Path.Combine(Path.GetTempPath(), "tileproof-tests-fuzz");

    private readonly TemporaryFolder folder = new();

    /// <summary>The smallest cases that campaigns found samples, their driver or their comparison to be wrong in.</summary>
    public static TheoryData<string, FuzzCase> Found => new()
    {
        { "clamp", CaseOf(new FuzzCall { Operator = OperatorKind.Conv2d, KernelHeight = 3, KernelWidth = 3, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1, ClampMinimum = 8 }) },
        { "upper clamp", CaseOf(new FuzzCall { Operator = OperatorKind.Conv2d, Outputs = 24, WeightScale = 1e-6f, OutputScale = 1e-5f, ClampMaximum = 41, BiasLimit = 14142 }) with { Channels = 8, Height = 5, Width = 7 } },
        { "more padding than half of the kernel", CaseOf(new FuzzCall { Operator = OperatorKind.Conv2d, KernelHeight = 3, KernelWidth = 3, PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2 }) with { Channels = 3, Height = 5, Width = 4 } },
        { "no padding", CaseOf(new FuzzCall { Operator = OperatorKind.Conv2d, Outputs = 5, KernelHeight = 3, KernelWidth = 3 }) with { Channels = 4, Height = 9, Width = 7 } },
        { "less padding", CaseOf(new FuzzCall { Operator = OperatorKind.Conv2d, KernelHeight = 7, KernelWidth = 7, StrideHeight = 2, StrideWidth = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }) with { Height = 9, Width = 8 } },
        { "less padding, through the cache", CaseOf(new FuzzCall { Operator = OperatorKind.Conv2d, KernelHeight = 3, KernelWidth = 3, Plan = new FuzzPlan { Kind = FuzzPlanKind.Cache } }) with { Height = 6, Width = 8 } },
        { "a residual beyond int32", CaseOf(new FuzzCall { Operator = OperatorKind.Conv2d, KernelHeight = 3, KernelWidth = 3, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1, OutputScale = 3.5762787E-10f, Weights = FuzzData.Zero, BiasLimit = 9784744 }) with { Inputs = FuzzData.Zero, DataSeed = 2314389 } },
        { "images of a mean", CaseOf(new FuzzCall { Operator = OperatorKind.Mean }) with { Batch = 3, Channels = 37, Height = 2, Width = 2 } },
        { "images of a published mean", CaseOf(new FuzzCall { Operator = OperatorKind.Mean }) with { Programs = ProgramLibrary.Published, Batch = 2, Channels = 48, Height = 2, Width = 2 } },
        { "images of a mean without banks", CaseOf(new FuzzCall { Operator = OperatorKind.Mean }) with { Batch = 2, Channels = 7, Height = 2, Width = 2, Routing = HwModel.Planning.OperatorRouting.Direct } },
        { "images of a portable mean", CaseOf(new FuzzCall { Operator = OperatorKind.Mean }) with { Batch = 2, Channels = 7, Height = 3, Width = 2 } },
    };

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Found))]
    public void Judge_WhatCampaignsFound_NothingIsWrong(string name, FuzzCase one)
    {
        DeviceBench.RequireCompiler();
        using FuzzPrograms? programs = FuzzPrograms.Open(FuzzProgram.ReadAll(BothSamples), Cache);
        using var oracles = new FuzzOracles(programs);
        FuzzOutcome outcome = new FuzzCheck(oracles).Judge(one, FuzzDepth.Usual);
        Assert.True(outcome.Finding is null, $"{name}: {outcome.Finding}");
        Assert.Contains(outcome.Reached, static point => point.Group == FuzzCoverage.Compiled);
    }

    /// <summary>Samples of both libraries in a campaign: nothing is wrong, every operator is reached, and the report says which; in shards, it is the same report.</summary>
    [SkippableFact]
    public void Execute_BothSamples_NothingIsWrong_AndShardsMergeToOneRun() => AssertMerges(cases: 240, shards: 3);

    [SkippableFact]
    public void Execute_BothSamplesInEightShards_MergeToOneRun()
    {
        SlowTests.SkipUnlessAsked();
        AssertMerges(cases: 4000, shards: 8);
    }

    /// <summary>One change of a sample: a transfer of its first tile, a wait in its middle, its last store, arithmetic, and what it returns.</summary>
    [SkippableTheory]
    [InlineData("corrected/conv.c", "load_input(call, b.input[0], first_rows(layer));", "", OperatorKind.Conv2d)]
    [InlineData("corrected/conv.c", "dma_wait_until(CHANNEL_OUT, number == 0 ? 0 : 1);", "", OperatorKind.Conv2d)]
    [InlineData("corrected/maxpool.c", "    idma_hw_wait_all(CHANNEL_OUT);\n    return XAI_ERR_OK;", "    return XAI_ERR_OK;", OperatorKind.MaxPool2d)]
    [InlineData("common/elementwise.h", "q->zero_point, elements", "q->zero_point + 1, elements", OperatorKind.QuantizePerTensor)]
    [InlineData("common/softmax_rows.h", "            softmax_compute(call, b, row);\n            idma_hw", "            softmax_compute(call, b, row ? row : 1);\n            idma_hw", OperatorKind.Softmax)]
    [InlineData("corrected/linear.c", "    free(sums);\n    return 0;", "    free(sums);\n    return 3;", OperatorKind.QuantizedLinear)]
    [InlineData("corrected/mean.c", "    if (mean_is_last(call)) {", "    if (0) {", OperatorKind.Mean)]
    public void Execute_SampleWithADefect_FoundShrunkAndReplayed(string file, string text, string changed, OperatorKind kind)
    {
        DeviceBench.RequireCompiler();
        string sample = CopySamples(file, text, changed);
        var options = new FuzzOptions { Seed = Seed, Cases = kind == OperatorKind.QuantizedLinear ? 1000 : 250, Programs = [FuzzProgram.Read(sample)] };
        (int exitCode, string output) = Run("defect", options);
        Assert.Equal(ExitCode.NotProven, exitCode);
        FuzzTotals totals = FuzzJournal.Read(folder["defect", FuzzJournal.FileName]).Totals;
        Assert.All(totals.Failures, static failure => Assert.Equal(FuzzFindingKind.CompiledProgramDiffers, failure.Finding.Kind));
        FuzzFailure smallest = totals.ReportedFailures.First();
        string caseFile = folder["defect", $"fuzz-{smallest.Index}", FuzzReport.CaseFileName];
        Assert.Equal(kind, Assert.Single(FuzzCaseFile.Read(caseFile).Calls).Operator);
        Assert.Contains($"`tileproof verify --case {caseFile} --programs {sample}`", output, StringComparison.Ordinal);
        var replayed = new StringWriter();
        Assert.Equal(ExitCode.NotProven, FuzzReplay.Execute(caseFile, sample, Cache, printsJson: false, replayed));
        Assert.Contains($"CompiledProgramDiffers: {smallest.Finding.Detail}", replayed.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Proven, FuzzReplay.Execute(caseFile, BothSamples[0], Cache, printsJson: false, TextWriter.Null));
    }

    /// <summary>A program that is no other writing of a built-in one has to be right by itself: its bytes, and every rule.</summary>
    [SkippableTheory]
    [InlineData("", "", ExitCode.Proven)]
    [InlineData("idma_hw_wait_all(CHANNEL_STORE);\n        chunk_store(o, chunk, set);", "chunk_store(o, chunk, set);", ExitCode.NotProven)]
    [InlineData("o->compute(o->call, o->input[0], o->input[1], o->output, o->elements);", "o->compute(o->call, o->input[0], o->input[1], o->output, o->elements - 1);", ExitCode.NotProven)]
    public void Execute_ProgramOfItsOwn_IsRightByItself(string text, string changed, int expected)
    {
        DeviceBench.RequireCompiler();
        string sample = CopySamples("common/chunks.h", text, changed);
        File.WriteAllText(sample, File.ReadAllText(sample).Replace("\"library\": \"corrected\",", "", StringComparison.Ordinal));
        (int exitCode, string output) = Run("own", new FuzzOptions { Seed = Seed, Cases = 160, Programs = [FuzzProgram.Read(sample)] });
        Assert.True(expected == exitCode, output);
        Assert.Contains("own quantized-relu", output, StringComparison.Ordinal);
    }

    /// <summary>The programs are part of what a campaign is, wherever their files lie.</summary>
    [SkippableFact]
    public void Execute_JournalOfOtherPrograms_Refused()
    {
        DeviceBench.RequireCompiler();
        var options = new FuzzOptions { Seed = Seed, Cases = 2, Programs = FuzzProgram.ReadAll(BothSamples) };
        Run("with", options);
        Run("with", options with { Programs = [FuzzProgram.Read(CopySamples("corrected/conv.c", "", "")), options.Programs[1]] });
        Assert.Contains("with programs in C)", Refusal(options with { Programs = [] }), StringComparison.Ordinal);
        Assert.Contains("with other programs in C)", Refusal(options with { Programs = [options.Programs[0]] }), StringComparison.Ordinal);
        File.AppendAllText(folder["programs", "common", "dma.h"], "\n");
        Assert.Contains("with other programs in C)", Refusal(options with { Programs = [FuzzProgram.Read(folder["programs", "corrected", "kernels.json"]), options.Programs[1]] }), StringComparison.Ordinal);
        Run("without", options with { Programs = [], Shard = Shard.Of(1, 2) });
        Run("second", options with { Shard = Shard.Of(2, 2) });
        Assert.Contains(
            "ran other programs in C",
            Assert.Throws<UserInputException>(() => FuzzMerge.Execute([folder["without"], folder["second"]], folder["merged"], false, new RecordedProgress(), TextWriter.Null)).Message,
            StringComparison.Ordinal);

        string Refusal(FuzzOptions other) => Assert.Throws<UserInputException>(() => Run("with", other)).Message;
    }

    [Theory]
    [InlineData("\"driver\": \"user\"", "leave out 'driver' and 'layerTable'")]
    [InlineData("\"library\": \"mine\"", "'mine' is not known; valid: corrected, published, published-old")]
    public void Read_WhatCampaignsCannotRun_Refused(string field, string message)
    {
        string sample = CopySamples("corrected/kernels.json", "\"library\": \"corrected\"", field);
        string problem = Assert.Throws<UserInputException>(() => FuzzProgram.Read(sample)).Message;
        Assert.Contains(message, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void ReadAll_TwoOfOneLibrary_Refused() => Assert.Contains(
        "are both programs of library 'corrected'", Assert.Throws<UserInputException>(static () => FuzzProgram.ReadAll([BothSamples[0], BothSamples[0]])).Message, StringComparison.Ordinal);

    /// <summary>Where the compiler is missing, one line says so before anything runs.</summary>
    [Fact]
    public void Execute_CompilerMissing_OneLine()
    {
        string sample = CopySamples("corrected/kernels.json", "\"library\": \"corrected\"", "\"library\": \"corrected\", \"compiler\": \"/no/such/compiler\"");
        string problem = Assert.Throws<UserInputException>(() => Run("none", new FuzzOptions { Cases = 1, Programs = [FuzzProgram.Read(sample)] })).Message;
        Assert.StartsWith($"{sample}: ", problem, StringComparison.Ordinal);
        Assert.Contains("/no/such/compiler", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    private static FuzzCase CaseOf(FuzzCall call) => new()
    {
        Seed = 0,
        Index = 0,
        Machine = DescribedMachine.Published with { Configuration = DspConfiguration.FromBankBytes(1024, 1088) },
        Programs = ProgramLibrary.Corrected,
        LandingSeed = 5,
        Calls = [call],
    };

    private void AssertMerges(int cases, int shards)
    {
        DeviceBench.RequireCompiler();
        var options = new FuzzOptions { Seed = Seed, Cases = cases, Programs = FuzzProgram.ReadAll(BothSamples), CacheFolder = Cache };
        (int exitCode, string output) = Run("whole", options);
        Assert.True(exitCode == ExitCode.Proven, output);
        FuzzTotals totals = FuzzJournal.Read(folder["whole", FuzzJournal.FileName]).Totals;
        Assert.All(
            FuzzCoverage.CatalogOf(options).Where(static point => point.Group == FuzzCoverage.Compiled && point.Name.StartsWith("corrected", StringComparison.Ordinal)),
            point => Assert.True(totals.Coverage[point] > 0, point.Name));
        Assert.DoesNotContain(FuzzCoverage.CatalogOf(options), static point => point.Group == FuzzCoverage.Compiled && point.Name.StartsWith("own", StringComparison.Ordinal));
        for (int number = 1; number <= shards; number++)
        {
            Run($"{number}", options with { Shard = Shard.Of(number, shards) });
        }

        Assert.Equal(exitCode, FuzzMerge.Execute([.. Enumerable.Range(1, shards).Reverse().Select(number => folder[$"{number}"])], folder["merged"], false, new RecordedProgress(), TextWriter.Null));
        Assert.All(Reports, report => Assert.Equal(File.ReadAllBytes(folder["whole", report]), File.ReadAllBytes(folder["merged", report])));
    }

    /// <summary>The samples in a folder of their own, one file changed; returns the description of the corrected ones.</summary>
    private string CopySamples(string file, string text, string changed)
    {
        string from = RepositoryPaths.Fixture("programs");
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string to = folder["programs", Path.GetRelativePath(from, path)];
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            string content = File.ReadAllText(path);
            if (text.Length > 0 && Path.GetRelativePath(from, path).Replace('\\', '/') == file)
            {
                Assert.Contains(text, content, StringComparison.Ordinal);
                content = content.Replace(text, changed, StringComparison.Ordinal);
            }

            File.WriteAllText(to, content);
        }

        return folder["programs", "corrected", "kernels.json"];
    }

    private (int ExitCode, string Output) Run(string name, FuzzOptions options)
    {
        var output = new StringWriter { NewLine = "\n" };
        int exitCode = FuzzRun.Execute(options with { OutputFolder = folder[name], CacheFolder = Cache }, new RecordedProgress(), output, CancellationToken.None);
        return (exitCode, output.ToString());
    }
}
