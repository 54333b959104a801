using TileProof.HwModel.Dma;

namespace TileProof.HwModel.Faults;

/// <summary>Gives transfers of one purpose to the other channel.</summary>
internal sealed class ChannelFault(string purpose) : FaultInjector
{
    public override bool Issuing(ref int channel, ref DmaDescriptor descriptor)
    {
        if (descriptor.Purpose.StartsWith(purpose, StringComparison.Ordinal))
        {
            channel = 1 - channel;
            ChangeCount++;
        }

        return true;
    }
}
