using TileProof.Golden.Import;
using TileProof.Golden.Import.Pte;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Every operator name of the modelled back end (operator contract, section 16): what it becomes, or why it is refused.</summary>
public sealed class PteNameTests
{
    private const int Features = 6;
    private static readonly string[] Types = ["", "_asym8sxsym8s_asym8s", "_asym8uxsym8u_asym8u"];
    private static readonly string[] PairTypes = ["", "_asym8sxasym8s_asym8s", "_asym8uxasym8u_asym8u"];

    /// <summary>Names that are taken, with what they become.</summary>
    public static TheoryData<string, OperatorKind> Taken
    {
        get
        {
            var data = new TheoryData<string, OperatorKind>();
            foreach (string layout in (string[])["nchw", "nhwc"])
            {
                foreach (string form in (string[])["", "_depthwise", "_dilated"])
                {
                    foreach (string types in Types.Skip(form.Length > 0 ? 1 : 0))
                    {
                        data.Add($"quantized_conv2d_{layout}{form}{types}", OperatorKind.Conv2d);
                    }
                }
            }

            data.Add("quantized_conv", OperatorKind.Conv2d);
            data.Add("quantized_conv2d_depthwise_nhwc", OperatorKind.Conv2d);
            foreach (string layout in (string[])["ncl", "nlc"])
            {
                data.Add($"quantized_depthwise_conv1d_{layout}", OperatorKind.Conv2d);
                foreach (string types in Types)
                {
                    data.Add($"quantized_conv1d_{layout}{types}", OperatorKind.Conv2d);
                }
            }

            foreach (string types in PairTypes)
            {
                data.Add($"quantized_linear{types}", OperatorKind.QuantizedLinear);
                data.Add($"quantized_fully_connected{types}", OperatorKind.QuantizedLinear);
                data.Add($"quantized_matmul{types}", OperatorKind.QuantizedLinear);
                data.Add($"quantized_add{types}", OperatorKind.QuantizedAdd);
            }

            foreach (string types in (string[])["", "_asym8s_asym8s", "_asym8u_asym8u"])
            {
                data.Add($"quantized_relu{types}", OperatorKind.QuantizedRelu);
            }

            foreach (string types in (string[])["", "_asym8s", "_asym8u"])
            {
                data.Add($"quantize_per_tensor{types}", OperatorKind.QuantizePerTensor);
                data.Add($"dequantize_per_tensor{types}", OperatorKind.DequantizePerTensor);
            }

            data.Add("requantize", OperatorKind.Requantize);
            data.Add("quantized_mul", OperatorKind.QuantizedMul);
            data.Add("quantized_max_pool2d", OperatorKind.MaxPool2d);
            data.Add("quantized_max_pool2d_nchw", OperatorKind.MaxPool2d);
            data.Add("quantized_max_pool2d_nhwc", OperatorKind.MaxPool2d);
            data.Add("avg_pool2d_asym8u", OperatorKind.Conv2d);
            data.Add("_softmax_f32_f32", OperatorKind.Softmax);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Taken))]
    public void Build_NameThatIsTaken_BecomesItsOperator(string name, OperatorKind kind)
    {
        ArgumentNullException.ThrowIfNull(name);
        Network network = Of(name);
        Assert.Equal(kind, network.Calls[^1].Kind);
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        byte[] bytes = NetworkRun.Output(network, image).Bytes.ToArray();
        Assert.True(bytes.Distinct().Count() > 3, $"{name}: every element is the same");

        // The typed forms are the plain one on the same real values; uint8 levels are moved by 128.
        string plain = name.Contains("_asym8", StringComparison.Ordinal) ? name[..name.IndexOf("_asym8", StringComparison.Ordinal)] : name;
        if (plain != name && !plain.EndsWith("_depthwise", StringComparison.Ordinal) && !plain.EndsWith("_dilated", StringComparison.Ordinal) && plain != "avg_pool2d")
        {
            Assert.Equal(NetworkRun.Output(Of(plain), image).Bytes.ToArray(), bytes);
        }
    }

    [Theory]
    [InlineData("cadence::quantized_layer_norm", "normalizes by what a run computes")]
    [InlineData("cadence::im2row", "nearest supported form: the convolution itself")]
    [InlineData("cadence::transposed_im2row", "copies windows into rows")]
    [InlineData("cadence::quantized_transposed_conv", "is a transposed convolution")]
    [InlineData("cadence::quantized_add_Scalar", "nearest supported form: another zero point")]
    [InlineData("cadence::quantized_mul_Scalar", "nearest supported form: cadence::requantize")]
    [InlineData("cadence::quantized_softmax", "nearest supported form: aten::_softmax between")]
    [InlineData("cadence::quantized_w8a32_conv", "nearest supported form: int8 activations")]
    [InlineData("cadence::conv2d", "nearest supported form: the program quantized before export")]
    [InlineData("aten::convolution", "nearest supported form: the program quantized before export")]
    [InlineData("aten::bmm", "nearest supported form: one constant operand")]
    [InlineData("aten::native_layer_norm", "has no counterpart")]
    [InlineData("aten::quantize_per_tensor", "has no counterpart")]
    [InlineData("cadence::add", "has no counterpart")]
    [InlineData("quantized_decomposed::quantize_per_channel", "nearest supported form: activations with one scale")]
    [InlineData("cortex_m::quantized_linear", "belongs to another back end, whose operators begin with 'cortex_m'")]
    public void Build_NameThatIsRefused_ReasonAndNearestForm(string name, string reason)
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, 1, Features);
        int output = plan.Tensor(PteScalarType.Float32, 1, Features);
        plan.Call(name, input, output);
        Assert.Contains(reason, Assert.Throws<ModelFormatException>(() => plan.Build(input, output)).Message, StringComparison.Ordinal);

        // Behind a call that nobody knows it is named, too: its arguments do not matter.
        var second = new PtePlanParts();
        int first = second.Tensor(PteScalarType.Float32, 1, Features);
        int unknown = second.Tensor(PteScalarType.Float32, 1, Features);
        int last = second.Tensor(PteScalarType.Float32, 1, Features);
        second.Delegate("VulkanBackend", first, unknown);
        second.Call(name, unknown, last);
        Assert.Equal(["delegate VulkanBackend", name], PteNetworkBuilder.Probe("m.pte", second.Made(first, last)).Obstacles.Select(static obstacle => obstacle.OperatorType));
    }

    [Theory]
    [InlineData("quantize_per_tensor_asym16s", 2, -32768, 32767)]
    [InlineData("quantize_per_tensor_asym16u", 27, 0, 65535)]
    [InlineData("quantize_per_tensor_asym32s", 3, int.MinValue, int.MaxValue)]
    public void Build_WiderLevels_Refused(string name, int type, int smallest, int largest)
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, 1, Features);
        int output = plan.Tensor((PteScalarType)type, 1, Features);
        plan.Call($"cadence::{name}", input, plan.Real(0.02), plan.Number(0), plan.Number(smallest), plan.Number(largest), plan.Number(type), output);
        Assert.Contains("nearest supported form: int8 with -128 to 127, or uint8 with 0 to 255", Assert.Throws<ModelFormatException>(() => plan.Build(input, output)).Message, StringComparison.Ordinal);
    }

    /// <summary>Written out as the operator's sums: a row of levels by a column, or by a row where the constant is transposed.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Build_MatMul_IsTheLinearLayerOfItsColumns(bool isTransposed)
    {
        const int outputs = 5;
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, 2, Features);
        int levels = plan.Quantize(input, isUnsigned: false, 2, Features);
        int output = plan.Tensor(PteScalarType.Int8, 2, outputs);
        sbyte[] matrix = ModelParts.Levels(Features, outputs);
        int constant = plan.Constant(PteScalarType.Int8, isTransposed ? [outputs, Features] : [1, Features, outputs], Codes(matrix, isUnsigned: false));
        plan.Call(
            "cadence::quantized_matmul", levels, plan.Number(-5), constant, plan.Number(3), plan.None(), plan.Number(1_500_000_000), plan.Number(-6), plan.Number(21), plan.Truth(isTransposed), output);
        Network network = plan.Build(input, output);
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        IReadOnlyList<Tensor> values = NetworkRun.Outputs(network, image);
        for (int i = 0; i < 2 * outputs; i++)
        {
            (int row, int column) = Math.DivRem(i, outputs);
            int sum = 0;
            for (int k = 0; k < Features; k++)
            {
                sum += (values[0].Int8[(row * Features) + k] + 5) * (matrix[isTransposed ? (column * Features) + k : (k * outputs) + column] - 3);
            }

            double level = Math.Round(sum * (1_500_000_000 / Math.Pow(2, 31)) * Math.Pow(2, -6), MidpointRounding.ToEven) + 21;
            Assert.Equal((sbyte)Math.Clamp(level, -128, 127), values[1].Int8[i]);
        }
    }

    /// <summary>The means of the portable arithmetic, but for a level where the DSP rounds otherwise.</summary>
    [Fact]
    public void Build_AveragePool_IsTheMeanOfItsWindow()
    {
        Network network = Of("avg_pool2d_asym8u");
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        IReadOnlyList<Tensor> values = NetworkRun.Outputs(network, image);
        TensorShape pooled = values[1].Shape;
        Assert.Equal(TensorShape.FromNchw(2, 4, 4, 3), pooled);
        for (int i = 0; i < pooled.ElementCount; i++)
        {
            TensorIndex at = pooled.IndexOf(i);
            int sum = 0;
            for (int tap = 0; tap < 6; tap++)
            {
                sum += values[0].Int8[values[0].Shape.OffsetOf(at.N, at.C, (2 * at.Y) + (tap / 2), (2 * at.X) + (tap % 2))];
            }

            Assert.InRange(values[1].Int8[i], (sum / 6.0) - 1.01, (sum / 6.0) + 1.01);
        }
    }

    /// <summary>The name with the types that it says, on values that are not square.</summary>
    private static Network Of(string name)
    {
        bool isUnsigned = name.Contains("asym8u", StringComparison.Ordinal);
        string stem = PteOperatorNames.StemOf(name);
        var plan = new PtePlanParts();
        return stem switch
        {
            _ when stem.Contains("conv1d", StringComparison.Ordinal) => Sequence(plan, name, isUnsigned),
            _ when stem.StartsWith("quantized_conv", StringComparison.Ordinal) => Convolution(plan, name, isUnsigned),
            "quantized_linear" or "quantized_fully_connected" => Linear(plan, name, isUnsigned),
            "quantized_matmul" => MatMul(plan, name, isUnsigned),
            "_softmax_f32_f32" => Softmax(plan, name),
            _ => OfImage(plan, name, stem, isUnsigned),
        };
    }

    private static Network Convolution(PtePlanParts plan, string name, bool isUnsigned)
    {
        bool isLast = name.Contains("nhwc", StringComparison.Ordinal);
        bool isDepthwise = name.Contains("depthwise", StringComparison.Ordinal);
        int[] sizes = isLast ? [2, 9, 7, PtePlanParts.InChannels] : [2, PtePlanParts.InChannels, 9, 7];
        int input = plan.Tensor(PteScalarType.Float32, sizes);
        int levels = plan.Quantize(input, isUnsigned, sizes);
        return plan.Build(input, plan.Convolution($"cadence::{name}", levels, isLast, isUnsigned, isDepthwise ? PtePlanParts.InChannels : 2, 0, isLast && isDepthwise));
    }

    private static Network Sequence(PtePlanParts plan, string name, bool isUnsigned)
    {
        bool isLast = name.Contains("nlc", StringComparison.Ordinal);
        int groups = name.Contains("depthwise", StringComparison.Ordinal) ? 4 : 1;
        int[] sizes = isLast ? [2, 11, 4] : [2, 4, 11];
        int input = plan.Tensor(PteScalarType.Float32, sizes);
        int levels = plan.Quantize(input, isUnsigned, sizes);
        PteScalarType type = isUnsigned ? PteScalarType.UInt8 : PteScalarType.Int8;
        int output = plan.Tensor(type, isLast ? [2, 6, 4] : [2, 4, 6]);
        sbyte[] weights = ModelParts.Levels(4, 4 / groups, 3);
        weights = isLast ? PtePlanParts.Permuted(weights, 4, 4 / groups, 3) : weights;
        plan.Call(
            $"cadence::{name}", levels,
            plan.Constant(type, isLast ? [4, 3, 4 / groups] : [4, 4 / groups, 3], Array.ConvertAll(weights, level => unchecked((byte)(level + (isUnsigned ? 128 : 0))))),
            plan.Bias(4), plan.Ints(2), plan.Ints(1), plan.Ints(1), plan.Number(groups), plan.Number(isUnsigned ? 123 : -5), plan.Number(isUnsigned ? 128 : 0),
            plan.Real(0.0004f), plan.Real(0.07f), plan.Number(isUnsigned ? 149 : 21), plan.Number(0), plan.Number(0), output);
        return plan.Build(input, output);
    }

    private static Network Linear(PtePlanParts plan, string name, bool isUnsigned)
    {
        int input = plan.Tensor(PteScalarType.Float32, 2, Features);
        int levels = plan.Quantize(input, isUnsigned, 2, Features);
        PteScalarType type = isUnsigned ? PteScalarType.UInt8 : PteScalarType.Int8;
        int output = plan.Tensor(type, 2, 5);
        plan.Call(
            $"cadence::{name}", levels, plan.Constant(type, [5, Features], Codes(ModelParts.Levels(5, Features), isUnsigned)), plan.Bias(5), plan.Number(isUnsigned ? 123 : -5),
            plan.Number(isUnsigned ? 131 : 3), plan.Number(1_500_000_000), plan.Number(-6), plan.Number(isUnsigned ? 149 : 21), plan.None(), output);
        return plan.Build(input, output);
    }

    private static Network MatMul(PtePlanParts plan, string name, bool isUnsigned)
    {
        int input = plan.Tensor(PteScalarType.Float32, 2, Features);
        int levels = plan.Quantize(input, isUnsigned, 2, Features);
        PteScalarType type = isUnsigned ? PteScalarType.UInt8 : PteScalarType.Int8;
        int output = plan.Tensor(type, 2, 5);
        plan.Call(
            $"cadence::{name}", levels, plan.Number(isUnsigned ? 123 : -5), plan.Constant(type, [Features, 5], Codes(ModelParts.Levels(Features, 5), isUnsigned)), plan.Number(isUnsigned ? 131 : 3),
            plan.None(), plan.Number(1_500_000_000), plan.Number(-6), plan.Number(isUnsigned ? 149 : 21), plan.Truth(false), output);
        return plan.Build(input, output);
    }

    private static Network Softmax(PtePlanParts plan, string name)
    {
        int input = plan.Tensor(PteScalarType.Float32, 2, Features);
        int output = plan.Tensor(PteScalarType.Float32, 2, Features);
        plan.Call($"cadence::{name}", input, plan.Number(-1), plan.None(), output);
        return plan.Build(input, output);
    }

    private static Network OfImage(PtePlanParts plan, string name, string stem, bool isUnsigned)
    {
        bool isLast = name.Contains("nhwc", StringComparison.Ordinal);
        int[] sizes = isLast ? [2, 9, 7, 4] : [2, 4, 9, 7];
        PteScalarType type = isUnsigned ? PteScalarType.UInt8 : PteScalarType.Int8;
        int shift = isUnsigned ? 128 : 0;
        int input = plan.Tensor(PteScalarType.Float32, sizes);
        int levels = plan.Quantize(input, isUnsigned, sizes);
        int same = plan.Tensor(type, sizes);
        int zeroPoint = plan.Number(-5 + shift);
        int scale = plan.Real(0.02f);
        switch (stem)
        {
            case "quantize_per_tensor":
                return plan.Build(input, levels);
            case "dequantize_per_tensor":
                int real = plan.Tensor(PteScalarType.Float32, sizes);
                plan.Call($"cadence::{name}", levels, scale, zeroPoint, plan.Number(shift - 128), plan.Number(shift + 127), plan.Number(isUnsigned ? 0 : 1), real);
                return plan.Build(input, real);
            case "requantize":
                plan.Call($"cadence::{name}", levels, scale, zeroPoint, plan.Real(0.05f), plan.Number(7), plan.Number(1), same);
                return plan.Build(input, same);
            case "quantized_relu":
                plan.Call($"cadence::{name}", levels, zeroPoint, plan.Number(9 + shift), plan.Number(1_900_000_000), plan.Number(0), same);
                return plan.Build(input, same);
            case "quantized_add" or "quantized_mul":
                plan.Call($"cadence::{name}", levels, scale, zeroPoint, levels, scale, zeroPoint, plan.Real(0.031f), plan.Number(9 + shift), same);
                return plan.Build(input, same);
            default:
                int pooled = plan.Tensor(type, isLast ? [2, 4, 3, 4] : [2, 4, 4, 3]);
                int[] window = [levels, plan.Ints(3, 2), plan.Ints(2, 2), plan.Ints(0, 0)];
                plan.Call(
                    $"cadence::{PteOperatorNames.StemOf(name)}",
                    stem == "avg_pool2d" ? [.. window, plan.Truth(false), plan.Truth(true), plan.None(), plan.Constant(PteScalarType.Int32, [1], BitConverter.GetBytes(123)), plan.Truth(false), pooled]
                        : [.. window, plan.Ints(1, 1), plan.Truth(false), pooled]);
                return plan.Build(input, pooled);
        }
    }

    private static byte[] Codes(sbyte[] levels, bool isUnsigned) => Array.ConvertAll(levels, level => unchecked((byte)(level + (isUnsigned ? 128 : 0))));
}
