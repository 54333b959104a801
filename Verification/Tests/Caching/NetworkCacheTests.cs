using TileProof.HwModel.Dma;
using TileProof.HwModel.Programs;
using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Caching;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Tests.Caching;

/// <summary>Real runs of a small network with every operator: a second run keeps everything, and one that differs keeps nothing that could differ.</summary>
public sealed class NetworkCacheTests
{
    private static readonly VerifyOptions Options = new() { Banks = [BankSetting.OfBanks(4096, 2048), BankSetting.WithoutBanks], AccuracyImages = 0 };

    [Fact]
    public void Run_SecondTime_KeepsEverythingAndSaysTheSame()
    {
        using var folder = new TemporaryFolder();
        ConformanceOutcome cold = Run(folder, Options);
        ConformanceOutcome warm = Run(folder, Options);
        Assert.True(cold.Verdict.IsProven);
        Assert.DoesNotContain(cold.Cases, static result => result.IsKept);
        Assert.DoesNotContain(cold.EndToEnd, static result => result.IsKept);
        Assert.Equal((cold.Cases.Count, cold.EndToEnd.Count), Kept(warm));
        Assert.Equal(OutcomeText.Of(cold), OutcomeText.Of(warm));
    }

    /// <summary>The options of which an audit found that they were missing in the key, and all others.</summary>
    [Fact]
    public void Run_EveryOptionInTurn_KeepsNothingUnlessItIsIrrelevant()
    {
        string[] relevant = [nameof(VerifyOptions.SoftmaxToleranceUlp), nameof(VerifyOptions.Derivation), nameof(VerifyOptions.Programs), nameof(VerifyOptions.Seed)];
        using var folder = new TemporaryFolder();
        VerifyOptions options = Options with { Banks = [BankSetting.OfEqualBanks(8192)], Landings = [LandingKind.AtIssue, LandingKind.AtWait], Networks = ["resnet18"] };
        ConformanceOutcome cold = Run(folder, options);
        foreach ((string name, VerifyOptions changed) in OptionSamples.OfEach(options))
        {
            (int cases, int endToEnd) = Kept(Run(folder, changed with { AdversarialSchedules = 0, Layers = [] }));
            Assert.True(
                name switch
                {
                    nameof(VerifyOptions.Banks) => (cases, endToEnd) == (0, 0),
                    nameof(VerifyOptions.Plans) => (cases, endToEnd) == (0, 0),
                    nameof(VerifyOptions.Landings) => (cases, endToEnd) == (cold.Cases.Count / 2, cold.EndToEnd.Count / 2),
                    nameof(VerifyOptions.Modes) => cases > 0 && endToEnd == 0,
                    _ => (cases, endToEnd) == (relevant.Contains(name) ? (0, 0) : (cold.Cases.Count, cold.EndToEnd.Count)),
                },
                $"{name}: {cases} of {cold.Cases.Count} cases and {endToEnd} of {cold.EndToEnd.Count} runs kept");
        }
    }

    /// <summary>A failure that is proven under other options must be seen, and proven ones must not take its place.</summary>
    [Theory]
    [InlineData("corrected", "published")]
    [InlineData("published", "corrected")]
    public void Run_OtherPrograms_SameAsWithoutACache(string firstName, string secondName)
    {
        ProgramLibrary first = ProgramChoice.Parse(firstName);
        ProgramLibrary second = ProgramChoice.Parse(secondName);
        using var folder = new TemporaryFolder();
        Run(folder, Options with { Programs = first });
        ConformanceOutcome expected = Run(null, Options with { Programs = second });
        Assert.Equal(second == ProgramLibrary.Corrected, expected.Verdict.IsProven);
        Assert.Equal(OutcomeText.Of(expected), OutcomeText.Of(Run(folder, Options with { Programs = second })));
    }

    [Theory]
    [InlineData(ParameterDerivation.L1Norm, ParameterDerivation.WorstCase)]
    [InlineData(ParameterDerivation.WorstCase, ParameterDerivation.L1Norm)]
    public void Run_OtherDerivation_SameAsWithoutACache(ParameterDerivation first, ParameterDerivation second)
    {
        using var folder = new TemporaryFolder();
        string before = OutcomeText.Of(Run(folder, Options with { Derivation = first }));
        string expected = OutcomeText.Of(Run(null, Options with { Derivation = second }));
        Assert.NotEqual(before, expected);
        Assert.Equal(expected, OutcomeText.Of(Run(folder, Options with { Derivation = second })));
    }

    /// <summary>One weight of the last layer, one element of the image.</summary>
    [Fact]
    public void Run_OtherNetworkOrImage_KeepsNothing()
    {
        using var folder = new TemporaryFolder();
        Run(folder, Options);
        Network network = SampleNetwork.Create();
        QuantizedLinearCall last = network.Calls.OfType<QuantizedLinearCall>().Last();
        sbyte[] weights = [.. last.Weights];
        weights[^1] ^= 1;
        var changed = new Network(network.Name, network.Input, [.. network.Calls.Select(call => call == last ? last with { Weights = weights } : call)]);
        Assert.Equal((0, 0), Kept(Run(folder, Options, new NetworkSource(changed, null, 1))));
        Assert.Equal((0, 0), Kept(Run(folder, Options, new NetworkSource(network, null, 2))));
        Assert.Equal((0, 0), Kept(Run(folder, Options, new NetworkSource(network.WithName("other"), null, 1))));
        Assert.NotEqual((0, 0), Kept(Run(folder, Options)));
    }

    [Fact]
    public void Run_FailuresAndHazards_RunEveryTime()
    {
        using var folder = new TemporaryFolder();
        VerifyOptions options = Options with { Programs = ProgramLibrary.Published };
        ConformanceOutcome cold = Run(folder, options);
        ConformanceOutcome warm = Run(folder, options);
        Assert.Contains(cold.Cases, static result => result.Hazards.Count > 0);
        Assert.Equal(
            cold.Cases.Select(static result => result.IsProven && result.Hazards.Count == 0),
            warm.Cases.Select(static result => result.IsKept));
        Assert.Equal(
            cold.EndToEnd.Select(static result => result.IsProven && result.Hazards.Count == 0),
            warm.EndToEnd.Select(static result => result.IsKept));
        Assert.Equal(OutcomeText.Of(cold), OutcomeText.Of(warm));
    }

    /// <summary>Each file in turn, at its first, a middle and its last byte: everything that was in it runs again, and nothing else does.</summary>
    [Fact]
    public void Run_DamagedFile_RunsAgainWithTheSameResult()
    {
        using var folder = new TemporaryFolder();
        string expected = OutcomeText.Of(Run(folder, Options));
        string[] files = Directory.GetFiles(folder[CacheFolder.FolderName], "*.cache");
        Assert.Equal(4, files.Length);
        foreach (string path in files)
        {
            byte[] bytes = File.ReadAllBytes(path);
            foreach (int position in (int[])[0, bytes.Length / 2, bytes.Length - 1])
            {
                byte[] damaged = [.. bytes];
                damaged[position] ^= 1;
                File.WriteAllBytes(path, damaged);
                ConformanceOutcome outcome = Run(folder, Options);
                Assert.Equal(expected, OutcomeText.Of(outcome));
                bool holdsCases = Path.GetFileName(path).Contains("-cases-", StringComparison.Ordinal);
                Assert.Equal(holdsCases ? (0, 0) : (outcome.Cases.Count, outcome.EndToEnd.Count), Kept(outcome));
                Assert.Equal(bytes, File.ReadAllBytes(path));
            }
        }

        // Swapped, each has the other's bytes.
        string cases = files.Single(static path => Path.GetFileName(path).Contains("-cases-", StringComparison.Ordinal));
        string other = files.First(path => path != cases);
        byte[] first = File.ReadAllBytes(cases);
        File.Copy(other, cases, overwrite: true);
        File.WriteAllBytes(other, first);
        ConformanceOutcome swapped = Run(folder, Options);
        Assert.Equal((0, 0), Kept(swapped));
        Assert.Equal(expected, OutcomeText.Of(swapped));
    }

    private static (int Cases, int EndToEnd) Kept(ConformanceOutcome outcome) =>
        (outcome.Cases.Count(static result => result.IsKept), outcome.EndToEnd.Count(static result => result.IsKept));

    private static ConformanceOutcome Run(TemporaryFolder? folder, VerifyOptions options, NetworkSource? source = null)
    {
        using var engines = new GoldenEngines(new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.Host)));
        var progress = new RecordedProgress();
        return ConformanceRun.Run(
            [source ?? new NetworkSource(SampleNetwork.Create(), null, 1)], engines, options, ResultCache.Open(folder?.FullPath, progress), progress, CancellationToken.None);
    }
}
