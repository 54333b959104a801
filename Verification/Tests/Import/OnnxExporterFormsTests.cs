using TileProof.Golden.Import;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Import;

/// <summary>Small networks in the forms that exporters write; each against ONNX Runtime on the file, and on the simulated DSP against the scalar oracle.</summary>
public sealed class OnnxExporterFormsTests
{
    public static TheoryData<string> Names => [.. OnnxExporterForms.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Read_FormOfAnExporter_AsTheFileAndOnTheDsp(string name)
    {
        ImportedModel imported = OriginalFile.AssertAgrees(OnnxExporterForms.All[name]());
        if (imported.Network is not { } network)
        {
            return;
        }

        var oracle = new ScalarOracle();
        var dsp = new DspEngine(DspConfiguration.FromBankBytes(8192, 4096));
        var values = new Dictionary<TensorInfo, Tensor> { [network.Input] = OriginalFile.ImageFor(imported) };
        foreach (OperatorCall call in network.Calls)
        {
            Tensor[] inputs = [.. call.Inputs.Select(value => values[value])];
            Tensor expected = oracle.Run(call, inputs, ParameterDerivation.L1Norm);
            Assert.True(expected.Bytes.SequenceEqual(dsp.Run(call, inputs, ParameterDerivation.L1Norm).Bytes), $"{name}: {call.Name}");
            values.Add(call.Output, expected);
        }
    }

    [Theory]
    [InlineData("int16 activations", "not int8 or uint8")]
    [InlineData("qonnx", "export_onnx_qcdq")]
    [InlineData("local function", "belongs to the domain 'pkg.onnxscript.torch_lib'")]
    [InlineData("reflect pad", "mode reflect")]
    [InlineData("pad between levels", "no level")]
    [InlineData("hard swish", "nearest supported form: Relu")]
    public void Read_FormWithoutCounterpart_RefusedWithItsReason(string name, string reason)
    {
        ModelFormatException fault = Assert.Throws<ModelFormatException>(() => OriginalFile.AssertAgrees(OnnxExporterForms.Refused[name]()));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    /// <summary>What must become an int8 call, and no float32 one between dequantize and quantize.</summary>
    [Theory]
    [InlineData("residual uint8", OperatorKind.MaxPool2d, ElementType.Int8)]
    [InlineData("max pool behind relu", OperatorKind.MaxPool2d, ElementType.Int8)]
    [InlineData("max pool of other levels", OperatorKind.MaxPool2d, ElementType.Float32)]
    [InlineData("pad before max pool", OperatorKind.Pad, ElementType.Int8)]
    [InlineData("pad with a level", OperatorKind.Pad, ElementType.Int8)]
    [InlineData("pad of a sum", OperatorKind.Pad, ElementType.Float32)]
    [InlineData("float pad", OperatorKind.Pad, ElementType.Float32)]
    [InlineData("padded average", OperatorKind.AveragePool2d, ElementType.Int8)]
    [InlineData("product", OperatorKind.QuantizedMul, ElementType.Int8)]
    public void Read_PoolingAndPadding_OfTheLevelsWhereTheyStay(string name, OperatorKind kind, ElementType elements)
    {
        ImportedModel imported = OnnxModelOf(name);
        if (imported.FloatNetwork is { } floats)
        {
            Assert.Contains(floats.Nodes, static node => node is TileProof.Golden.Networks.FloatPad);
            return;
        }

        Assert.All(imported.Network!.Calls.Where(call => call.Kind == kind), call => Assert.Equal(elements, call.Output.ElementType));
        Assert.Contains(imported.Network.Calls, call => call.Kind == kind);
    }

    /// <summary>The level that QuantizeLinear makes of the number that the file adds, ties to even: a comparison of all elements leaves room for a level.</summary>
    [Theory]
    [InlineData("pad with a level", 17)]
    [InlineData("pad before max pool", -55)]
    [InlineData("pad behind relu", -116)]
    public void Read_PadOfLevels_AddsTheLevelOfItsNumber(string name, int level) =>
        Assert.Equal(level, Assert.Single(OnnxModelOf(name).Network!.Calls.OfType<PadCall>()).Level);

    private static ImportedModel OnnxModelOf(string name) => TileProof.Golden.Import.Onnx.OnnxModel.Read("m.onnx", OnnxExporterForms.All[name](), folder: null);
}
