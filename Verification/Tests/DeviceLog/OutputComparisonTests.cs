using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.DeviceLog;

namespace TileProof.Tests.DeviceLog;

/// <summary>Output tensors against each other: levels, classes, digits, and every way in which they are not acceptable.</summary>
public sealed class OutputComparisonTests
{
    private static readonly OutputStep Half = new(0.5, "given");

    /// <summary>A hundred outputs: -25 to 24.5 in steps of one half.</summary>
    private static readonly float[] Expected = [.. Enumerable.Range(0, 100).Select(static index => (index - 50) * 0.5f)];

    [Fact]
    public void Between_KnownDifferences_CountsLevelsAndClasses()
    {
        float[] expected = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        float[] actual = [0.25f, 1.5f, 2.75f, 4, 5.25f, 5.125f, 6, 7, 8, 11];
        var comparison = OutputComparison.Between(expected, actual, Half);
        Assert.Equal([4, 2, 2, 2], comparison.Buckets);
        Assert.Equal((9, 4.0, true, 4), (comparison.WorstIndex, comparison.WorstLevels, comparison.TopOneAgrees, comparison.TopFiveOverlap));
        Assert.Equal(0.5875, comparison.MeanDifference, 12);
        Assert.False(comparison.IsExact);
        string report = comparison.Describe("generic.log", "optimized.log");
        Assert.Contains("quant step  : 0.50000000 (given)\n", report, StringComparison.Ordinal);
        Assert.Contains("off-by-1           2     20.0%", report, StringComparison.Ordinal);
        Assert.Contains("max |diff|  : 2.000000 (4.0 levels) at index 9\n", report, StringComparison.Ordinal);
        Assert.Contains("mean |diff| : 0.587500 (1.18 levels)\n", report, StringComparison.Ordinal);
        Assert.Contains("[   9]  gen=9.000000 opt=11.000000 diff=2.000000 (4.0 levels)", report, StringComparison.Ordinal);
        Assert.Contains("Top-1 match: YES (9 and 9)\nTop-5 overlap : 4/5\n", report, StringComparison.Ordinal);
    }

    // Half a level is one level off, one and a half are two, two and a half are more.
    [Theory]
    [InlineData(0.4999, 0)]
    [InlineData(0.5, 1)]
    [InlineData(1.4999, 1)]
    [InlineData(1.5, 2)]
    [InlineData(2.4999, 2)]
    [InlineData(2.5, 3)]
    public void Between_DifferenceAtAClassLimit_IsCountedThere(double levels, int bucket) =>
        Assert.Equal(1, OutputComparison.Between([0, 8], [(float)(levels * 4), 8], new OutputStep(4, "given")).Buckets[bucket] - (bucket == 0 ? 1 : 0));

    [Theory]
    [InlineData(0)]
    [InlineData(47)]
    [InlineData(99)]
    public void Problems_OneOutputWrong_NamesItWhereverItIs(int index)
    {
        int direction = index == 99 ? 1 : -1;
        Assert.Empty(ProblemsWith(index, Expected[index] + (direction * 2.5f)));
        Assert.Equal([$"output {index} is 5.1 levels off, 5 may be"], ProblemsWith(index, Expected[index] + (direction * 2.55f)));
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Assert.Equal($"1 of 100 outputs are NaN or infinite, first at index {index}", ProblemsWith(index, value)[0]);
        }
    }

    [Fact]
    public void Problems_EveryClauseByItself()
    {
        Assert.Empty(OutputComparison.Between(Expected, Expected, Half).Problems);
        Assert.Empty(OutputComparison.Between(Expected, Shifted(4), Half).Problems);
        Assert.Equal(["5 of 100 outputs are more than 2 levels off, under 5 % may be"], OutputComparison.Between(Expected, Shifted(5), Half).Problems);
        Assert.Equal(["the largest output is at index 98, expected 99"], ProblemsWith(98, 25f));
        float[] actual = [.. Expected];
        (actual[93], actual[94], actual[95], actual[96]) = (23.25f, 23.25f, 22.25f, 22.25f);
        Assert.Equal(["3 of the 5 largest outputs are at the same indices, at least 4 must be"], OutputComparison.Between(Expected, actual, Half).Problems);
        Assert.Equal(
            ["the printed digits leave 0.251 open, more than half a step of 0.5"], OutputComparison.Between(Expected, Expected, Half, static index => index == 99 ? 0.251 : 0).Problems);
        Assert.Empty(OutputComparison.Between(Expected, Expected, Half, static _ => 0.25).Problems);

        static float[] Shifted(int count) => [.. Expected.Select((value, index) => index < count ? value + 1.5f : value)];
    }

    [Fact]
    public void Between_NothingFinite_IsCountedAndHasNoDistance()
    {
        var comparison = OutputComparison.Between([1, 2, 3], [float.NaN, float.NaN, float.NegativeInfinity], Half);
        Assert.Equal((3, -1, 0.0, 0.0), (comparison.NonFiniteCount, comparison.WorstIndex, comparison.WorstLevels, comparison.MeanDifference));
        Assert.Contains("not finite         3    100.0%", comparison.Describe("a", "b"), StringComparison.Ordinal);
        Assert.Equal("3 of 3 outputs are NaN or infinite, first at index 0", comparison.Problems[0]);
        Assert.Equal(1, OutputComparison.Between([float.NaN, 2], [1, 2], Half).NonFiniteCount);
        Assert.Throws<ArgumentException>(() => OutputComparison.Between([], [], Half));
        Assert.Throws<ArgumentException>(() => OutputComparison.Between([1, 2], [1], Half));
    }

    [Theory]
    [InlineData("1.25, -0.00, 13.75", 13.75, 0.005)]
    [InlineData("1.66659, -0.0925882, 13.5, 0", 1.66659, 0.000005)]
    [InlineData("1.66659, -0.0925882, 13.5, 0", -0.0925882, 0.00000005)]
    [InlineData("1.66659, -0.0925882, 13.5, 0", 101.667, 0.0005)]
    [InlineData("1.66659, -0.0925882, 13.5, 0", 0, 0)]
    [InlineData("3, -4, 127", 3, 0)]
    [InlineData("1.5e+00, 3.25e-05", 1.5, 0.005)]
    [InlineData("nan, 1.5, -2.5", 1.5, 0.05)]
    public void ToleranceOf_PrintedDigits_HalfOfTheLastPlace(string printed, double value, double tolerance) =>
        Assert.Equal(tolerance, PrintedTensor.Parse(printed.Split(", ")).ToleranceOf(value), 12);

    [Fact]
    public void Parse_NumbersAsCPrintsThem()
    {
        Assert.Equal(
            [float.NaN, float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1.5f], PrintedTensor.Parse(["nan", "-nan", "inf", "-inf", "-1.5"]).Elements);
        Assert.Equal("element 1 is 'x', expected a number", Assert.Throws<FormatException>(static () => PrintedTensor.Parse(["1", "x"])).Message);
    }

    // The step is that of the network, whatever the device printed.
    [Fact]
    public void StepOf_Network_ComesFromItsLastScale()
    {
        Network network = SampleNetwork.Create();
        var logits = new Network("logits", network.Input, [.. network.Calls.SkipLast(1)]);
        Tensor output = Tensor.FromFloat32(logits.Output.Shape, [-0.2f, 0.1f, 0.05f, 0, 0.31f]);
        Assert.Equal(new OutputStep(0.0061f, "the scale of fc.dequantize in logits"), OutputStep.Of(logits, output));
        Assert.Equal(0.51 / 255, OutputStep.Of(network, output).Size, 9);
        var classes = new Network("classes", network.Input, [.. network.Calls.SkipLast(2)]);
        Assert.Equal(1, OutputStep.Of(classes, Tensor.FromInt8(classes.Output.Shape, [1, 2, 3, 4, 5])).Size);
    }

    [Theory]
    [InlineData("0.5, -0.5, 1.0, 2.0, -3.0, 4.5, 8.0, 1.5", 0.5)] // neighbours are one step apart
    [InlineData("0.092588, 0.185176, -0.370353, 1.111059, 2.036941, -3.240588, 0.833294, 1.666588", 0.0925882)] // as dequantized values with six decimals
    [InlineData("0.5, -0.5, 1.0, 2.0, -3.0, 4.5, 8.0", 11.0 / 255)] // too few values
    [InlineData("0.5, -0.5, 1.0, 2.0, -3.0, 4.5, 8.0, 1.7", 11.0 / 255)] // one off the grid
    [InlineData("0.01, 0.02, 1.0, 2.0, -3.0, 4.5, 8.0, 1.5", 11.0 / 255)] // more than 255 steps
    [InlineData("4.0, 4.0, 4.0", 4.0 / 255)]
    [InlineData("0.0, 0.0", 1.0 / 255)]
    [InlineData("nan, nan", 1.0 / 255)]
    public void StepOf_ReferenceLog_IsItsGridOrTheSmallestPossible(string printed, double step) =>
        Assert.Equal(step, OutputStep.Of(PrintedTensor.Parse(printed.Split(", "))).Size, 6);

    private static IReadOnlyList<string> ProblemsWith(int index, float value)
    {
        float[] actual = [.. Expected];
        actual[index] = value;
        return OutputComparison.Between(Expected, actual, Half).Problems;
    }
}
