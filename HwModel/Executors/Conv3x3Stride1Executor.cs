namespace TileProof.HwModel.Executors;

/// <summary>The 3x3 kernel with stride 1.</summary>
internal sealed class Conv3x3Stride1Executor : Conv2dDmaExecutor
{
    /// <inheritdoc/>
    protected override bool AllocatesCoefficientsFirst => true;

    /// <inheritdoc/>
    protected override bool ExtendsEdges => true;

    /// <inheritdoc/>
    protected override bool ComputesFullLastTile => false;
}
