namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Numbers the transfers of a program on their channels, and writes the waits that are still needed for one.</summary>
internal sealed class TransferTickets(TileProgramBuilder builder, int ringDepth)
{
    private readonly int[] issued = new int[2];
    private readonly int[] outstanding = new int[2];

    /// <summary>The number of the transfer that is issued next on a channel; waits first where the ring is full.</summary>
    public int Next(int channel)
    {
        if (outstanding[channel] == ringDepth)
        {
            Await(channel, issued[channel] - ringDepth + 1);
        }

        outstanding[channel]++;
        return ++issued[channel];
    }

    /// <summary>Waits until a transfer has finished, unless a wait before was for it too.</summary>
    public void Await(int channel, int ticket)
    {
        int allowed = issued[channel] - ticket;
        if (outstanding[channel] > allowed)
        {
            builder.Wait(channel, allowed);
            outstanding[channel] = allowed;
        }
    }

    /// <summary>Waits until all transfers of a channel have finished.</summary>
    public void AwaitAll(int channel) => Await(channel, issued[channel]);
}
