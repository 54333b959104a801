using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Kernels;

/// <summary>Operands from a fixed seed.</summary>
internal sealed class RandomOperands(int seed)
{
    private readonly Random random = new(seed);

    public Tensor Int8(TensorShape shape) => Tensor.FromInt8(shape, Int8(shape.ElementCount));

    public sbyte[] Int8(int count)
    {
        var values = new sbyte[count];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public int[] Int32(int count, int magnitude) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-magnitude, magnitude + 1))];

    public float[] Float32(int count, float magnitude) => [.. Enumerable.Range(0, count).Select(_ => ((random.NextSingle() * 2) - 1) * magnitude)];

    public Tensor Float32(TensorShape shape, float magnitude) => Tensor.FromFloat32(shape, Float32(shape.ElementCount, magnitude));

    /// <summary>Any bit pattern: subnormals, infinities and NaN among them.</summary>
    public float AnyFloat32() => BitConverter.Int32BitsToSingle(unchecked((int)random.NextInt64()));

    /// <summary>Shifts and multipliers that leave the outputs spread over the int8 range for sums of about as many random products as a channel has weights.</summary>
    public Requantization Requantization(Conv2dShape shape, bool perChannel, bool postCorrection)
    {
        int accumulatorShift = Math.Max(0, (int)Math.Log2(5461 * Math.Sqrt(shape.WeightsPerOutChannel)) - 12);
        return new Requantization
        {
            InputZeroPoint = random.Next(-128, 128),
            AccumulatorShift = accumulatorShift,
            OutputScales = [.. Enumerable.Range(0, perChannel ? shape.OutChannels : 1).Select(_ => (ushort)random.Next(20000, 65536))],
            OutputShift = 21,
            KernelBias = Int32(shape.OutChannels, 200_000),
            PostCorrection = postCorrection ? Int32(shape.OutChannels, 40) : [],
        };
    }
}
