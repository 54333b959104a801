namespace TileProof.HwModel.Dma;

/// <summary>How long a DMA transfer takes.</summary>
/// <remarks>The latency of a transfer overlaps with the data of the next one on the channel.</remarks>
public readonly record struct TransferTime
{
    /// <summary>Makes a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A part is negative or not a number.</exception>
    public TransferTime(double busyCycles, double latencyCycles = 0)
    {
        if (!(busyCycles >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(busyCycles), busyCycles, "A transfer takes no negative time.");
        }

        if (!(latencyCycles >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(latencyCycles), latencyCycles, "A latency is not negative.");
        }

        BusyCycles = busyCycles;
        LatencyCycles = latencyCycles;
    }

    /// <summary>Cycles in which the channel moves data and serves no other transfer.</summary>
    public double BusyCycles { get; }

    /// <summary>Cycles from the last byte on the channel until the transfer counts as done.</summary>
    public double LatencyCycles { get; }
}
