using System.Reflection;
using TileProof.Golden.Quantization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Kernels;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Caching;

namespace TileProof.Tests.Caching;

/// <summary>Every option is part of the keys that its results depend on.</summary>
public sealed class SettingsKeyTests
{
    private static readonly VerifyOptions Defaults = new();

    /// <summary>A value off the default for every option, and what that option is part of. A new option must be added here.</summary>
    private static readonly Dictionary<string, (object Value, KeyPart Part)> Samples = new(StringComparer.Ordinal)
    {
        [nameof(VerifyOptions.Given)] = (new Dictionary<string, string> { [nameof(VerifyOptions.Batch)] = "--batch" }, KeyPart.Nothing),
        [nameof(VerifyOptions.Networks)] = (new[] { "resnet34" }, KeyPart.Nothing),
        [nameof(VerifyOptions.InputHeight)] = (33, KeyPart.Everything),
        [nameof(VerifyOptions.InputWidth)] = (47, KeyPart.Everything),
        [nameof(VerifyOptions.Batch)] = (2, KeyPart.Everything),
        [nameof(VerifyOptions.SoftmaxToleranceUlp)] = (7, KeyPart.Everything),
        [nameof(VerifyOptions.AllowFallback)] = (true, KeyPart.Everything),
        [nameof(VerifyOptions.Derivation)] = (ParameterDerivation.WorstCase, KeyPart.Everything),
        [nameof(VerifyOptions.Device)] = (DeviceChoice.Host, KeyPart.Everything),
        [nameof(VerifyOptions.Calibration)] = (CalibrationMethod.Percentile, KeyPart.Everything),
        [nameof(VerifyOptions.PerChannelWeights)] = (true, KeyPart.Everything),
        [nameof(VerifyOptions.AccuracyImages)] = (3, KeyPart.Nothing),
        [nameof(VerifyOptions.Banks)] = (new[] { BankSetting.Parse("16384x8192") }, KeyPart.Nothing),
        [nameof(VerifyOptions.Modes)] = (new[] { ExecutionMode.Cache }, KeyPart.Nothing),
        [nameof(VerifyOptions.Landings)] = (new[] { LandingKind.Modelled }, KeyPart.Nothing),
        [nameof(VerifyOptions.Variant)] = (KernelVariant.Published, KeyPart.Cases),
        [nameof(VerifyOptions.AdversarialSchedules)] = (5, KeyPart.Nothing),
        [nameof(VerifyOptions.Layers)] = (new[] { "conv1" }, KeyPart.Nothing),
        [nameof(VerifyOptions.Seed)] = (11, KeyPart.Everything),
        [nameof(VerifyOptions.CacheFolder)] = ("elsewhere", KeyPart.Nothing),
        [nameof(VerifyOptions.ThreadCount)] = (2, KeyPart.Nothing),
        [nameof(VerifyOptions.OutputFolder)] = ("elsewhere", KeyPart.Nothing),
        [nameof(VerifyOptions.VectorsFolder)] = ("layers", KeyPart.Nothing),
        [nameof(VerifyOptions.PlansFile)] = ("plans.json", KeyPart.Nothing),
        [nameof(VerifyOptions.Plans)] = (new PlanSet([]), KeyPart.Nothing),
        [nameof(VerifyOptions.ListOnly)] = (true, KeyPart.Nothing),
    };

    [Fact]
    public void Of_EveryOptionChangedInTurn_MissesWhereItsResultsDependOnIt()
    {
        foreach (PropertyInfo property in typeof(VerifyOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(static property => property.CanWrite))
        {
            Assert.True(Samples.TryGetValue(property.Name, out (object Value, KeyPart Part) sample), $"option {property.Name} has no sample here: decide what it is part of");
            VerifyOptions changed = Defaults with { };
            property.SetValue(changed, sample.Value);
            Assert.True(
                (sample.Part == KeyPart.Everything) == (SettingsKey.Of(changed, KeyPart.Everything) != SettingsKey.Of(Defaults, KeyPart.Everything)),
                $"{property.Name} in the key of goldens");
            Assert.True(
                (sample.Part != KeyPart.Nothing) == (SettingsKey.Of(changed, KeyPart.Cases) != SettingsKey.Of(Defaults, KeyPart.Cases)),
                $"{property.Name} in the key of cases");
        }
    }

    [Fact]
    public void PropertiesOf_TakenOut_SayWhy() => Assert.All(
        SettingsKey.PropertiesOf(typeof(VerifyOptions)).Where(static entry => entry.Part != KeyPart.Everything),
        static entry => Assert.NotEmpty(entry.Property.GetCustomAttribute<CacheKeyAttribute>()!.Reason));

    [Fact]
    public void Of_NewSetting_IsPartOfTheKeyWithoutBeingAsked() =>
        Assert.NotEqual(SettingsKey.Of(new Sample { Added = 1 }, KeyPart.Everything), SettingsKey.Of(new Sample { Added = 2 }, KeyPart.Everything));

    /// <summary>Runs that follow each other in one cache: the same again keeps all, another option runs again.</summary>
    [Fact]
    public void Run_OptionsChangedInOneCache_RunAgainAndOnlyThen()
    {
        using var folder = new TemporaryFolder();
        var options = new VerifyOptions { Networks = ["resnet18"], InputHeight = 17, InputWidth = 15, Banks = [BankSetting.Parse("8192x16384")], Landings = [LandingKind.AtWait] };
        Assert.Equal(0, KeptOf(options));
        Assert.Equal(78, KeptOf(options));
        Assert.Equal(0, KeptOf(options with { Derivation = ParameterDerivation.WorstCase }));
        Assert.Equal(0, KeptOf(options with { Landings = [LandingKind.AtIssue] }));
        Assert.Equal(0, KeptOf(options with { Banks = [BankSetting.Parse("8k")] }));
        Assert.Equal(0, KeptOf(options with { Seed = 3 }));
        Assert.Equal(0, KeptOf(options with { Variant = KernelVariant.Published }));
        Assert.Equal(78, KeptOf(options with { ThreadCount = 1 }));

        int KeptOf(VerifyOptions run)
        {
            var cache = ResultCache.Open(folder.FullPath, new RecordedProgress());
            using var engines = new GoldenEngines(new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.Host)));
            ConformanceOutcome outcome = ConformanceRun.Run(
                [NetworkSource.Load("resnet18", run, cache)], engines, run, cache, new RecordedProgress(), CancellationToken.None);
            Assert.Equal(78, outcome.Cases.Count + outcome.EndToEnd.Count);
            return outcome.Cases.Count(static result => result.IsKept) + outcome.EndToEnd.Count(static result => result.IsKept);
        }
    }

    private sealed record Sample
    {
        public int Added { get; set; }
    }
}
