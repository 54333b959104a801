using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Execution;

/// <summary>Numbers that the driver puts into system memory before a call: weights, biases, scales.</summary>
/// <param name="Name">Such as <c>weights</c>.</param>
/// <param name="Values">int8, int32 or uint16 numbers.</param>
internal readonly record struct CallConstant(string Name, Array Values)
{
    /// <summary>The bytes that the numbers take.</summary>
    public int LengthBytes => Buffer.ByteLength(Values);

    /// <summary>Puts the numbers into memory, after what is allocated there.</summary>
    public MemoryBuffer Place(SystemMemory memory)
    {
        MemoryBuffer placed = memory.Allocate(Name, LengthBytes);
        if (memory.HasBytes)
        {
            MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(Values), LengthBytes).CopyTo(placed.Bytes);
        }

        return placed;
    }
}
