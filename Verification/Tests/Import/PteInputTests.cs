using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Export.Pte;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Import.Pte;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Tests.Import;

/// <summary>Programs with several inputs, inputs of levels, and constants as operands: each is fed, in every engine.</summary>
public sealed class PteInputTests
{
    private static readonly int[] Sizes = [2, 5, 3, 7];

    [Fact]
    public void Build_ThreeInputs_EachIsFed()
    {
        Network network = ThreeInputs();
        Assert.Equal(["input", "input_1", "input_2"], network.Inputs.Select(static input => input.Name));
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        byte[] expected = NetworkRun.Output(network, image).Bytes.ToArray();
        for (int other = 0; other < network.OtherInputs.Count; other++)
        {
            NetworkInput[] changed = [.. network.OtherInputs];
            Tensor data = Tensor.FromFloat32(changed[other].Data.Shape, changed[other].Data.Float32);
            data.Float32[^1] += 1;
            changed[other] = new NetworkInput(changed[other].Value, data);
            byte[] output = NetworkRun.Output(network.WithOtherInputs(changed), image).Bytes.ToArray();
            Assert.NotEqual(expected[^4..], output[^4..]);
            Assert.Equal(expected[..^4], output[..^4]);
        }
    }

    [Fact]
    public void Run_ThreeInputs_EveryEngineTheSame()
    {
        Network network = ThreeInputs();
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        byte[] expected = NetworkRun.Output(network, image).Bytes.ToArray();
        using var run = new DspNetworkRun(new PreparedPrograms(CaseMatrix.ConfigurationFor(BankSetting.Parse("4k")), ParameterDerivation.L1Norm));
        Assert.Equal(expected, run.Run(network, image, static _ => true, new LandAtWait()).Values[network.Output.Name].Bytes.ToArray());
        using var kernels = new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.Host));
        Assert.Equal(expected, kernels.RunNetwork(network, image, ParameterDerivation.L1Norm).Bytes.ToArray());
        using var runtime = new OnnxRuntimeInt8Network(network);
        Assert.Equal(expected, runtime.Run(image)[network.Output.Name].Bytes.ToArray());
    }

    [Fact]
    public void Write_ThreeInputs_ReadBackAsInBothFormats()
    {
        Network network = ThreeInputs();
        Network again = PteModel.Read("m.pte", PteModelWriter.Write(network));
        Assert.Equal(NetworkText.Of(network, withNames: false), NetworkText.Of(again, withNames: false));
        Assert.Equal(network.Inputs.Select(static input => input.Shape), again.Inputs.Select(static input => input.Shape));
        Assert.Contains("3 inputs", Assert.Throws<ModelFormatException>(() => OnnxModel.Read("m.onnx", OnnxModelWriter.Write(network), folder: null)).Message, StringComparison.Ordinal);
    }

    /// <summary>The seed of a run decides what the inputs hold, and no constant.</summary>
    [Fact]
    public void Load_Seed_DecidesTheOtherInputs()
    {
        using var folder = new TemporaryFolder();
        string path = folder["m.pte"];
        File.WriteAllBytes(path, PteModelWriter.Write(WithConstant()));
        NetworkInput[] first = [.. NetworkSource.Load(path, new VerifyOptions()).Network.OtherInputs];
        NetworkInput[] same = [.. NetworkSource.Load(path, new VerifyOptions()).Network.OtherInputs];
        NetworkInput[] other = [.. NetworkSource.Load(path, new VerifyOptions { Seed = 7 }).Network.OtherInputs];
        Assert.Equal([false, true], first.Select(static input => input.IsConstant));
        Assert.Equal(first[0].Data.Bytes.ToArray(), same[0].Data.Bytes.ToArray());
        Assert.NotEqual(first[0].Data.Bytes.ToArray(), other[0].Data.Bytes.ToArray());
        Assert.NotEqual(first[0].Data.Bytes.ToArray(), SeededInputs.Create(SeededImages.DefaultSeed, 0, first[0].Value.Shape).Bytes.ToArray());
        Assert.Equal(first[1].Data.Bytes.ToArray(), other[1].Data.Bytes.ToArray());
    }

    [Theory]
    [InlineData(1, 17, -128)]
    [InlineData(0, 200, 0)]
    public void Build_InputOfLevels_QuantizedAsTheFirstReaderStates(int typeCode, int zeroPoint, int smallest)
    {
        var type = (PteScalarType)typeCode;
        var plan = new PtePlanParts();
        int input = plan.Tensor(type, Sizes);
        int viewed = plan.Tensor(type, Sizes);
        plan.Call("aten::view_copy", input, plan.Ints(2, 5, 3, 7), viewed);
        int output = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call("cadence::dequantize_per_tensor", viewed, plan.Real(0.03f), plan.Number(zeroPoint), plan.Number(smallest), plan.Number(smallest + 255), plan.Number(typeCode), output);
        Network network = plan.Build(input, output);
        Assert.Equal([OperatorKind.QuantizePerTensor, OperatorKind.DequantizePerTensor], network.Calls.Select(static call => call.Kind));
        Assert.Equal(QuantizationParameters.FromScale(0.03f, zeroPoint - (type == PteScalarType.UInt8 ? 128 : 0)), network.Calls[0].Output.Quantization);
    }

    /// <summary>Constants spread as operands do, on either side; subtracting one adds its negative.</summary>
    [Theory]
    [InlineData("add", new[] { 5, 1, 1 }, false)]
    [InlineData("add", new[] { 5, 1, 1 }, true)]
    [InlineData("add", new[] { 3, 7 }, false)]
    [InlineData("add", new[] { 2, 1, 1, 7 }, false)]
    [InlineData("sub", new[] { 3, 1 }, false)]
    [InlineData("sub", new int[0], false)]
    public void Build_ConstantOperand_SpreadOverTheValue(string name, int[] sizes, bool isFirst)
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, Sizes);
        float[] elements = [.. Enumerable.Range(0, sizes.Aggregate(1, static (count, extent) => count * extent)).Select(static i => (i * 0.375f) - 2)];
        int constant = plan.Reals(sizes, elements);
        int output = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call($"aten::{name}", isFirst ? [constant, input, plan.Number(1), output] : [input, constant, plan.Number(1), output]);
        Network network = plan.Build(input, output);
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        Tensor sum = NetworkRun.Output(network, image);
        int[] four = [.. Enumerable.Repeat(1, 4 - sizes.Length), .. sizes];
        for (int i = 0; i < sum.Shape.ElementCount; i++)
        {
            TensorIndex at = sum.Shape.IndexOf(i);
            int place = 0;
            foreach ((int axis, int index) in new[] { at.N, at.C, at.Y, at.X }.Index())
            {
                place = (place * four[axis]) + (four[axis] == 1 ? 0 : index);
            }

            Assert.Equal(name == "add" ? image.Float32[i] + elements[place] : image.Float32[i] - elements[place], sum.Float32[i]);
        }
    }

    /// <summary>Each is what its name says, element by element; and refused where ONNX Runtime may not compute.</summary>
    [Fact]
    public void Read_OperatorsInOnnxRuntime_ComputeWhatTheirNamesSay()
    {
        Network network = PteModel.Read("m.pte", InOnnxRuntime(), allowFallback: true);
        Assert.Equal(["Relu", "Mul", "Clip", "Div", "AveragePool"], network.Calls.Select(static call => ((OnnxFallbackCall)call).OperatorType));
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        using var engine = new OnnxRuntimeGolden();
        Dictionary<TensorInfo, Tensor> values = network.InputValues(image);
        foreach (OperatorCall call in network.Calls)
        {
            values.Add(call.Output, engine.Run(call, [.. call.Inputs.Select(value => values[value])], ParameterDerivation.L1Norm));
        }

        for (int i = 0; i < image.Shape.ElementCount; i++)
        {
            float rectified = Math.Max(image.Float32[i], 0);
            Assert.Equal(rectified, values[network.Calls[0].Output].Float32[i]);
            Assert.Equal(0.5f * rectified, values[network.Calls[1].Output].Float32[i]);
            Assert.Equal(Math.Min(0.5f * rectified, 0.75f), values[network.Calls[2].Output].Float32[i]);
            Assert.Equal(Math.Min(0.5f * rectified, 0.75f) / rectified, values[network.Calls[3].Output].Float32[i]);
        }

        (IReadOnlyList<PteObstacle> obstacles, int unjudged) = PteNetworkBuilder.Probe("m.pte", PteProgramReader.Read("m.pte", InOnnxRuntime()), tryFallback: true);
        Assert.Equal(0, unjudged);
        Assert.Equal(5, obstacles.Count(static obstacle => obstacle.RunsInOnnxRuntime));
        Assert.Contains("or --allow-fallback", Assert.Throws<ModelFormatException>(() => PteModel.Read("m.pte", InOnnxRuntime())).Message, StringComparison.Ordinal);
    }

    /// <summary>What no array holds is refused before it is filled, whichever input it is.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Build_InputBeyondAllMemory_Refused(int place)
    {
        var plan = new PtePlanParts();
        int[] inputs = [.. Enumerable.Range(0, 3).Select(i => i == place ? plan.Tensor(PteScalarType.Float32, 1, 40_000, 40_000, 1) : plan.Tensor(PteScalarType.Float32, Sizes))];
        int output = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call("aten::add", inputs[(place + 1) % 3], inputs[(place + 2) % 3], plan.Number(1), output);
        string message = Assert.Throws<ModelFormatException>(() => plan.Build(inputs, [output])).Message;
        Assert.Contains($"input {place}: [1, 40000, 40000, 1] takes 6400000000 bytes", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WrongInputs_AllNamedAndTheCallsToo()
    {
        var plan = new PtePlanParts();
        int image = plan.Tensor(PteScalarType.Float32, 1, 3, 5, 7);
        int indices = plan.Tensor(PteScalarType.Int64, 4);
        int output = plan.Tensor(PteScalarType.Float32, 1, 3, 5, 7);
        int unbounded = plan.Add(new PteValue.Tensor(PteScalarType.Float32, [1, 1], null) { Problem = "has a shape that only a run knows" });
        plan.Call("aten::gelu", image, output);
        plan.Delegate("XnnpackBackend", indices, output);
        (IReadOnlyList<PteObstacle> obstacles, int unjudged) = PteNetworkBuilder.Probe("m.pte", plan.Made([image, indices, plan.Number(3), image, unbounded, 999], [output]));
        Assert.Equal(
            ["input 1", "input 2", "input 3", "input 4", "input 5", "instruction 0 (aten::gelu.out)", "instruction 1 (delegate 'XnnpackBackend')"], obstacles.Select(static obstacle => obstacle.Place));
        Assert.Equal(0, unjudged);
        Assert.Contains("is Int64; nearest supported form: a float32 input", obstacles[0].Fault.Message, StringComparison.Ordinal);
        Assert.Contains("is no tensor", obstacles[1].Fault.Message, StringComparison.Ordinal);
        Assert.Contains("is an input twice", obstacles[2].Fault.Message, StringComparison.Ordinal);
        Assert.Contains("only a run knows", obstacles[3].Fault.Message, StringComparison.Ordinal);
        Assert.Contains("names value 999", obstacles[4].Fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Two inputs, a constant and slices of both types.</summary>
    internal static Network Mixed()
    {
        var plan = new PtePlanParts();
        int first = plan.Tensor(PteScalarType.Float32, Sizes);
        int second = plan.Tensor(PteScalarType.Float32, Sizes);
        int sum = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call("aten::add", first, second, plan.Number(1), sum);
        int moved = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call("aten::sub", sum, plan.Reals([5, 1, 1], 1, -2, 3, -4, 5), plan.Number(1), moved);
        int[] parts = [plan.Tensor(PteScalarType.Float32, 2, 3, 3, 7), plan.Tensor(PteScalarType.Float32, 2, 2, 3, 7)];
        plan.Call("aten::split_with_sizes_copy", moved, plan.Ints(3, 2), plan.Number(1), plan.Add(new PteValue.TensorList(parts)));
        int levels = plan.Quantize(parts[0], isUnsigned: false, 2, 3, 3, 7);
        int cut = plan.Tensor(PteScalarType.Int8, 2, 3, 3, 4);
        plan.Call("aten::slice_copy", levels, plan.Number(3), plan.Number(2), plan.Number(6), plan.Number(1), cut);
        return plan.Build([first, second], [parts[1], cut]);
    }

    /// <summary>A file of operators that ONNX Runtime computes.</summary>
    internal static byte[] InOnnxRuntime()
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, Sizes);
        int rectified = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call("aten::relu", input, rectified);
        int scaled = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call("aten::mul", plan.Real(0.5), rectified, scaled);
        int limited = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call("aten::hardtanh", scaled, plan.Number(0), plan.Real(0.75), limited);
        int product = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call("aten::div", limited, rectified, product);
        int pooled = plan.Tensor(PteScalarType.Float32, 2, 5, 2, 3);
        plan.Call("aten::avg_pool2d", product, plan.Ints(2, 3), plan.Ints(1, 2), plan.Ints(0, 0), plan.Truth(false), plan.Truth(true), plan.None(), pooled);
        return new PteBytes().Write(plan.Made(input, pooled));
    }

    /// <summary>A file whose input are levels, with typed operators, channels last and a product by a constant.</summary>
    internal static byte[] OfLevels()
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.UInt8, 2, 9, 7, PtePlanParts.InChannels);
        int made = plan.Convolution("cadence::quantized_conv2d_nhwc_asym8uxsym8u_asym8u", input, isLast: true, isUnsigned: true, 2, change: 0, hasRankThreeWeights: false);
        int first = plan.Tensor(PteScalarType.UInt8, 2, PtePlanParts.InChannels, 4, 7);
        plan.Call("aten::permute_copy", made, plan.Ints(0, 3, 1, 2), first);
        int pooled = plan.Tensor(PteScalarType.UInt8, 2, PtePlanParts.InChannels, 1, 1);
        plan.Call("cadence::avg_pool2d", first, plan.Ints(4, 7), plan.Ints(), plan.Ints(0, 0), plan.Truth(false), plan.Truth(true), plan.None(),
            plan.Constant(PteScalarType.Int32, [1], BitConverter.GetBytes(149)), plan.Truth(false), pooled);
        int row = plan.Tensor(PteScalarType.UInt8, 2, PtePlanParts.InChannels);
        plan.Call("aten::view_copy", pooled, plan.Ints(2, 6), row);
        int product = plan.Tensor(PteScalarType.UInt8, 2, 3);
        plan.Call("cadence::quantized_matmul", row, plan.Number(149), plan.Constant(PteScalarType.UInt8, [3, PtePlanParts.InChannels], [.. Enumerable.Range(0, 18).Select(static i => (byte)(i * 14))]),
            plan.Number(131), plan.None(), plan.Number(1_500_000_000), plan.Number(-6), plan.Number(140), plan.Truth(true), product);
        return new PteBytes { IsInline = true }.Write(plan.Made(input, product));
    }

    /// <summary>a + b + c.</summary>
    private static Network ThreeInputs()
    {
        var plan = new PtePlanParts();
        int first = plan.Tensor(PteScalarType.Float32, Sizes);
        int second = plan.Tensor(PteScalarType.Float32, Sizes);
        int third = plan.Tensor(PteScalarType.Float32, Sizes);
        int sum = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call("aten::add", first, second, plan.Number(1), sum);
        int output = plan.Tensor(PteScalarType.Float32, Sizes);
        plan.Call("aten::add", sum, third, plan.Number(1), output);
        return plan.Build([first, second, third], [output]);
    }

    private static Network WithConstant()
    {
        var plan = new PtePlanParts();
        int first = plan.Tensor(PteScalarType.Float32, 1, 6);
        int second = plan.Tensor(PteScalarType.Float32, 1, 6);
        int sum = plan.Tensor(PteScalarType.Float32, 1, 6);
        plan.Call("aten::add", first, second, plan.Number(1), sum);
        int output = plan.Tensor(PteScalarType.Float32, 1, 6);
        plan.Call("aten::add", sum, plan.Reals([6], 1, -2, 3, -4, 5, -6), plan.Number(1), output);
        return plan.Build([first, second], [output]);
    }
}
