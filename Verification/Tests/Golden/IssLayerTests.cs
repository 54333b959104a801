using TileProof.Golden.Generic;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;

namespace TileProof.Tests.Golden;

/// <summary>The six single layers that ran on the vendor's instruction-set simulator, reproduced byte for byte.</summary>
public sealed class IssLayerTests
{
    public static TheoryData<string> Layers => ["layer0", "layer1", "layer2", "layer4", "layer6", "layer9"];

    [SkippableTheory, MemberData(nameof(Layers))]
    public void ScalarOracle_PublishedLayer_EqualsTheSimulator(string name)
    {
        var layer = IssLayer.Load(name);
        Assert.Equal(layer.DspOutput, ScalarConv2d.Compute(layer.Shape, 1, layer.Input, layer.Weights, Derive(layer)).Output);
    }

    [SkippableTheory, MemberData(nameof(Layers))]
    public void OnnxRuntime_PublishedLayer_EqualsTheSimulator(string name)
    {
        var layer = IssLayer.Load(name);
        using var onnxRuntime = new OnnxRuntimeConvolution(layer.Shape, 1, layer.Weights, Derive(layer));
        Assert.Equal(layer.DspOutput, onnxRuntime.Run(layer.Input));
    }

    [SkippableTheory, MemberData(nameof(Layers))]
    public void Generic_PublishedLayer_EqualsTheVendorsReference(string name)
    {
        var layer = IssLayer.Load(name);
        sbyte[] output = GenericConv2d.Compute(
            layer.Shape, 1, layer.Input, layer.Weights, layer.Bias, [layer.BiasScale], layer.InputZeroPoint, layer.OutputScale, layer.OutputZeroPoint);
        Assert.Equal(layer.GenericOutput, output);
    }

    [SkippableTheory, MemberData(nameof(Layers))]
    public void WorstCaseDerivation_PublishedLayer_GivesThePublishedIntegers(string name)
    {
        var layer = IssLayer.Load(name);
        Requantization derived = Derive(layer);
        Assert.Equal(layer.PublishedIntegers, (derived.AccumulatorShift, derived.OutputScaleOf(0), derived.OutputShift));
    }

    // How many outputs lie one level below, at and one level above the vendor's reference, for each derivation; none is further off.
    [SkippableTheory]
    [InlineData("layer0", 909, 63639, 988, 409, 64624, 503)]
    [InlineData("layer1", 609, 15135, 640, 306, 15782, 296)]
    [InlineData("layer2", 287, 7605, 300, 132, 7931, 129)]
    [InlineData("layer4", 63, 8061, 68, 68, 8058, 66)]
    [InlineData("layer6", 335, 3440, 321, 169, 3781, 146)]
    [InlineData("layer9", 291, 1479, 278, 150, 1743, 155)]
    public void Derivations_PublishedLayer_DifferFromTheVendorsReferenceByOneLevelAtMost(
        string name, int worstCaseBelow, int worstCaseEqual, int worstCaseAbove, int l1NormBelow, int l1NormEqual, int l1NormAbove)
    {
        var layer = IssLayer.Load(name);

        Assert.Equal((worstCaseBelow, worstCaseEqual, worstCaseAbove), DifferenceClasses(layer, ParameterDerivation.WorstCase));
        Assert.Equal((l1NormBelow, l1NormEqual, l1NormAbove), DifferenceClasses(layer, ParameterDerivation.L1Norm));
        Assert.Equal(layer.PublishedDifferenceCount, worstCaseBelow + worstCaseAbove);
    }

    private static (int Below, int Equal, int Above) DifferenceClasses(IssLayer layer, ParameterDerivation derivation)
    {
        sbyte[] output = ScalarConv2d.Compute(layer.Shape, 1, layer.Input, layer.Weights, Derive(layer, derivation)).Output;
        int[] differences = [.. output.Zip(layer.GenericOutput, static (dsp, generic) => dsp - generic)];
        Assert.All(differences, static difference => Assert.InRange(difference, -1, 1));
        return (differences.Count(static d => d == -1), differences.Count(static d => d == 0), differences.Count(static d => d == 1));
    }

    private static Requantization Derive(IssLayer layer, ParameterDerivation derivation = ParameterDerivation.WorstCase) =>
        RequantizationDeriver.Derive(
            layer.Shape,
            layer.Weights,
            layer.Bias,
            [RequantizationDeriver.EffectiveScale(layer.BiasScale, layer.OutputScale)],
            layer.InputZeroPoint,
            layer.OutputZeroPoint,
            derivation);
}
