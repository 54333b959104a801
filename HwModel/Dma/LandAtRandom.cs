using System.Globalization;
using TileProof.Operators;

namespace TileProof.HwModel.Dma;

/// <summary>At every step of the program each channel moves nothing, some rows, or a whole transfer, drawn from a seed.</summary>
/// <remarks>Transfers of one channel keep their order; the two channels are independent.</remarks>
/// <param name="seed">The same seed gives the same moments on every machine.</param>
public sealed class LandAtRandom(int seed) : LandingPolicy
{
    private readonly RandomSequence random = new(CounterRandom.FromSeed(unchecked((ulong)seed)).Stream("landing"));

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
