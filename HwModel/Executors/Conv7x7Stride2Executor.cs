namespace TileProof.HwModel.Executors;

/// <summary>The 7x7 kernel with stride 2.</summary>
internal sealed class Conv7x7Stride2Executor : Conv2dDmaExecutor
{
    /// <inheritdoc/>
    protected override bool AllocatesCoefficientsFirst => false;

    /// <inheritdoc/>
    protected override bool ExtendsEdges => true;

    /// <inheritdoc/>
    protected override bool ComputesFullLastTile => true;
}
