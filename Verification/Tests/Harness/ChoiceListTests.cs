using TileProof.HwModel.Dma;
using TileProof.Verification;
using TileProof.Verification.Options;

namespace TileProof.Tests.Harness;

public sealed class ChoiceListTests
{
    private static readonly string[] Valid = ["resnet18", "resnet50"];

    [Theory]
    [InlineData("resnet50", "resnet50")]
    [InlineData("RESNET50, resnet18", "resnet50,resnet18")]
    [InlineData("all", "resnet18,resnet50")]
    [InlineData("resnet50,all", "resnet50,resnet18")]
    public void Parse_KnownNames_KeepsOrderAndDropsRepeats(string text, string expected) =>
        Assert.Equal(expected.Split(','), ChoiceList.Parse("network", text, Valid));

    [Theory]
    [InlineData("vgg", "vgg")]
    [InlineData("resnet18,", "")]
    [InlineData("", "")]
    public void Parse_UnknownName_ListsValidOnes(string text, string named)
    {
        var failure = Assert.Throws<UserInputException>(() => ChoiceList.Parse("network", text, Valid));
        Assert.Equal($"unknown network '{named}'; valid: resnet18, resnet50, all", failure.Message);
    }

    [Fact]
    public void Parse_Enumeration_ReadsHyphenatedNames() =>
        Assert.Equal([LandingKind.AtWait, LandingKind.AtIssue], ChoiceList.Parse<LandingKind>("landing policy", "at-wait,at-issue"));

    [Theory]
    [InlineData("AtWait")]
    [InlineData("1")]
    public void Parse_EnumerationByCSharpNameOrNumber_IsUnknown(string text)
    {
        var failure = Assert.Throws<UserInputException>(() => ChoiceList.Parse<LandingKind>("landing policy", text));
        Assert.Equal($"unknown landing policy '{text}'; valid: at-issue, at-wait, random, modelled, all", failure.Message);
    }
}
