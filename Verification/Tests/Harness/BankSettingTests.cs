using TileProof.HwModel.Machine;
using TileProof.Verification.Options;
using TileProof.Verification;

namespace TileProof.Tests.Harness;

public sealed class BankSettingTests
{
    [Theory]
    [InlineData("4k", "4k", 4096, 4096)]
    [InlineData("24K", "24k", 24576, 24576)]
    [InlineData("61k", "61k", 62976, 62976)]
    [InlineData("62976", "61k", 62976, 62976)]
    [InlineData("62464", "62464", 62464, 62464)]
    [InlineData("4096", "4k", 4096, 4096)]
    [InlineData("1024", "1k", 1024, 1024)]
    [InlineData("1088", "1088", 1088, 1088)]
    [InlineData("16777216", "16384k", 16777216, 16777216)]
    [InlineData("16384x8192", "16384x8192", 16384, 8192)]
    [InlineData("16kX61k", "16384x62976", 16384, 62976)]
    [InlineData("8192x8192", "8k", 8192, 8192)]
    public void Parse_AllowedSize_GivesBothBanksAndOneLabel(string text, string label, int dram0Bytes, int dram1Bytes)
    {
        BankSetting setting = BankSetting.Parse(text);
        Assert.Equal(new BankSetting(label, BankBytes.Of(dram0Bytes, dram1Bytes), CacheOnly: false), setting);
        Assert.Equal(setting, BankSetting.Parse(setting.Label));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("100")]
    [InlineData("1000000000000")]
    [InlineData("99999999999999999999999999")]
    [InlineData("960")]
    [InlineData("1100")]
    [InlineData("16777280")]
    [InlineData("0k")]
    [InlineData("16385k")]
    [InlineData("2147483647k")]
    [InlineData("4096x100")]
    [InlineData("0x4096")]
    public void Parse_SizeOutOfRange_SaysWhatIsAllowed(string text)
    {
        var failure = Assert.Throws<UserInputException>(() => BankSetting.Parse(text));
        Assert.Equal($"bank size '{text}' is not allowed: a bank takes 1024 to 16777216 bytes (16 MiB) in steps of 64", failure.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("k")]
    [InlineData("-4k")]
    [InlineData("4.5k")]
    [InlineData("4kb")]
    [InlineData("x")]
    [InlineData("4096x")]
    [InlineData("1x2x3")]
    [InlineData("+4096")]
    [InlineData("４k")]
    [InlineData("cachex4k")]
    public void Parse_NotASetting_ListsTheValidOnes(string text)
    {
        var failure = Assert.Throws<UserInputException>(() => BankSetting.Parse(text));
        Assert.Equal(
            $"bank setting '{text}' is not understood; valid: 4k, 8k, 16k, 24k, 32k, 61k, cache, all, a size in bytes, or NxM for two unequal banks in bytes",
            failure.Message);
    }

    [Fact]
    public void ParseList_All_IsTheSevenDefaults() =>
        Assert.Equal(["4k", "8k", "16k", "24k", "32k", "61k", "cache"], BankSetting.ParseList("all").Select(setting => setting.Label));

    [Fact]
    public void ParseList_Cache_HasNoBanks() =>
        Assert.Equal([new BankSetting("cache", BankBytes.Of(), CacheOnly: true)], BankSetting.ParseList("CACHE"));

    [Fact]
    public void ParseList_NamedTwice_CountsOnceInOrder() =>
        Assert.Equal(["61k", "4k", "cache"], BankSetting.ParseList("61k, 4k,4096,cache,62976").Select(setting => setting.Label));

    [Theory]
    [InlineData("")]
    [InlineData("4k,")]
    [InlineData("4k,,8k")]
    public void ParseList_EmptyItem_IsBadInput(string text) => Assert.Throws<UserInputException>(() => BankSetting.ParseList(text));

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(4096, 4097)]
    public void OfBanks_OutOfRange_IsMisuse(int dram0Bytes, int dram1Bytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BankSetting.OfBanks(dram0Bytes, dram1Bytes));
}
