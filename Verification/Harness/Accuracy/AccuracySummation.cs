using TileProof.Golden.Quantization;

namespace TileProof.Verification.Accuracy;

/// <summary>Adds batches of images in their order, whoever measured them: sums of floating point depend on it.</summary>
/// <param name="model">The network.</param>
/// <param name="variants">The names of the variants, in the order of <see cref="BatchAccuracy.Variants"/>.</param>
internal sealed class AccuracySummation(QuantizedModel model, IReadOnlyList<string> variants)
{
    private readonly VariantTotals[] totals = [.. variants.Select(name => new VariantTotals(name, model))];
    private double[]? ownDecibels;

    /// <summary>Adds the next batch.</summary>
    public void Add(BatchAccuracy batch)
    {
        ownDecibels ??= batch.OwnDecibels;
        foreach ((VariantTotals sum, VariantSums added) in totals.Zip(batch.Variants))
        {
            sum.Add(added);
        }
    }

    /// <summary>The figures over all batches.</summary>
    public NetworkAccuracy ToAccuracy(int imageCount) =>
        new(model.Quantized.Name, imageCount, [.. totals.SelectMany(sum => sum.ToRows(imageCount, ownDecibels!))]);
}
