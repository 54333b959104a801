using TileProof.Golden.Import;
using TileProof.Golden.Import.Pte;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Forms of a .pte that say the same: typed names, uint8 levels, channels last, other orders of stored axes. Each is the network that the plain form is.</summary>
public sealed class PteFormTests
{
    private const int Height = 9;
    private const int Width = 7;
    private const int InChannels = PtePlanParts.InChannels;

    public static TheoryData<string, bool, bool> Convolutions => new()
    {
        { "cadence::quantized_conv2d_nchw", false, false },
        { "cadence::quantized_conv2d_nchw_asym8sxsym8s_asym8s", false, false },
        { "cadence::quantized_conv2d_nchw_dilated_asym8uxsym8u_asym8u", false, true },
        { "cadence::quantized_conv2d_nhwc", true, false },
        { "cadence::quantized_conv2d_nhwc_asym8sxsym8s_asym8s", true, false },
        { "cadence::quantized_conv2d_nhwc_dilated_asym8uxsym8u_asym8u", true, true },
    };

    [Theory, MemberData(nameof(Convolutions))]
    public void Build_ConvolutionForm_IsThePlainOne(string name, bool isLast, bool isUnsigned)
    {
        string expected = Text(Convolution("cadence::quantized_conv2d_nchw", isLast: false, isUnsigned: false, groups: 2));
        Assert.Equal(expected, Text(Convolution(name, isLast, isUnsigned, groups: 2)));
        Assert.NotEqual(expected, Text(Convolution(name, isLast, isUnsigned, groups: 2, change: 1)));
    }

    [Theory]
    [InlineData("cadence::quantized_conv2d_nhwc_depthwise_asym8sxsym8s_asym8s", false)]
    [InlineData("cadence::quantized_conv2d_depthwise_nhwc", false)]
    [InlineData("cadence::quantized_conv2d_nhwc_depthwise_asym8uxsym8u_asym8u", true)]
    public void Build_DepthwiseWeightsWithChannelsLast_AreThePlainOnes(string name, bool isUnsigned) => Assert.Equal(
        Text(Convolution("cadence::quantized_conv2d_nchw_depthwise_asym8sxsym8s_asym8s", isLast: false, isUnsigned: false, InChannels)),
        Text(Convolution(name, isLast: true, isUnsigned, InChannels, hasRankThreeWeights: true)));

    [Fact]
    public void Build_OlderConvolution_TakesItsOrderFromAnArgument()
    {
        string expected = Text(Convolution("cadence::quantized_conv2d_nchw", isLast: false, isUnsigned: false, groups: 2));
        Assert.Equal(expected, Text(Convolution("cadence::quantized_conv", isLast: false, isUnsigned: false, groups: 2)));
        Assert.Equal(expected, Text(Convolution("cadence::quantized_conv", isLast: true, isUnsigned: false, groups: 2)));
    }

    [Theory]
    [InlineData("cadence::quantized_conv1d_ncl", false)]
    [InlineData("cadence::quantized_conv1d_nlc_asym8sxsym8s_asym8s", true)]
    public void Build_SequenceForm_IsARow(string name, bool isLast)
    {
        Conv2dCall call = Assert.Single(Sequence(name, isLast).Calls.OfType<Conv2dCall>());
        Assert.Equal(TensorShape.FromNchw(2, 4, 1, 11), call.Input.Shape);
        Assert.Equal(TensorShape.FromNchw(2, 3, 1, 5), call.Output.Shape);
        Assert.Equal(Text(Sequence("cadence::quantized_conv1d_ncl", false)), Text(Sequence(name, isLast)));
    }

    /// <summary>A file whose input has channels first and whose convolution takes them last has a permutation between, which moves nothing here.</summary>
    [Fact]
    public void Build_PermutationBetween_NoCall()
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, 2, InChannels, Height, Width);
        int last = plan.Tensor(PteScalarType.Float32, 2, Height, Width, InChannels);
        plan.Call("aten::permute_copy", input, plan.Ints(0, 2, 3, 1), last);
        int levels = plan.Quantize(last, isUnsigned: false, 2, Height, Width, InChannels);
        int output = plan.Convolution("cadence::quantized_conv2d_nhwc", levels, isLast: true, isUnsigned: false, 2, change: 0, hasRankThreeWeights: false);
        Assert.Equal(Text(Convolution("cadence::quantized_conv2d_nchw", isLast: false, isUnsigned: false, groups: 2)), Text(plan.Build(input, output)));
    }

    /// <summary>Without it the order of axes does not fit, and both are named.</summary>
    [Fact]
    public void Build_OtherOrderOfAxes_Refused()
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, 2, InChannels, Height, Width);
        int levels = plan.Quantize(input, isUnsigned: false, 2, InChannels, Height, Width);
        int first = plan.Convolution("cadence::quantized_conv2d_nchw", levels, isLast: false, isUnsigned: false, 2, change: 0, hasRankThreeWeights: false);
        int second = plan.Convolution("cadence::quantized_conv2d_nhwc", levels, isLast: true, isUnsigned: false, 2, change: 0, hasRankThreeWeights: false);
        Assert.Contains("has its channels before rows and columns, expected them last", Assert.Throws<ModelFormatException>(() => plan.Build(input, first, second)).Message, StringComparison.Ordinal);
    }

    /// <summary>All that stops an import is found: two delegates and an operator that reads one of them is not judged.</summary>
    [Fact]
    public void Probe_SeveralObstacles_AllFound()
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, 1, 3, Height, Width);
        int made = plan.Tensor(PteScalarType.Float32, 1, 3, Height, Width);
        int other = plan.Tensor(PteScalarType.Float32, 1, 3, Height, Width);
        int last = plan.Tensor(PteScalarType.Float32, 1, 3, Height, Width);
        plan.Delegate("XnnpackBackend", input, made);
        plan.Call("aten::gelu", input, other);
        plan.Call("aten::add", made, other, plan.Add(new PteValue.Int(1)), last);
        (IReadOnlyList<PteObstacle> faults, int unjudged) = PteNetworkBuilder.Probe("m.pte", plan.Made(input, last));
        Assert.Equal(["instruction 0 (delegate 'XnnpackBackend')", "instruction 1 (aten::gelu.out)"], faults.Select(static found => found.Place));
        Assert.Equal(1, unjudged);
        Assert.Contains("the back end 'XnnpackBackend'", faults[0].Fault.Message, StringComparison.Ordinal);
    }

    private static string Text(Network network) => NetworkText.Of(network, withNames: false);

    private static Network Convolution(string name, bool isLast, bool isUnsigned, int groups, int change = 0, bool hasRankThreeWeights = false)
    {
        var plan = new PtePlanParts();
        int[] sizes = isLast ? [2, Height, Width, InChannels] : [2, InChannels, Height, Width];
        int input = plan.Tensor(PteScalarType.Float32, sizes);
        int levels = plan.Quantize(input, isUnsigned, sizes);
        return plan.Build(input, plan.Convolution(name, levels, isLast, isUnsigned, groups, change, hasRankThreeWeights));
    }

    private static Network Sequence(string name, bool isLast)
    {
        var plan = new PtePlanParts();
        int[] sizes = isLast ? [2, 11, 4] : [2, 4, 11];
        int input = plan.Tensor(PteScalarType.Float32, sizes);
        int levels = plan.Quantize(input, isUnsigned: false, sizes);
        int output = plan.Tensor(PteScalarType.Int8, isLast ? [2, 5, 3] : [2, 3, 5]);
        sbyte[] weights = ModelParts.Levels(3, 4, 3);
        plan.Call(
            name, levels, plan.Constant(PteScalarType.Int8, isLast ? [3, 3, 4] : [3, 4, 3], Array.ConvertAll(isLast ? PtePlanParts.Permuted(weights, 3, 4, 3) : weights, static level => unchecked((byte)level))),
            plan.Bias(3), plan.Ints(2), plan.Ints(0), plan.Ints(1), plan.Add(new PteValue.Int(1)), plan.Add(new PteValue.Int(-5)), plan.Add(new PteValue.Int(0)),
            plan.Add(new PteValue.Double(0.0004f)), plan.Add(new PteValue.Double(0.07f)), plan.Add(new PteValue.Int(21)), plan.Add(new PteValue.Int(0)), plan.Add(new PteValue.Int(0)), output);
        return plan.Build(input, output);
    }
}
