using System.Globalization;
using TileProof.Operators;

namespace TileProof.HwModel.Dma;

/// <summary>At every step of the program each channel moves nothing, some rows, or a whole transfer, drawn from a seed.</summary>
/// <remarks>Transfers of one channel keep their order; the two channels are independent.</remarks>
public sealed class LandAtRandom : LandingPolicy
{
    private readonly int seed;
    private readonly RandomSequence random;

    /// <summary>Makes a policy; the same seed gives the same moments on every machine.</summary>
    public LandAtRandom(int seed)
    {
        this.seed = seed;
        random = new RandomSequence(CounterRandom.FromSeed(unchecked((ulong)seed)).Stream("landing"));
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

            switch (random.Below(3))
            {
                case 0:
                    break;
                case 1:
                    channel.LandNext(1 + random.Below(remainingRows));
                    break;
                default:
                    channel.LandNext(remainingRows);
                    break;
            }
        }
    }
}
