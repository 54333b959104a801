namespace TileProof.HwModel.Dma;

/// <summary>Bytes move only when the program waits for the transfer, or the ring needs its place.</summary>
public sealed class LandAtWait : LandingPolicy
{
    /// <inheritdoc/>
    public override string Name => "wait";

    internal override void Issued(DmaEngine engine, DmaTransfer transfer)
    {
    }

    internal override void Advance(DmaEngine engine)
    {
    }
}
