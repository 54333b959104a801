using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>One thing that a program did; put into words only when a report needs it.</summary>
/// <param name="Kind">What.</param>
/// <param name="Subject">A <see cref="DmaTransfer"/>, <see cref="ComputeStep"/>, <see cref="DmaChannel"/>, <see cref="MemoryBuffer"/> or a text.</param>
/// <param name="Region">What is filled, written back or dropped.</param>
/// <param name="Number">What is left outstanding after a wait.</param>
internal readonly record struct MachineOperation(OperationKind Kind, object Subject, StridedRegion Region = default, int Number = 0)
{
    public string Describe() => Kind switch
    {
        OperationKind.Transfer => DescribeTransfer((DmaTransfer)Subject),
        OperationKind.Compute => $"compute {((ComputeStep)Subject).Kernel} {((ComputeStep)Subject).Tile}",
        OperationKind.Fill => $"fill of {Region}",
        OperationKind.EdgeFill => $"edge extension of {Region}",
        OperationKind.Wait => $"wait for channel {((DmaChannel)Subject).Index}" + (Number == 0 ? "" : $" down to {Number}"),
        OperationKind.Allocation => $"allocation of {Subject}",
        OperationKind.WriteBack => $"cache write-back of {Region}",
        OperationKind.Invalidate => $"cache invalidation of {Region}",
        _ => (string)Subject,
    };

    private static string DescribeTransfer(DmaTransfer transfer)
    {
        DmaDescriptor descriptor = transfer.Descriptor;
        return $"DMA channel {transfer.Channel.Index} '{descriptor.Purpose}' from {descriptor.Source} to {descriptor.Destination}";
    }
}
