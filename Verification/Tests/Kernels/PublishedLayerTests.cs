using TileProof.Kernels;
using TileProof.Kernels.Executors;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Kernels;

/// <summary>The six layers that the vendor's simulator ran, on every device.</summary>
[Collection(SharedDevices.Name)]
public sealed class PublishedLayerTests(DeviceFixture devices)
{
    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Conv2d_PublishedLayers_EqualTheDeviceAndTheGenericKernel(KernelDeviceKind kind)
    {
        string? shared = RepositoryPaths.SharedFolder;
        Skip.If(shared is null, "the published vectors are not there");
        IReadOnlyList<DataParallelEngine> engines = devices.Require(kind);
        foreach (string folder in VectorFolder.FindLayers(Path.Combine(shared, "published", "iss_layers")))
        {
            LayerVector vector = LayerVectorReader.Read(folder);
            Conv2dCall call = CallOf(vector);
            Tensor input = Tensor.FromInt8(vector.Shape.InputShape(), vector.Input);
            Requantization derived = call.Requantize(ParameterDerivation.WorstCase);
            Assert.Equal(vector.AccumulatorShift, derived.AccumulatorShift);
            foreach (DataParallelEngine engine in engines)
            {
                Assert.Equal(vector.ExpectedOptimized, engine.Run(call, [input], ParameterDerivation.WorstCase).Int8.ToArray());
                Assert.Equal(vector.ExpectedGeneric, engine.Conv2dGeneric(call, input).Int8.ToArray());
            }
        }
    }

    private static Conv2dCall CallOf(LayerVector vector) => new()
    {
        Index = 0,
        Name = vector.Name,
        Inputs = [new TensorInfo("x", vector.Shape.InputShape(), ElementType.Int8, vector.InputQuantization)],
        Output = new TensorInfo("y", vector.Shape.OutputShape(), ElementType.Int8, vector.OutputQuantization),
        Shape = vector.Shape,
        Weights = vector.Weights,
        Bias = vector.Bias,
        WeightScales = [vector.BiasScale / vector.InputQuantization.Scale],
    };
}
