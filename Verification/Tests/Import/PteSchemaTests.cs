using TileProof.Golden.Import;
using TileProof.Golden.Import.Pte;
using TileProof.Operators;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Details of the file format that other exporters and versions write: read as they are meant, or refused where they are used.</summary>
public sealed class PteSchemaTests
{
    private static readonly int[] Sizes = [2, 6, 9, 7];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_ConstantsInASegmentOrInTheProgram_SameNetwork(bool isInline)
    {
        (PtePlan plan, _, _) = Convolution();
        Assert.Equal(Text(PteNetworkBuilder.Build("m.pte", plan)), Text(Read(new PteBytes { IsInline = isInline }.Write(plan))));
    }

    /// <summary>A weight stored with its channels last is the same weight; the order of values that are no constants changes nothing.</summary>
    [Fact]
    public void Read_DimensionOrder_SameNetwork()
    {
        (PtePlan plan, int input, int weights) = Convolution();
        string expected = Text(PteNetworkBuilder.Build("m.pte", plan));
        var weight = (PteValue.Tensor)plan.Values[weights];
        byte[] stored = Array.ConvertAll(PtePlanParts.Permuted(Array.ConvertAll(weight.Data!.Value.ToArray(), static code => unchecked((sbyte)code)), weight.Sizes[0], weight.Sizes[1], 6), static level => unchecked((byte)level));
        PtePlan moved = plan with { Values = [.. plan.Values.Select((value, index) => index == weights ? weight with { Data = stored } : value)] };
        Assert.Equal(expected, Text(Read(new PteBytes { Details = { [weights] = new(DimensionOrder: [0, 2, 3, 1]), [input] = new(DimensionOrder: [0, 2, 3, 1]) } }.Write(moved))));
        Assert.NotEqual(expected, Text(Read(new PteBytes().Write(moved))));
        AssertFault(new PteBytes { Details = { [weights] = new(DimensionOrder: [0, 2, 2, 1]) } }.Write(moved), "has the dim_order [0, 2, 2, 1] of 4 dimensions");
    }

    [Fact]
    public void Read_SeveralMethods_ForwardOrRefused()
    {
        (PtePlan plan, _, _) = Convolution();
        PtePlan other = OfOneCall("aten::gelu");
        PtePlan forward = plan with { Name = "forward" };
        Assert.Equal(Text(PteNetworkBuilder.Build("m.pte", plan with { Name = "m" })), Text(Read(new PteBytes().Write(other with { Name = "encode" }, forward))));
        AssertFault(new PteBytes().Write(other with { Name = "encode" }, plan with { Name = "decode" }), "has the methods encode, decode; nearest supported form: one method, or one called 'forward'");
    }

    [Fact]
    public void Read_Dynamism_BoundsAreTheShapeAndNoBoundsAreRefused()
    {
        (PtePlan plan, int input, _) = Convolution();
        Assert.Equal(Text(PteNetworkBuilder.Build("m.pte", plan)), Text(Read(new PteBytes { Details = { [input] = new(Dynamism: 1) } }.Write(plan))));
        AssertFault(new PteBytes { Details = { [input] = new(Dynamism: 2) } }.Write(plan), "input 0: has a shape that only a run knows; nearest supported form: a program exported with fixed or bounded shapes");
    }

    /// <summary>What cannot be read is refused where it is used, and no earlier.</summary>
    [Fact]
    public void Read_WeightsThatCannotBeRead_RefusedWhereTheyAreUsed()
    {
        (PtePlan plan, _, int weights) = Convolution();
        AssertFault(
            new PteBytes { Details = { [weights] = new(ExternalName: "conv.weight") } }.Write(plan), "instruction 1 (cadence::quantized_conv2d_nchw.out): argument 1 has its data outside the program, as 'conv.weight' of a .ptd file");
        AssertFault(new PteBytes { Details = { [weights] = new(ScalarType: 5) } }.Write(plan), "argument 1 has the element type 5 (float16), expected uint8, int8,");
        AssertFault(new PteBytes { Details = { [weights] = new(StorageOffset: 4) } }.Write(plan), "argument 1 has the storage offset 4, expected 0");
        PtePlan unused = plan with { Values = [.. plan.Values, plan.Values[weights]] };
        Assert.Equal(Text(PteNetworkBuilder.Build("m.pte", plan)), Text(Read(new PteBytes { Details = { [plan.Values.Count] = new(ExternalName: "unused") } }.Write(unused))));
    }

    /// <summary>Delegates by name, control flow and unknown operators are all named at once.</summary>
    [Theory]
    [InlineData("XnnpackBackend")]
    [InlineData("VulkanBackend")]
    [InlineData("CoreMLBackend")]
    [InlineData("EthosUBackend")]
    public void Support_DelegateControlFlowAndUnknownOperator_AllNamed(string backend)
    {
        var parts = new PtePlanParts();
        int input = parts.Tensor(PteScalarType.Float32, 1, 6);
        int made = parts.Tensor(PteScalarType.Float32, 1, 6);
        int last = parts.Tensor(PteScalarType.Float32, 1, 6);
        parts.Delegate(backend, input, made);
        parts.Call("aten::gelu", made, parts.Add(new PteValue.Other()), last);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m.pte"], new PteBytes { OtherInstructions = [4, 3, 5] }.Write(parts.Made(input, last)));
        ModelSupport support = ModelSupport.Of(folder["m.pte"]);
        Assert.Equal(["jump", "move", $"delegate {backend}", "aten::gelu"], support.Obstacles.Select(static obstacle => obstacle.OperatorType));
        Assert.Contains("a program without control flow", support.Obstacles[0].NearestForm, StringComparison.Ordinal);
        Assert.Contains("partitioner", support.Obstacles[2].NearestForm, StringComparison.Ordinal);
        File.WriteAllBytes(folder["m.pte"], new PteBytes { OtherInstructions = [9] }.Write(parts.Made(input, last)));
        Assert.Contains("is of kind 9, expected 1 (kernel call)", ModelSupport.Of(folder["m.pte"]).Obstacles[0].Reason, StringComparison.Ordinal);
    }

    /// <summary>A text where an operator takes a number is no absent argument.</summary>
    [Fact]
    public void Read_TextForANumber_Refused()
    {
        (PtePlan plan, _, _) = Convolution();
        int zeroPoint = plan.Calls[1].Arguments[8];
        AssertFault(new PteBytes().Write(plan with { Values = [.. plan.Values.Select((value, index) => index == zeroPoint ? new PteValue.Other() : value)] }), "argument 8 is not an integer");
    }

    /// <summary>Names as other exporters write them, and the optional arguments that newer operators have.</summary>
    [Fact]
    public void Build_NamespacesAndOptionalArguments_SameNetwork()
    {
        var parts = new PtePlanParts();
        int input = parts.Tensor(PteScalarType.Float32, Sizes);
        int levels = parts.Tensor(PteScalarType.Int8, Sizes);
        int real = parts.Tensor(PteScalarType.Float32, Sizes);
        int[] numbers = [parts.Real(0.02f), parts.Number(-5), parts.Number(-128), parts.Number(127), parts.Number(1)];
        parts.Call("quantized_decomposed::quantize_per_tensor", [input, .. numbers, levels]);
        parts.Call("quantized_decomposed::dequantize_per_tensor", [levels, .. numbers, parts.None(), real]);
        PtePlan plan = parts.Made(input, real);
        string expected = Text(PteNetworkBuilder.Build("m.pte", plan));
        foreach (string space in (string[])["cadence::", "xtensa::", ""])
        {
            PtePlan renamed = plan with
            {
                Calls = [.. plan.Calls.Select((call, index) => call with { Operator = space + call.BaseName, Arguments = index == 0 ? call.Arguments : [.. call.Arguments[..6], .. call.Arguments[7..]] })],
            };
            Assert.Equal(expected, Text(PteNetworkBuilder.Build("m.pte", renamed)));
        }

        int type = parts.Number(6);
        AssertFault(() => PteNetworkBuilder.Build("m.pte", plan with { Calls = [plan.Calls[0], plan.Calls[1] with { Arguments = [.. plan.Calls[1].Arguments[..6], type, real, real] }] }), "gives the type of its output");
    }

    private static PtePlan OfOneCall(string name)
    {
        var parts = new PtePlanParts();
        int input = parts.Tensor(PteScalarType.Float32, 1, 6);
        int output = parts.Tensor(PteScalarType.Float32, 1, 6);
        parts.Call(name, input, output);
        return parts.Made(input, output);
    }

    private static (PtePlan Plan, int Input, int Weights) Convolution()
    {
        var parts = new PtePlanParts();
        int input = parts.Tensor(PteScalarType.Float32, Sizes);
        int levels = parts.Quantize(input, isUnsigned: false, Sizes);
        int output = parts.Convolution("cadence::quantized_conv2d_nchw", levels, isLast: false, isUnsigned: false, 2, change: 0, hasRankThreeWeights: false);
        PtePlan plan = parts.Made(input, output);
        return (plan, input, plan.Calls[1].Arguments[1]);
    }

    private static Network Read(byte[] file) => PteModel.Read("m.pte", file);

    private static string Text(Network network) => NetworkText.Of(network, withNames: false);

    private static void AssertFault(byte[] file, string text) => AssertFault(() => Read(file), text);

    private static void AssertFault(Func<Network> read, string text) => Assert.Contains(text, Assert.Throws<ModelFormatException>(read).Message, StringComparison.Ordinal);
}
