using TileProof.HwModel.Machine;
using TileProof.Operators.Calls;
using TileProof.Operators;
using TileProof.Verification.Caching;
using TileProof.Verification.Options;
using TileProof.Verification;

namespace TileProof.Tests.Caching;

/// <summary>A hash that misses something would let an old result stand for a new network.</summary>
public sealed class ContentHashTests
{
    private static readonly Network Network = NetworkSource.Load("resnet18", new VerifyOptions()).Network;

    [Fact]
    public void Of_SameNetworkBuiltAgain_Same() =>
        Assert.Equal(ContentHash.Of(Network), ContentHash.Of(NetworkSource.Load("resnet18", new VerifyOptions()).Network));

    [Fact]
    public void Of_AnythingChangedInOneCall_Differs()
    {
        Conv2dCall call = Network.Convolutions.First();
        sbyte[] weights = [.. call.Weights];
        weights[^1] ^= 1;
        int[] bias = [.. call.Bias];
        bias[0]++;
        OperatorCall[] changed =
        [
            call with { Weights = weights },
            call with { Bias = bias },
            call with { WeightScales = [MathF.BitIncrement(call.WeightScales[0])] },
            call with { StatedBiasScales = call.BiasScales },
            call with { Output = call.Output with { Name = "elsewhere" } },
            call with { Output = call.Output with { Quantization = QuantizationParameters.FromScale(call.Output.RequiredQuantization.Scale, 3) } },
            call with { Name = "other" },
        ];
        string[] hashes = [ContentHash.Of(call), .. changed.Select(static one => ContentHash.Of(one))];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Of_ListsCutDifferently_Differ()
    {
        Assert.NotEqual(ContentHash.Of("ab", "c"), ContentHash.Of("a", "bc"));
        Assert.NotEqual(ContentHash.Of(new int[] { 1 }, new int[] { 2, 3 }), ContentHash.Of(new int[] { 1, 2 }, new int[] { 3 }));
        Assert.NotEqual(ContentHash.Of(new byte[] { 1 }), ContentHash.Of(new sbyte[] { 1 }));
        Assert.NotEqual(ContentHash.Of((object?)null), ContentHash.Of(""));
        Assert.NotEqual(ContentHash.Of(0f), ContentHash.Of(-0f));
    }

    [Fact]
    public void Of_ObjectOfUnknownKind_Throws() => Assert.Throws<NotSupportedException>(() => ContentHash.Of(new Version(1, 0)));

    /// <summary>A dictionary has no order; a tuple has one, and every element counts.</summary>
    [Fact]
    public void Of_DictionariesAndTuples_EveryEntryCounts()
    {
        Dictionary<string, int> first = new() { ["a"] = 1, ["b"] = 2, ["c"] = 3 };
        Dictionary<string, int> other = new() { ["c"] = 3, ["b"] = 2, ["a"] = 1 };
        Assert.Equal(ContentHash.Of(first), ContentHash.Of(other));
        object[] values =
        [
            first, new Dictionary<string, int>(first) { ["a"] = 9 }, new Dictionary<string, int>(first) { ["c"] = 9 }, new Dictionary<string, int>(first) { ["d"] = 3 },
            new Dictionary<string, int> { ["a"] = 2, ["b"] = 1, ["c"] = 3 }, new Dictionary<string, int>(),
            (1, 2, 3), (9, 2, 3), (1, 9, 3), (1, 2, 9), (1, 2),
        ];
        Assert.Equal(values.Length, values.Select(static value => ContentHash.Of(value)).Distinct().Count());
    }

    [Fact]
    public void OfAllBut_NamedProperties_DoNotCount()
    {
        BankSetting bank = BankSetting.OfBanks(8192, 4096);
        string hash = ContentHash.OfAllBut(bank, [nameof(BankSetting.Label)]);
        Assert.Equal(hash, ContentHash.OfAllBut(bank with { Label = "other" }, [nameof(BankSetting.Label)]));
        Assert.NotEqual(hash, ContentHash.OfAllBut(bank with { Banks = BankBytes.Of(bank.Banks[0], 8192) }, [nameof(BankSetting.Label)]));
        Assert.NotEqual(hash, ContentHash.OfAllBut(bank, []));
        Assert.Equal(ContentHash.Of(bank), ContentHash.OfAllBut(bank, []));
    }
}
