namespace TileProof.HwModel.Planning;

/// <summary>Which path of the modelled library computed an operator call (operator contract, section 10).</summary>
public enum OperatorPath
{
    /// <summary>The vector kernel on tiles that move by DMA through the local banks.</summary>
    Dma,

    /// <summary>The vector kernel on system memory through the cache.</summary>
    Direct,

    /// <summary>The portable kernel on system memory, without vector code.</summary>
    Portable,
}
