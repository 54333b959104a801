using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Execution;

/// <summary>The system memory of a network: its activations, and the constants of every call, which stay from inference to inference.</summary>
internal sealed class NetworkMemory
{
    private readonly ActivationLayout layout;
    private readonly MemoryBuffer activations;
    private readonly Dictionary<OperatorCall, MemoryBuffer[]> constants = new(ReferenceEqualityComparer.Instance);

    /// <summary>Lays a network out and puts its constants in place.</summary>
    /// <param name="programs">The programs, and the machine.</param>
    /// <param name="network">The network.</param>
    /// <param name="calls">Its calls that run on the DSP.</param>
    /// <param name="keepsConstants">Whether constants stay where they are; else they are placed for the time of their call.</param>
    /// <param name="hasBytes">Whether the memory holds bytes; else it has addresses only.</param>
    /// <exception cref="OverflowException">The network takes more than 2^31 - 1 bytes.</exception>
    public NetworkMemory(PreparedPrograms programs, Network network, IReadOnlyList<OperatorCall> calls, bool keepsConstants, bool hasBytes)
    {
        // A program that leaves its buffers may write over constants.
        keepsConstants &= programs.Machine.OutOfBounds == OutOfBoundsBehavior.Fault;
        layout = new ActivationLayout(network);
        PreparedCall[] prepared = [.. calls.Select(programs.Of)];
        int constantBytes = keepsConstants
            ? checked(prepared.Sum(static call => call.ConstantBytes) + prepared.Select(static call => call.ScratchBytes).DefaultIfEmpty().Max())
            : prepared.Select(static call => checked(call.ConstantBytes + call.ScratchBytes)).DefaultIfEmpty().Max();
        System = new SystemMemory(checked(layout.TotalBytes + constantBytes), programs.Machine, hasBytes);
        activations = System.Allocate("activations", layout.TotalBytes);
        if (keepsConstants)
        {
            for (int i = 0; i < prepared.Length; i++)
            {
                constants[calls[i]] = prepared[i].PlaceConstants(System);
            }
        }
    }

    /// <summary>The memory.</summary>
    public SystemMemory System { get; }

    /// <summary>Where a value lies.</summary>
    public MemoryBuffer BufferOf(TensorInfo value) => activations.Slice(value.Name, layout.OffsetBytesOf(value), value.LengthBytes);

    /// <summary>Where the constants of a call lie; null where they are placed for the time of the call.</summary>
    public MemoryBuffer[]? ConstantsOf(OperatorCall call) => constants.GetValueOrDefault(call);
}
