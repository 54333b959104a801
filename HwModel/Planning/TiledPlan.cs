using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Planning;

/// <summary>Tiles for the loop structure of the published programs.</summary>
public sealed record TiledPlan : DmaPlan
{
    /// <inheritdoc/>
    public override bool RunsOnPublishedPrograms(DspConfiguration configuration) => true;

    /// <inheritdoc/>
    public override string ToString() => base.ToString();
}
