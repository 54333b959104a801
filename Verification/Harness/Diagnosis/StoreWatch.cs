using System.Runtime.InteropServices;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Diagnosis;

/// <summary>Compares each output tile with the device as soon as it is stored, and stops the run at the first one that differs.</summary>
/// <param name="device">What is known of the device.</param>
/// <param name="planeElements">Elements of one channel of the output.</param>
/// <param name="requantization">Whose correction follows the kernel.</param>
internal sealed class StoreWatch(DeviceValues device, int planeElements, Requantization requantization) : MachineObserver
{
    private const string OutputTensor = "output";

    private readonly List<DmaTransfer> stores = [];
    private readonly List<(int Element, sbyte Value)> contradictions = [];

    /// <summary>The elements of the first stored tile that differ from the device, with what was stored; empty where none differs so far.</summary>
    public IReadOnlyList<(int Element, sbyte Value)> Contradictions => contradictions;

    /// <inheritdoc/>
    public override void TransferIssued(DmaTransfer transfer)
    {
        Check();
        if (transfer.Descriptor.Destination.Buffer is { Label: OutputTensor, Space: SystemMemory })
        {
            stores.Add(transfer);
        }
    }

    /// <inheritdoc/>
    public override void Waited(DmaChannel channel, int outstandingCount) => Check();

    /// <inheritdoc/>
    public override void Computing(ComputeStep step) => Check();

    private void Check()
    {
        for (int i = 0; i < stores.Count; i++)
        {
            if (stores[i].HasLanded)
            {
                Compare(stores[i].Descriptor.Destination);
                stores.RemoveAt(i--);
            }
        }

        if (contradictions.Count > 0)
        {
            throw new OperationCanceledException("the stored tile differs from the device's");
        }
    }

    private void Compare(in StridedRegion stored)
    {
        Span<sbyte> output = MemoryMarshal.Cast<byte, sbyte>(stored.Buffer.Bytes);
        for (int row = 0; row < stored.RowCount * stored.PlaneCount; row++)
        {
            int start = stored.RowStartInSpace(row) - stored.Buffer.OffsetBytes;
            int end = Math.Min(start + stored.RowBytes, device.KnownCount);
            if (start >= end || (!requantization.HasPostCorrection && output[start..end].SequenceEqual(device.Levels.AsSpan(start, end - start))))
            {
                continue;
            }

            for (int element = start; element < end; element++)
            {
                int channel = element / planeElements % requantization.KernelBias.Length;
                sbyte value = (sbyte)Math.Clamp(output[element] + requantization.PostCorrectionOf(channel), sbyte.MinValue, sbyte.MaxValue);
                if (value != device.Levels[element])
                {
                    contradictions.Add((element, value));
                }
            }
        }
    }
}
