using System.Globalization;

namespace TileProof.HwModel.Dma;

/// <summary>At every step of the program each channel moves nothing, some rows, or a whole transfer, drawn from a seed.</summary>
/// <remarks>Transfers of one channel keep their order; the two channels are independent.</remarks>
public sealed class LandAtRandom : LandingPolicy
{
    private readonly int seed;
    private readonly Random random;

    /// <summary>Makes a policy; the same seed gives the same moments on every machine.</summary>
    public LandAtRandom(int seed)
    {
        this.seed = seed;
#pragma warning disable CA5394 // a reproducible schedule is wanted, not a secure one
        random = new Random(seed);
    }

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"random:{seed}");

    internal override void Issued(DmaEngine engine, DmaTransfer transfer) => Advance(engine);

    internal override void Advance(DmaEngine engine)
    {
        foreach (DmaChannel channel in engine.Channels)
        {
            int remainingRows = channel.RemainingRowsOfNext();
            if (remainingRows == 0)
            {
                continue;
            }

            switch (random.Next(3))
            {
                case 0:
                    break;
                case 1:
                    channel.LandNext(1 + random.Next(remainingRows));
                    break;
                default:
                    channel.LandNext(remainingRows);
                    break;
            }
        }
    }
#pragma warning restore CA5394
}
