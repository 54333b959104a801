using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Caching;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Proof;
using TileProof.Verification.Tuning;

namespace TileProof.Tests.Caching;

/// <summary>What is in the key of each kind of result. A new option is in every one, until it is declared irrelevant with a reason and named here.</summary>
public sealed class CacheKeyTests
{
    private static readonly string[] OfNetworks =
        [nameof(VerifyOptions.InputHeight), nameof(VerifyOptions.InputWidth), nameof(VerifyOptions.Batch), nameof(VerifyOptions.Calibration), nameof(VerifyOptions.PerChannelWeights), nameof(VerifyOptions.Seed), nameof(VerifyOptions.CalibrationData)];

    /// <summary>The rules, with the options that must change the key. Those of goldens, cases and runs come on top of the network's content.</summary>
    public static TheoryData<string, string[]> Rules => new()
    {
        { nameof(CacheKeys.BuiltInNetworks), OfNetworks },
        { nameof(CacheKeys.Goldens), [nameof(VerifyOptions.SoftmaxToleranceUlp), nameof(VerifyOptions.Derivation), nameof(VerifyOptions.Programs)] },
        { nameof(CacheKeys.Cases), [nameof(VerifyOptions.SoftmaxToleranceUlp), nameof(VerifyOptions.Derivation), nameof(VerifyOptions.Programs), nameof(VerifyOptions.Seed)] },
        {
            nameof(CacheKeys.EndToEnd),
            [nameof(VerifyOptions.SoftmaxToleranceUlp), nameof(VerifyOptions.Derivation), nameof(VerifyOptions.Programs), nameof(VerifyOptions.Seed), nameof(VerifyOptions.Plans)]
        },
        { nameof(CacheKeys.Accuracy), [nameof(VerifyOptions.AccuracyImages)] },
        { nameof(CacheKeys.Cycles), [nameof(VerifyOptions.Programs), nameof(VerifyOptions.Plans)] },
        {
            nameof(CacheKeys.Page),
            [
                .. CacheKeys.Page.Names.Except(
                [
                    nameof(VerifyOptions.SarifFile), nameof(VerifyOptions.JUnitFile), nameof(VerifyOptions.PrintsJson), nameof(VerifyOptions.AnnotatesForGitHub), nameof(VerifyOptions.ThreadCount),
                    nameof(VerifyOptions.Sharding), nameof(VerifyOptions.CacheFolder), nameof(VerifyOptions.OutputFolder), nameof(VerifyOptions.PlansFile), nameof(VerifyOptions.Device),
                ]),
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Of_EveryOptionInTurn_ChangesTheKeyUnlessDeclaredIrrelevant(string rule, string[] relevant)
    {
        var of = (KeyRule<VerifyOptions>)typeof(CacheKeys).GetProperty(rule)!.GetValue(null)!;
        var options = new VerifyOptions();
        string key = of.Of(options);
        Assert.Equal(key, of.Of(new VerifyOptions()));
        foreach ((string name, VerifyOptions changed) in OptionSamples.OfEach(options))
        {
            Assert.True(relevant.Contains(name) == (key != of.Of(changed)), $"{rule}: {name}");
            Assert.True(relevant.Contains(name) != of.Irrelevant.ContainsKey(name), $"{rule}: {name}");
        }
    }

    [Fact]
    public void Rules_OfEveryKind_AreTested() => Assert.Equal(
        typeof(CacheKeys).GetProperties().Where(static property => property.PropertyType == typeof(KeyRule<VerifyOptions>)).Select(static property => property.Name),
        Rules.Select(static row => (string)row[0]));

    /// <summary>What a case states beside its golden, down to one number of a plan.</summary>
    [Fact]
    public void Case_EveryPropertyInTurn_ChangesTheKey()
    {
        var bank = BankSetting.OfBanks(8192, 4096);
        var one = new ConformanceCase(null!, bank, LandingKind.AtWait, ParameterDerivation.L1Norm) { Plans = PlansOf(OptionSamples.PlanOf()) };
        Conv2dTilePlan plan = OptionSamples.PlanOf();
        ConformanceCase[] changed =
        [
            one with { Bank = bank with { Label = "other" } },
            one with { Bank = bank with { Banks = BankBytes.Of(4096, bank.Banks[1]) } },
            one with { Bank = bank with { Banks = BankBytes.Of(bank.Banks[0], 8192) } },
            one with { Bank = bank with { CacheOnly = true } },
            one with { Landing = LandingKind.Random },
            one with { Derivation = ParameterDerivation.WorstCase },
            one with { Programs = ProgramLibrary.Published },
            one with { Plans = ConvolutionPlans.Published },
            one with { Plans = PlansOf(plan with { ChannelsPerTile = plan.ChannelsPerTile + 1 }) },
            one with { Plans = PlansOf(plan with { RowsPerTile = plan.RowsPerTile + 1 }) },
        ];
        string[] keys = [CacheKeys.Case.Of(one), .. changed.Select(CacheKeys.Case.Of)];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], CacheKeys.Case.Of(one with { Plans = PlansOf(plan) }));
        Assert.Equal(
            [nameof(ConformanceCase.Bank), nameof(ConformanceCase.Derivation), nameof(ConformanceCase.Landing), nameof(ConformanceCase.Plans), nameof(ConformanceCase.Programs)],
            CacheKeys.Case.Names.Except(CacheKeys.Case.Irrelevant.Keys).Order(StringComparer.Ordinal));
    }

    /// <summary>What a program depends on, down to one number of its plan and machine.</summary>
    [Fact]
    public void Proof_EveryPropertyInTurn_ChangesTheKey()
    {
        Conv2dTilePlan plan = OptionSamples.PlanOf();
        var one = new ProofSubject { Layer = "layer", Plan = plan, Programs = "corrected", Machine = DspConfiguration.FromBankBytes(8192, 4096), WordCount = 5, ProductCount = 6 };
        ProofSubject[] changed =
        [
            one with { Layer = "other" },
            one with { Plan = null },
            one with { Plan = plan with { RowsPerTile = plan.RowsPerTile + 1 } },
            one with { Routing = OperatorRouting.Direct },
            one with { Programs = "published" },
            one with { Machine = DspConfiguration.FromBankBytes(4096, 8192) },
            one with { Machine = one.Machine with { RingDepth = one.Machine.RingDepth + 1 } },
            one with { HasOutputScales = true },
            one with { CorrectsResiduals = true },
            one with { HasUsableShifts = true },
            one with { WordCount = 6 },
            one with { ProductCount = 5 },
        ];
        string[] keys = [CacheKeys.Proof.Of(one), .. changed.Select(CacheKeys.Proof.Of)];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], CacheKeys.Proof.Of(one with { Plan = OptionSamples.PlanOf() }));
        Assert.Empty(CacheKeys.Proof.Irrelevant);
        Assert.Equal(
            changed.Length - 2,
            CacheKeys.Proof.Names.Count);
    }

    /// <summary>Plans with the same tiles for other banks, or with room for scales, are others.</summary>
    [Fact]
    public void EndToEnd_AnythingOfThePlansChanged_ChangesTheKey()
    {
        BankPlans plans = new(BankSetting.OfEqualBanks(8192), [OptionSamples.PlanOf()], HasOutputScales: false);
        PlanSet[] sets =
        [
            new([plans]),
            new([plans with { HasOutputScales = true }]),
            new([plans with { Bank = BankSetting.OfBanks(8192, 4096) }]),
            new([plans with { Plans = [] }]),
            new([plans with { Plans = [plans.Plans[0] with { RowsPerTile = plans.Plans[0].RowsPerTile + 1 }] }]),
            new([plans, plans with { Bank = BankSetting.OfEqualBanks(4096) }]),
        ];
        string[] keys = [.. sets.Select(static set => CacheKeys.EndToEnd.Of(new VerifyOptions { Plans = set }))];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], CacheKeys.EndToEnd.Of(new VerifyOptions { Plans = new([plans with { Plans = [OptionSamples.PlanOf()] }]) }));
    }

    [Fact]
    public void Rule_UnknownPropertyOrNoReason_IsMisuse()
    {
        Assert.Throws<ArgumentException>(() => new KeyRule<VerifyOptions>(new Dictionary<string, string> { ["NoSuchOption"] = "reason" }));
        Assert.Throws<ArgumentException>(() => new KeyRule<VerifyOptions>(new Dictionary<string, string> { [nameof(VerifyOptions.Seed)] = " " }));
    }

    private static ConvolutionPlans PlansOf(Conv2dTilePlan plan) => new([plan]);
}
