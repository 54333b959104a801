using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Planning;

/// <summary>Where the values of a network lie in one block of system memory; a value gives its place up after its last reader, an output never.</summary>
/// <remarks>
/// Values are placed in the order in which they are written, each at the lowest offset where no live value lies. An output never
/// overlaps an input of its own call. Offsets are multiples of a cache line.
/// </remarks>
internal sealed class ActivationLayout
{
    private readonly Dictionary<TensorInfo, int> offsets = [];

    /// <summary>Lays a network out.</summary>
    /// <exception cref="OverflowException">The live values exceed 2^31 - 1 bytes.</exception>
    public ActivationLayout(Network network)
    {
        Dictionary<TensorInfo, int> lastReaders = LastReaders(network);
        var live = new List<Placed>();
        foreach (TensorInfo input in network.Inputs)
        {
            Place(input);
        }

        foreach (OperatorCall call in network.Calls)
        {
            Place(call.Output);
            live.RemoveAll(placed => lastReaders.GetValueOrDefault(placed.Value, -1) <= call.Index);
        }

        void Place(TensorInfo value)
        {
            int lengthBytes = SystemMemory.RoundUpToLine(value.LengthBytes);
            int offsetBytes = 0;
            int index = 0;
            for (; index < live.Count && live[index].OffsetBytes - offsetBytes < lengthBytes; index++)
            {
                offsetBytes = live[index].EndBytes;
            }

            int endBytes = checked(offsetBytes + lengthBytes);
            live.Insert(index, new Placed(value, offsetBytes, endBytes));
            offsets.Add(value, offsetBytes);
            TotalBytes = Math.Max(TotalBytes, endBytes);
        }
    }

    /// <summary>The bytes of the block.</summary>
    public int TotalBytes { get; private set; }

    /// <summary>The offset of a value in the block.</summary>
    /// <exception cref="KeyNotFoundException">The network has no such value.</exception>
    public int OffsetBytesOf(TensorInfo value) => offsets[value];

    private static Dictionary<TensorInfo, int> LastReaders(Network network)
    {
        var lastReaders = new Dictionary<TensorInfo, int>();
        foreach (OperatorCall call in network.Calls)
        {
            foreach (TensorInfo value in call.Inputs)
            {
                lastReaders[value] = call.Index;
            }
        }

        foreach (TensorInfo output in network.Outputs)
        {
            lastReaders[output] = network.Calls.Count;
        }

        return lastReaders;
    }

    private readonly record struct Placed(TensorInfo Value, int OffsetBytes, int EndBytes);
}
