using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Comparison;
using TileProof.Verification.Options;

namespace TileProof.Verification.Accuracy;

/// <summary>What one variant of a network adds up to over all images.</summary>
internal sealed class VariantTotals(string variant, QuantizedModel model)
{
    private readonly ValueAccuracy accuracy = new(model);
    private readonly ClassAgreement withFloat = new();
    private readonly ClassAgreement withOnnxInt8 = new();
    private long comparedWithGeneric;
    private long equalToGeneric;

    /// <summary>Adds one batch of images.</summary>
    public void Add(
        IReadOnlyDictionary<string, Tensor> floatValues,
        IReadOnlyDictionary<string, Tensor> values,
        IReadOnlyDictionary<string, Tensor> onnxInt8,
        IReadOnlyDictionary<string, Tensor> generic)
    {
        accuracy.Add(floatValues, values);
        string output = model.Quantized.Output.Name;
        withFloat.Add(floatValues[ValueAccuracy.FloatNameOf(model.Quantized.Output)], values[output]);
        withOnnxInt8.Add(onnxInt8[output], values[output]);
        foreach (OperatorCall call in model.Quantized.Calls.Where(static call => call.Output.ElementType == ElementType.Int8))
        {
            var levels = LevelDifferences.Between(generic[call.Output.Name].Int8, values[call.Output.Name].Int8);
            equalToGeneric += levels.Equal;
            comparedWithGeneric += call.Output.Shape.ElementCount;
        }
    }

    /// <summary>What was added.</summary>
    public VariantSums Sums => new(accuracy.Sums, withFloat.Counts, withOnnxInt8.Counts, comparedWithGeneric, equalToGeneric);

    /// <summary>Adds what a batch of images gave.</summary>
    public void Add(VariantSums sums)
    {
        accuracy.Add(sums.Calls);
        withFloat.Add(sums.WithFloat);
        withOnnxInt8.Add(sums.WithOnnxInt8);
        comparedWithGeneric += sums.ComparedWithGeneric;
        equalToGeneric += sums.EqualToGeneric;
    }

    /// <summary>A row for every call and one for the network.</summary>
    public IEnumerable<AccuracyRow> ToRows(int imageCount, double[] ownDecibels)
    {
        foreach (OperatorCall call in model.Quantized.Calls)
        {
            AccuracyRow row = RowOf(accuracy.FiguresOf(call), imageCount) with
            {
                CallIndex = call.Index,
                Call = call.Name,
                Operator = ChoiceList.NameOf(call.Kind),
                ConfigKey = call.LayerKey,
            };
            yield return variant == AccuracyVariant.DspL1Norm ? row with { OwnSqnrDecibels = AccuracyRow.Round(ownDecibels[call.Index]) } : row;
        }

        yield return RowOf(accuracy.FiguresOf(model.Quantized.Calls[^1]), imageCount) with
        {
            Top1WithFloat = AccuracyRow.Round(withFloat.Top1),
            Top5WithFloat = AccuracyRow.Round(withFloat.Top5),
            Top1WithOnnxInt8 = AccuracyRow.Round(withOnnxInt8.Top1),
            EqualToGeneric = AccuracyRow.Round((double)equalToGeneric / comparedWithGeneric),
        };
    }

    private AccuracyRow RowOf(AccuracyFigures figures, int imageCount) => new()
    {
        Network = model.Quantized.Name,
        Variant = variant,
        CallIndex = -1,
        Call = AccuracyRow.WholeNetwork,
        Operator = "",
        ConfigKey = "",
        Images = imageCount,
        Elements = figures.Elements,
        SqnrDecibels = AccuracyRow.Round(figures.SignalToNoiseDecibels),
        LargestLevels = AccuracyRow.Round(figures.LargestLevels),
        MeanLevels = AccuracyRow.Round(figures.MeanLevels),
        EqualShare = AccuracyRow.Round(figures.EqualShare),
        OneLevelShare = AccuracyRow.Round(figures.OneLevelShare),
        TwoLevelShare = AccuracyRow.Round(figures.TwoLevelShare),
        MoreShare = AccuracyRow.Round(figures.MoreShare),
        CosineSimilarity = AccuracyRow.Round(figures.CosineSimilarity),
    };
}
