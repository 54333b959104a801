namespace TileProof.HwModel.Executors;

/// <summary>The 1x1 kernel with stride 1.</summary>
internal sealed class Conv1x1Stride1Executor : Conv2dDmaExecutor
{
    /// <inheritdoc/>
    protected override bool AllocatesCoefficientsFirst => false;

    /// <inheritdoc/>
    protected override bool ExtendsEdges => false;

    /// <inheritdoc/>
    protected override bool ComputesFullLastTile => false;
}
