namespace TileProof.HwModel.Planning;

/// <summary>Applies a routing to the path that the modelled library would take.</summary>
internal static class PathSelection
{
    /// <summary>The path of an operator that has a tiled program for every size.</summary>
    public static OperatorPath Choose(OperatorRouting routing, OperatorPath published) => routing switch
    {
        OperatorRouting.Published => published,
        OperatorRouting.Direct => published == OperatorPath.Dma ? OperatorPath.Direct : published,
        OperatorRouting.Dma => OperatorPath.Dma,
        _ => throw new ArgumentOutOfRangeException(nameof(routing)),
    };
}
