using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Accuracy;
using TileProof.Tests.Conformance;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Accuracy;
using TileProof.Verification.Caching;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;

namespace TileProof.Tests.Caching;

/// <summary>Each kind of kept result by itself: what is written is read back, under its own key, and nothing is made twice.</summary>
public sealed class CachedPartsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ResultCache cache;
    private int made;

    public CachedPartsTests() => cache = ResultCache.Open(folder.FullPath, new RecordedProgress())!;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NetworkBytes_EveryOperator_ComesBack(bool isMixed)
    {
        Network network = isMixed ? MixedNetwork.Create() : SampleNetwork.Create(batch: 2, perChannel: true);
        Conv2dCall conv = network.Convolutions.First();
        network = new Network(network.Name, network.Input, [.. network.Calls.Select(call => call == conv ? conv with { StatedBiasScales = [.. conv.BiasScales.Select(MathF.BitIncrement)] } : call)]);
        using var content = new MemoryStream();
        NetworkBytes.Write(content, network);
        content.Position = 0;
        Network read = NetworkBytes.Read(content);
        Assert.Equal(content.Length, content.Position);
        Assert.Equal(NetworkText.Of(network), NetworkText.Of(read));
        Assert.Equal(ContentHash.Of(network), ContentHash.Of(read));
    }

    [Fact]
    public void Goldens_EveryField_ComesBack()
    {
        ConformanceOutcome outcome = SoundOutcome.Value;
        Network network = SampleNetwork.Create();
        GoldenCall[] goldens = [.. outcome.Goldens.Select(static golden => golden.Call.Index switch
        {
            1 => golden with { Overflows = [new ChannelOverflow(3, 1L << 40, -(1L << 41)), new ChannelOverflow(7, 2, 9)] },
            4 => golden with { GenericLevels = new LevelDifferences(11, 12, 13, 14) },
            5 => golden with { GenericLevels = null, Agreements = [new GoldenAgreement("one", 21, 0, null, 3), new GoldenAgreement("two", 22, 0, null, 0)] },
            _ => golden,
        })];
        using var content = new MemoryStream();
        CachedGolden.Write(content, goldens);
        content.Position = 0;
        IReadOnlyList<GoldenCall> read = CachedGolden.Read(content, network, outcome.Goldens[0].Inputs[0], outcome.Options.Derivation);
        Assert.Equal(content.Length, content.Position);
        Assert.Equal(goldens.Length, read.Count);
        Assert.All(goldens.Zip(read), static pair => Assert.Equal(ContentHash.Of(pair.First), ContentHash.Of(pair.Second)));
    }

    [Fact]
    public void Network_IsBuiltOnceForARecipe()
    {
        Network network = SampleNetwork.Create();
        Assert.Same(network, CachedNetwork.FindOrBuild(cache, "recipe", () => Made(network)));
        Assert.Equal(NetworkText.Of(network), NetworkText.Of(CachedNetwork.FindOrBuild(cache, "recipe", () => Made(network))));
        Assert.Equal(1, made);
        Assert.EndsWith("-network-recipe.cache", Assert.Single(Kept()), StringComparison.Ordinal);
        CachedNetwork.FindOrBuild(cache, "other", () => Made(network));
        Assert.Same(network, CachedNetwork.FindOrBuild(null, "recipe", () => Made(network)));
        Assert.Equal(3, made);
    }

    [Fact]
    public void Accuracy_IsMeasuredOnceForAKey()
    {
        NetworkSource source = AccuracyRowsTests.Source;
        var options = new VerifyOptions { AccuracyImages = 3 };
        NetworkAccuracy accuracy = AccuracyRun.Run(source, 2, new RecordedProgress(), CancellationToken.None);
        accuracy = accuracy with { Rows = [.. accuracy.Rows, accuracy.Rows[0] with { SqnrDecibels = double.PositiveInfinity, MeanLevels = double.NaN }] };
        Assert.Same(accuracy, CachedAccuracy.FindOrMeasure(cache, source, options, () => Made(accuracy)));
        NetworkAccuracy read = CachedAccuracy.FindOrMeasure(cache, source, options, () => Made(accuracy));
        Assert.Equal((accuracy.Network, accuracy.ImageCount, 1), (read.Network, read.ImageCount, made));
        Assert.Equal(accuracy.Rows, read.Rows);
        Assert.Contains("-accuracy-", Assert.Single(Kept()), StringComparison.Ordinal);
        NetworkSource[] others = [source with { Recipe = "a" }, source with { Recipe = "b" }, source with { ImageSeed = 8 }, source with { Network = source.Network.WithName("other") }];
        Assert.All(others, other => CachedAccuracy.FindOrMeasure(cache, other, options, () => Made(accuracy)));
        CachedAccuracy.FindOrMeasure(cache, source, options with { AccuracyImages = 4 }, () => Made(accuracy));
        Assert.Same(accuracy, CachedAccuracy.FindOrMeasure(null, source, options, () => Made(accuracy)));
        Assert.Equal(7, made);
    }

    // Only an import that agrees is kept.
    [Fact]
    public void Original_IsComparedOnceWhereItAgrees()
    {
        byte[] file = [1, 2, 3];
        var refused = new OriginalResult("net", []) { Refusal = "no kernel" };
        Assert.Same(refused, CachedOriginal.FindOrCompare(cache, "golden", file, () => Made(refused)));
        Assert.Equal("no kernel", CachedOriginal.FindOrCompare(cache, "golden", file, () => Made(refused)).Refusal);
        Assert.Equal(1, made);
        Assert.Contains("-original-", Assert.Single(Kept()), StringComparison.Ordinal);
        var unlike = new OriginalResult("net", []) { Failure = "sizes differ" };
        Assert.Same(unlike, CachedOriginal.FindOrCompare(cache, "other golden", file, () => Made(unlike)));
        Assert.Same(unlike, CachedOriginal.FindOrCompare(cache, "other golden", file, () => Made(unlike)));
        Assert.Same(unlike, CachedOriginal.FindOrCompare(cache, "golden", new byte[] { 1, 2, 4 }, () => Made(unlike)));
        Assert.Equal(4, made);
    }

    // What a few texts do not say must not be lost.
    [Fact]
    public void Fields_OfResultsThatTheyDoNotTell_AreNone()
    {
        CaseResult one = SoundOutcome.Value.Cases[3];
        EndToEndResult whole = SoundOutcome.Value.EndToEnd[1];
        Assert.NotNull(KeptResults.FieldsOf(one));
        Assert.NotNull(KeptResults.FieldsOf(whole));
        Assert.True(one with { IsKept = true } == KeptResults.CaseOf(one.Case, KeptResults.FieldsOf(one)!)! with { Hazards = one.Hazards });
        Assert.True(whole with { IsKept = true } == KeptResults.EndToEndOf(whole.Network, whole.Bank, whole.Landing, KeptResults.FieldsOf(whole)!)! with { Hazards = whole.Hazards });
        Assert.Null(KeptResults.FieldsOf(one with { Execution = null }));
        Assert.Null(KeptResults.FieldsOf(one with { LikelyCause = "rounding" }));
        Assert.Null(KeptResults.FieldsOf(one with { Difference = one.Difference with { ComparedBytes = 1 } }));
        Assert.Null(KeptResults.FieldsOf(one with { Fault = "left the bank" }));
        Assert.Null(KeptResults.FieldsOf(whole with { DifferingElements = 1 }));
        Assert.Null(KeptResults.FieldsOf(whole with { Fault = "left the bank" }));
        Assert.Null(KeptResults.CaseOf(one.Case, ["nothing", "plan", "hash"]));
        Assert.Null(KeptResults.CaseOf(one.Case, ["Dma", "plan"]));
        Assert.Null(KeptResults.EndToEndOf("net", whole.Bank, whole.Landing, ["-1", "hash"]));
        Assert.Null(KeptResults.EndToEndOf("net", whole.Bank, whole.Landing, ["1"]));
    }

    [Fact]
    public void NetworkCache_GoldensThatDisagree_AreMadeEveryTime()
    {
        GoldenCall[] goldens = [.. SoundOutcome.Value.Goldens];
        GoldenCall[] disagreeing = [.. goldens];
        disagreeing[5] = goldens[5] with { Agreements = [new GoldenAgreement("engine", 10, 1, null, 0)] };
        Assert.Same(disagreeing, Open().Goldens(() => Made(disagreeing)));
        Assert.Same(goldens, Open().Goldens(() => Made(goldens)));
        Assert.Equal(goldens.Length, Open().Goldens(() => Made(goldens)).Count);
        Assert.Equal(2, made);

        // A recipe stands for the content: one network under two recipes is two.
        Assert.Same(goldens, Open("a").Goldens(() => Made(goldens)));
        Assert.NotSame(goldens, Open("a").Goldens(() => Made(goldens)));
        Assert.Same(goldens, Open("b").Goldens(() => Made(goldens)));
        Assert.Equal(4, made);

        NetworkCache Open(string? recipe = null)
        {
            using var engines = new GoldenEngines(new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.Host)));
            return NetworkCache.Open(cache, new NetworkSource(SampleNetwork.Create(), null, 5) { Recipe = recipe }, goldens[0].Inputs[0], engines, SoundOutcome.Options)!;
        }
    }

    // Whatever computes or compares is part of the build.
    [Fact]
    public void Build_IsThatOfEveryAssembly()
    {
        Type[] types = [typeof(ResultCache), typeof(Network), typeof(DspMachine), typeof(ScalarOracle), typeof(DataParallelEngine)];
        Assert.Equal(5, types.Select(static type => type.Assembly).Distinct().Count());
        object?[] parts =
        [
            .. types.SelectMany(static type => new object?[] { type.Assembly.GetName().Name, type.Module.ModuleVersionId.ToString() }),
            Environment.Version.ToString(), System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString(), TileProof.Verification.Benchmarks.BenchTable.VectorWidth,
            System.Runtime.Intrinsics.X86.Avx512Vbmi.IsSupported,
        ];
        Assert.Equal(ContentHash.Of(parts), ResultCache.Build);
    }

    // A value of one kind is never that of another, however alike they are.
    [Fact]
    public void ContentHash_OfAnyKinds_Differ()
    {
        object?[] values =
        [
            null, "", "null", "5", 5, 5L, (byte)5, 0, 0f, true, "True", OperatorPath.Dma, LandingKind.AtWait, Array.Empty<int>(), Array.Empty<object>(), new Dictionary<string, int>(), "list", "text",
            "dictionary", new object?[] { null }, new object[] { "" }, new object[] { "a", "b" }, new object[] { new object[] { "a" }, "b" },
        ];
        Assert.Equal(values.Length, values.Select(static value => ContentHash.Of(value)).Distinct().Count());
        Assert.NotEqual(ContentHash.Of(5), ContentHash.Of("Int32", "5"));
        Assert.NotEqual(ContentHash.Of("a"), ContentHash.Of("text", "a"));
        Assert.NotEqual(ContentHash.Of((object)new object[] { "a", "b" }), ContentHash.Of("a", "b"));
    }

    public void Dispose() => folder.Dispose();

    private T Made<T>(T value)
    {
        made++;
        return value;
    }

    private string[] Kept() => Directory.GetFiles(folder[CacheFolder.FolderName], "*.cache");
}
