using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Networks;

/// <summary>Inputs of a network from a seed: images where it takes three channels, else numbers between -2 and 2.</summary>
public static class SeededInputs
{
    private const float Largest = 2f;

    /// <summary>Consecutive inputs.</summary>
    /// <param name="seed">Decides them all.</param>
    /// <param name="firstIndex">The first of them, 0 or more.</param>
    /// <param name="shape"><c>[N, C, H, W]</c>: N inputs are made.</param>
    /// <returns>float32 <c>[N, C, H, W]</c>.</returns>
    public static Tensor Create(ulong seed, int firstIndex, TensorShape shape)
    {
        if (shape.Channels == SeededImages.ChannelCount)
        {
            return new SeededImages(seed).CreateBatch(firstIndex, shape.Batch, shape.Height, shape.Width);
        }

        Tensor batch = Tensor.Create(shape, ElementType.Float32);
        Span<float> elements = batch.Float32;
        for (int n = 0; n < shape.Batch; n++)
        {
            CounterRandom random = CounterRandom.FromSeed(seed).Stream("inputs").Stream(firstIndex + n);
            for (int i = 0; i < shape.ImageElementCount; i++)
            {
                elements[(n * shape.ImageElementCount) + i] = random.Uniform(i, -Largest, Largest);
            }
        }

        return batch;
    }

    /// <summary>Inputs beside the first of a network, the same in every run.</summary>
    /// <param name="seed">Decides them all.</param>
    /// <param name="values">float32, in the order of the network.</param>
    public static NetworkInput[] CreateOthers(ulong seed, IEnumerable<TensorInfo> values) =>
        [.. values.Select((value, position) => new NetworkInput(value, Create(unchecked(seed + 1 + (ulong)position), 0, value.Shape)))];
}
