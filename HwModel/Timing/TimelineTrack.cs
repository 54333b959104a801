namespace TileProof.HwModel.Timing;

/// <summary>One lane of the timeline.</summary>
public enum TimelineTrack
{
    /// <summary>DMA channel 0.</summary>
    Dma0,

    /// <summary>DMA channel 1.</summary>
    Dma1,

    /// <summary>The core.</summary>
    Core,
}
