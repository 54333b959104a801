using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Kernels.Executors;
using TileProof.Kernels.Host;
using TileProof.Kernels.Ilgpu;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Kernels;

/// <summary>A small residual network as a whole and call by call.</summary>
[Collection(SharedDevices.Name)]
public sealed class NetworkRunTests(DeviceFixture devices)
{
    private static readonly QuantizationParameters Levels = QuantizationParameters.FromScale(0.1f, -4);

    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void RunNetwork_ResidualBlock_EqualsCallByCall(KernelDeviceKind kind)
    {
        Network network = ResidualBlock();
        using var host = new DataParallelEngine(new HostExecutor(1));
        foreach (DataParallelEngine engine in devices.Require(kind))
        {
            for (int image = 0; image < 2; image++)
            {
                Tensor input = new RandomOperands(image).Float32(network.Input.Shape, 8f);
                Assert.Equal(CallByCall(host, network, input).Bytes.ToArray(), engine.RunNetwork(network, input, ParameterDerivation.L1Norm).Bytes.ToArray());
            }
        }
    }

    [Fact]
    public void RunNetwork_AnyThreadCount_GivesTheSameBytes()
    {
        Network network = ResidualBlock();
        Tensor input = new RandomOperands(3).Float32(network.Input.Shape, 8f);
        byte[][] results = [.. ((int[])[1, 2, 5]).Select(threadCount =>
        {
            using var engine = new DataParallelEngine(new HostExecutor(threadCount));
            return engine.RunNetwork(network, input, ParameterDerivation.L1Norm).Bytes.ToArray();
        })];
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void Run_InputOfAnotherShape_IsRefused()
    {
        Network network = ResidualBlock();
        using var engine = new DataParallelEngine(new HostExecutor(1));
        Tensor wrong = Tensor.Create(TensorShape.FromMatrix(1, 2), ElementType.Float32);
        Assert.Throws<ArgumentException>(() => engine.Run(network.Calls[0], [wrong], ParameterDerivation.L1Norm));
        Assert.Throws<ArgumentException>(() => engine.Run(network.Calls[0], [], ParameterDerivation.L1Norm));
        Assert.Throws<ArgumentException>(() => engine.RunNetwork(network, wrong, ParameterDerivation.L1Norm));
    }

    [Fact]
    public void RunNetwork_SecondRun_UploadsNoConstants()
    {
        Network network = ResidualBlock();
        using var executor = (IlgpuExecutor)DeviceCatalog.Open(DeviceChoice.IlgpuCpu);
        using var engine = new DataParallelEngine(executor);
        Tensor input = new RandomOperands(4).Float32(network.Input.Shape, 8f);
        engine.RunNetwork(network, input, ParameterDerivation.L1Norm);
        int uploads = executor.ConstantUploadCount;
        Assert.Equal(4, uploads); // weights, bias, multiplier and correction of one convolution
        engine.RunNetwork(network, input, ParameterDerivation.L1Norm);
        Assert.Equal(uploads, executor.ConstantUploadCount);
    }

    private static Tensor CallByCall(DataParallelEngine engine, Network network, Tensor input)
    {
        var values = new Dictionary<TensorInfo, Tensor> { [network.Input] = input };
        foreach (OperatorCall call in network.Calls)
        {
            values[call.Output] = engine.Run(call, [.. call.Inputs.Select(info => values[info])], ParameterDerivation.L1Norm);
        }

        return values[network.Output];
    }

    /// <summary>quantize, convolve, dequantize, add the input.</summary>
    private static Network ResidualBlock()
    {
        Conv2dShape shape = Conv2dShape.Create(6, 9, 9, 6, 3, 3, 1, 1);
        var operands = new RandomOperands(11);
        var x = new TensorInfo("x", shape.InputShape(2), ElementType.Float32, null);
        var q = new TensorInfo("q", x.Shape, ElementType.Int8, Levels);
        var c = new TensorInfo("c", x.Shape, ElementType.Int8, Levels);
        var d = new TensorInfo("d", x.Shape, ElementType.Float32, null);
        var y = new TensorInfo("y", x.Shape, ElementType.Float32, null);
        return new Network(
            "residual",
            x,
            [
                new QuantizePerTensorCall { Index = 0, Name = "quantize", Inputs = [x], Output = q },
                new Conv2dCall
                {
                    Index = 1,
                    Name = "conv",
                    Inputs = [q],
                    Output = c,
                    Shape = shape,
                    Weights = operands.Int8(shape.WeightCount),
                    Bias = operands.Int32(shape.OutChannels, 1000),
                    WeightScales = [0.002f],
                },
                new DequantizePerTensorCall { Index = 2, Name = "dequantize", Inputs = [c], Output = d },
                new AddCall { Index = 3, Name = "add", Inputs = [d, x], Output = y },
            ]);
    }
}
