using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Dma;

/// <summary>Bytes move when a clock says: transfers of a channel follow each other while the core fills and computes.</summary>
/// <remarks>A transfer lands as a whole when its last byte has arrived.</remarks>
/// <param name="clock">How long everything takes.</param>
public sealed class LandAtModelledTime(IMachineClock clock) : LandingPolicy
{
    private readonly Dictionary<DmaTransfer, double> arrivals = [];
    private readonly double[] channelFree = new double[2];
    private double now;

    /// <inheritdoc/>
    public override string Name => "modelled";

    internal override void Issued(DmaEngine engine, DmaTransfer transfer)
    {
        TransferTime time = clock.TransferTime(transfer.Descriptor.Source.TotalBytes, isStore: transfer.Descriptor.Destination.Buffer.Space is SystemMemory);
        ref double free = ref channelFree[transfer.Channel.Index];
        free = Math.Max(free, now) + time.BusyCycles;
        arrivals.Add(transfer, free + time.LatencyCycles);
    }

    internal override void Advance(DmaEngine engine)
    {
        foreach (DmaChannel channel in engine.Channels)
        {
            foreach (DmaTransfer transfer in channel.Outstanding)
            {
                if (!transfer.HasLanded && arrivals[transfer] <= now)
                {
                    transfer.Land();
                }
            }
        }
    }

    internal override void Retired(DmaTransfer transfer)
    {
        now = Math.Max(now, arrivals[transfer]);
        arrivals.Remove(transfer);
    }

    internal override void Filled(in FillStep step) => now += clock.FillCycles(step.Region.TotalBytes);

    internal override void Computed(ComputeStep step) => now += clock.ComputeCycles(step);
}
