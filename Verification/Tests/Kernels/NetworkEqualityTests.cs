using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.Kernels;
using TileProof.Kernels.Executors;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Options;

namespace TileProof.Tests.Kernels;

/// <summary>Both built-in networks at 64x64, every call on the golden's own input.</summary>
[Collection(SharedDevices.Name)]
public sealed class NetworkEqualityTests(DeviceFixture devices)
{
    private const ParameterDerivation Derivation = ParameterDerivation.L1Norm;

    [SkippableTheory]
    [InlineData("resnet18", KernelDeviceKind.Host)]
    [InlineData("resnet18", KernelDeviceKind.IlgpuCpu)]
    [InlineData("resnet18", KernelDeviceKind.OpenCl)]
    [InlineData("resnet18", KernelDeviceKind.Cuda)]
    [InlineData("resnet50", KernelDeviceKind.Host)]
    [InlineData("resnet50", KernelDeviceKind.IlgpuCpu)]
    [InlineData("resnet50", KernelDeviceKind.OpenCl)]
    [InlineData("resnet50", KernelDeviceKind.Cuda)]
    public void RunNetwork_BuiltIn_EveryCallEqualsTheGolden(string name, KernelDeviceKind kind)
    {
        Skip.If(
            kind == KernelDeviceKind.IlgpuCpu && !SlowTests.AreAsked,
            "a network on ILGPU's CPU accelerator takes a minute: ./run-verify.sh --test --slow");
        IReadOnlyList<DataParallelEngine> engines = devices.Require(kind);
        NetworkSource source = NetworkSource.Load(name, new VerifyOptions());
        Assert.Equal(TensorShape.FromNchw(1, 3, 64, 64), source.Network.Input.Shape);
        using var onnxRuntime = new OnnxRuntimeGolden();
        var oracle = new ScalarOracle();
        var values = new Dictionary<TensorInfo, Tensor> { [source.Network.Input] = source.FirstImage };
        foreach (OperatorCall call in source.Network.Calls)
        {
            // ONNX Runtime's softmax is another algorithm; the scalar oracle has the DSP's.
            Tensor[] inputs = [.. call.Inputs.Select(info => values[info])];
            IOperatorEngine golden = call is SoftmaxCall ? oracle : onnxRuntime;
            Tensor expected = golden.Run(call, inputs, Derivation);
            values[call.Output] = expected;
            foreach (DataParallelEngine engine in engines)
            {
                Assert.True(expected.Bytes.SequenceEqual(engine.Run(call, inputs, Derivation).Bytes), $"{call.Name} on {engine.Device}");
            }
        }

        foreach (DataParallelEngine engine in engines)
        {
            Tensor output = engine.RunNetwork(source.Network, source.FirstImage, Derivation);
            Assert.True(values[source.Network.Output].Bytes.SequenceEqual(output.Bytes), $"{name} as a whole on {engine.Device}");
        }
    }
}
