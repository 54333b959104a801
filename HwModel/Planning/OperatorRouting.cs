namespace TileProof.HwModel.Planning;

/// <summary>How the path of an operator call is chosen.</summary>
public enum OperatorRouting
{
    /// <summary>As the modelled library does, by type, size and banks (operator contract, section 10).</summary>
    Published,

    /// <summary>Never by DMA: the direct or cache path wherever there is one.</summary>
    Direct,

    /// <summary>By DMA wherever a tiled program exists and its buffers fit, also below the published size limits.</summary>
    Dma,
}
