using TileProof.Operators.Calls;
using TileProof.Verification.Fuzzing;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Fuzzing;

/// <summary>The file of a fuzz case holds all of it.</summary>
public sealed class FuzzCaseFileTests
{
    [Fact]
    public void Parse_WrittenCases_AreTheSameCases()
    {
        for (int index = 0; index < 400; index++)
        {
            FuzzCase one = FuzzGenerator.Of(3, index);
            string text = FuzzCaseFile.Write(one);
            FuzzCase read = FuzzCaseFile.Parse("case", text);
            Assert.Equal(text, FuzzCaseFile.Write(read));
            Assert.Equal(one with { Calls = [] }, read with { Calls = [], Machine = one.Machine });
            Assert.Equal(one.Machine with { Name = "" }, read.Machine with { Name = "" });
            Assert.Equal(one.Calls.Select(static call => call with { Reads = [], MoreExtents = [] }), read.Calls.Select(static call => call with { Reads = [], MoreExtents = [] }));
            Assert.Equal(one.Calls.SelectMany(static call => call.Reads), read.Calls.SelectMany(static call => call.Reads));
            Assert.Equal(one.Calls.SelectMany(static call => call.MoreExtents), read.Calls.SelectMany(static call => call.MoreExtents));
        }
    }

    [Theory]
    [InlineData("null", "holds null")]
    [InlineData("[]", "line 1")]
    [InlineData("{", "line 1")]
    [InlineData("{\"format\":\"tileproof case 1\"}", "format: is 'tileproof case 1'")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"mine\",\"machine\":{},\"calls\":[]}", "programs: unknown programs 'mine'")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[]}", "calls: is empty")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{\"banks\":[7]},\"calls\":[{\"operator\":\"add\"}]}", "banks: is 7")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"calls\":[{\"operator\":\"add\"}]}", "machine")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"conv2d\",\"kernelHeight\":2}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"add\",\"reads\":[5]}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"onnx-fallback\"}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"relu\"}]}", "line 1")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"add\",\"nosuch\":1}]}", "line 1")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[null]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"batch\":0,\"machine\":{},\"calls\":[{\"operator\":\"add\"}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"channels\":2000000000,\"width\":2000000000,\"machine\":{},\"calls\":[{\"operator\":\"add\"}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"inputScale\":0,\"machine\":{},\"calls\":[{\"operator\":\"dequantize-per-tensor\"}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"conv2d\",\"groups\":0}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"concat\",\"axis\":4,\"moreExtents\":[1]}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"concat\",\"moreExtents\":[0]}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"pad\",\"padTop\":-1,\"padBottom\":3}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"pad\",\"onLevels\":true,\"padLevel\":128}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"quantized-add\",\"secondZeroPoint\":-129}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"machine\":{},\"calls\":[{\"operator\":\"max-pool2d\",\"padRight\":1}]}", "calls:")]
    [InlineData("{\"format\":\"tileproof case 2\",\"programs\":\"corrected\",\"defect\":\"nosuch\",\"machine\":{},\"calls\":[{\"operator\":\"add\"}]}", "defect: 'nosuch' is not known")]
    public void Parse_WrongFile_OneLineWithPlace(string json, string expected)
    {
        var exception = Assert.Throws<FixtureException>(() => FuzzCaseFile.Parse("case.json", json));
        Assert.StartsWith("case.json: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    /// <summary>A case is a function of seed and index, and no two are alike.</summary>
    [Fact]
    public void Of_SeedAndIndex_DecideTheCase()
    {
        string[] cases = [.. Enumerable.Range(0, 200).Select(static index => FuzzCaseFile.Write(FuzzGenerator.Of(8, index)))];
        Assert.Equal(cases.Reverse(), Enumerable.Range(0, 200).Reverse().Select(static index => FuzzCaseFile.Write(FuzzGenerator.Of(8, index))));
        Assert.Equal(cases.Length, cases.Distinct().Count());
        Assert.NotEqual(cases[0], FuzzCaseFile.Write(FuzzGenerator.Of(9, 0)));
        Assert.Equal(Enum.GetValues<OperatorKind>().Length - 1, Enumerable.Range(0, 200).SelectMany(static index => FuzzGenerator.Of(8, index).Calls).Select(static call => call.Operator).Distinct().Count());
    }
}
