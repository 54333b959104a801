namespace TileProof.HwModel.Dma;

/// <summary>Bytes move when the transfer is issued.</summary>
public sealed class LandAtIssue : LandingPolicy
{
    /// <inheritdoc/>
    public override string Name => "issue";

    internal override void Issued(DmaEngine engine, DmaTransfer transfer) => transfer.Land();

    internal override void Advance(DmaEngine engine)
    {
    }
}
