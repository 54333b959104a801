namespace TileProof.Verification.Classification;

/// <summary>What single layers cost, and which of them to keep in float.</summary>
/// <param name="Rows">The layers, the costliest first.</param>
/// <param name="FloatTop1">Images that the float network classifies right.</param>
/// <param name="Int8Top1">Images right with every layer in int8.</param>
/// <param name="Steps">The layers to keep in float, one more a step.</param>
/// <param name="WantedLossPoints">The loss of top-1, in percentage points, that ends the list.</param>
public sealed record LayerAccuracies(
    IReadOnlyList<LayerAccuracyRow> Rows, int FloatTop1, int Int8Top1, IReadOnlyList<KeptLayer> Steps, double WantedLossPoints)
{
    /// <summary>Whether the list gets there.</summary>
    public bool IsReached => LossPoints(Steps.Count > 0 ? Steps[^1].Top1 : Int8Top1) <= WantedLossPoints;

    /// <summary>The loss of top-1 against the float network, in percentage points.</summary>
    public double LossPoints(int top1) => 100.0 * (FloatTop1 - top1) / Rows[0].Images;
}
