using TileProof.Golden.Quantization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Kernels.Devices;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Caching;
using TileProof.Verification.Conformance;
using TileProof.Verification.InputData;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.Sharding;
using TileProof.Verification.Tuning;

namespace TileProof.Tests.Caching;

/// <summary>For every option of a run, options that differ in it alone. An option without a sample here fails.</summary>
internal static class OptionSamples
{
    private static readonly Conv2dShape Layer = Conv2dShape.Create(8, 6, 10, 16, 3, 3, 1, 1);

    private static readonly Dictionary<string, Func<VerifyOptions, VerifyOptions>> Changes = new(StringComparer.Ordinal)
    {
        [nameof(VerifyOptions.Given)] = static options => options with { Given = new Dictionary<string, string>(StringComparer.Ordinal) { [nameof(VerifyOptions.Batch)] = "--batch" } },
        [nameof(VerifyOptions.Networks)] = static options => options with { Networks = ["resnet50"] },
        [nameof(VerifyOptions.InputHeight)] = static options => options with { InputHeight = options.InputHeight + 8 },
        [nameof(VerifyOptions.InputWidth)] = static options => options with { InputWidth = options.InputWidth + 8 },
        [nameof(VerifyOptions.Batch)] = static options => options with { Batch = 2 },
        [nameof(VerifyOptions.SoftmaxToleranceUlp)] = static options => options with { SoftmaxToleranceUlp = 9 },
        [nameof(VerifyOptions.AllowFallback)] = static options => options with { AllowFallback = true },
        [nameof(VerifyOptions.InputData)] = static options => options with { InputData = new InputDataOptions { Path = "images" } },
        [nameof(VerifyOptions.CalibrationData)] = static options => options with { CalibrationData = new InputDataOptions { Path = Path.Combine(RepositoryPaths.RepositoryRoot, "Fixtures", "fashion-mnist", "test-images-idx3-ubyte.gz"), Resize = ResizeRule.Stretch } },
        [nameof(VerifyOptions.Derivation)] = static options => options with { Derivation = ParameterDerivation.WorstCase },
        [nameof(VerifyOptions.Device)] = static options => options with { Device = DeviceChoice.Host },
        [nameof(VerifyOptions.Calibration)] = static options => options with { Calibration = CalibrationMethod.Percentile },
        [nameof(VerifyOptions.PerChannelWeights)] = static options => options with { PerChannelWeights = true },
        [nameof(VerifyOptions.AccuracyImages)] = static options => options with { AccuracyImages = 33 },
        [nameof(VerifyOptions.Banks)] = static options => options with { Banks = [BankSetting.OfBanks(8192, 4096)] },
        [nameof(VerifyOptions.Machine)] = static options => options with { Machine = DescribedMachine.WideOneBank },
        [nameof(VerifyOptions.Modes)] = static options => options with { Modes = [ExecutionMode.Cache] },
        [nameof(VerifyOptions.Landings)] = static options => options with { Landings = [LandingKind.AtWait] },
        [nameof(VerifyOptions.Programs)] = static options => options with { Programs = ProgramLibrary.Published },
        [nameof(VerifyOptions.AdversarialSchedules)] = static options => options with { AdversarialSchedules = 1 },
        [nameof(VerifyOptions.ProvesEveryInput)] = static options => options with { ProvesEveryInput = false },
        [nameof(VerifyOptions.Layers)] = static options => options with { Layers = ["conv1"] },
        [nameof(VerifyOptions.Seed)] = static options => options with { Seed = 5 },
        [nameof(VerifyOptions.Sharding)] = static options => options with { Sharding = new ShardOptions { Arguments = ["verify"], Shard = Shard.Of(2, 3) } },
        [nameof(VerifyOptions.CacheFolder)] = static options => options with { CacheFolder = "elsewhere" },
        [nameof(VerifyOptions.ThreadCount)] = static options => options with { ThreadCount = 3 },
        [nameof(VerifyOptions.OutputFolder)] = static options => options with { OutputFolder = "elsewhere" },
        [nameof(VerifyOptions.ProgramsFile)] = static options => options with { ProgramsFile = "kernels.json" },
        [nameof(VerifyOptions.SarifFile)] = static options => options with { SarifFile = "findings.sarif" },
        [nameof(VerifyOptions.JUnitFile)] = static options => options with { JUnitFile = "results.xml" },
        [nameof(VerifyOptions.CaseFile)] = static options => options with { CaseFile = "case.json" },
        [nameof(VerifyOptions.PrintsJson)] = static options => options with { PrintsJson = true },
        [nameof(VerifyOptions.AnnotatesForGitHub)] = static options => options with { AnnotatesForGitHub = true },
        [nameof(VerifyOptions.VectorsFolder)] = static options => options with { VectorsFolder = "elsewhere" },
        [nameof(VerifyOptions.PlansFile)] = static options => options with { PlansFile = "elsewhere.json" },
        [nameof(VerifyOptions.Plans)] = static options => options with { Plans = Plans(PlanOf()) },
        [nameof(VerifyOptions.ListOnly)] = static options => options with { ListOnly = true },
    };

    /// <summary>The options with each one changed in turn, by its name.</summary>
    public static IEnumerable<(string Name, VerifyOptions Changed)> OfEach(VerifyOptions options)
    {
        Assert.Equal(CacheKeys.Cases.Names.Order(StringComparer.Ordinal), Changes.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, Func<VerifyOptions, VerifyOptions> change) in Changes)
        {
            VerifyOptions changed = change(options);
            Assert.NotEqual(ContentHash.Of(options), ContentHash.Of(changed));
            Assert.Equal(ContentHash.OfAllBut(options, [name]), ContentHash.OfAllBut(changed, [name]));
            yield return (name, changed);
        }
    }

    /// <summary>A plan of a small layer.</summary>
    public static Conv2dTilePlan PlanOf(BankSetting? bank = null) => CaseMatrix.PlanFor(Layer, bank ?? BankSetting.OfEqualBanks(8192));

    /// <summary>Plans of one bank setting.</summary>
    public static PlanSet Plans(Conv2dTilePlan plan) => new([new BankPlans(BankSetting.OfEqualBanks(8192), [plan], HasOutputScales: false)]);
}
