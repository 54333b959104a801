using TileProof.Kernels;
using TileProof.Kernels.Executors;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Kernels;

[Collection(SharedDevices.Name)]
public sealed class SoftmaxKernelTests(DeviceFixture devices)
{
    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Softmax_RowsOfEqualElements_AreExactShares(KernelDeviceKind kind)
    {
        foreach (DataParallelEngine engine in devices.Require(kind))
        {
            Assert.Equal([0.5f, 0.5f], Run(engine, 1, [3f, 3f]));
            Assert.Equal([1f, 1f, 1f], Run(engine, 3, [-7f, float.MaxValue, float.MinValue]));
            Assert.Equal([1f, 0f], Run(engine, 1, [0f, float.NegativeInfinity]));
            Assert.Equal([1f, 0f], Run(engine, 1, [0f, -88f])); // e^-88 is below 2^-126
        }
    }

    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Softmax_OneNaN_SpoilsItsRowOnly(KernelDeviceKind kind)
    {
        foreach (DataParallelEngine engine in devices.Require(kind))
        {
            float[] actual = Run(engine, 2, [1f, float.NaN, 1f, 2f, 2f, float.NegativeInfinity]);
            Assert.Equal([float.NaN, float.NaN, float.NaN, 0.5f, 0.5f, 0f], actual);
        }
    }

    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Softmax_AnyLength_IsNearTheRealFunction(KernelDeviceKind kind)
    {
        foreach (DataParallelEngine engine in devices.Require(kind))
        {
            for (int length = 1; length <= 35; length++)
            {
                float[] row = new RandomOperands(length).Float32(length, 10f);
                float[] actual = Run(engine, 1, row);
                // The difference of up to 20 is rounded by at most 2^-20, and four later steps by at most 2^-24 each.
                const double bound = (1.0 / (1 << 20)) + (4.0 / (1 << 24));
                double total = row.Sum(x => Math.Exp((double)x - row.Max()));
                for (int i = 0; i < length; i++)
                {
                    double expected = Math.Exp((double)row[i] - row.Max()) / total;
                    Assert.InRange(actual[i], expected * (1 - bound), expected * (1 + bound));
                }
            }
        }
    }

    private static float[] Run(DataParallelEngine engine, int rowCount, float[] elements)
    {
        TensorShape shape = TensorShape.FromMatrix(rowCount, elements.Length / rowCount);
        var call = new SoftmaxCall
        {
            Index = 0,
            Name = "softmax",
            Inputs = [new TensorInfo("x", shape, ElementType.Float32, null)],
            Output = new TensorInfo("y", shape, ElementType.Float32, null),
        };
        return engine.Run(call, [Tensor.FromFloat32(shape, elements)], ParameterDerivation.L1Norm).Float32.ToArray();
    }
}
