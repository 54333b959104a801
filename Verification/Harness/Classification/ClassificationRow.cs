using TileProof.Verification.Accuracy;

namespace TileProof.Verification.Classification;

/// <summary>One row of <c>accuracy.csv</c> of <c>tileproof accuracy</c>: one way to run a network. Intervals hold with 95 %.</summary>
public sealed record ClassificationRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>What computed it.</summary>
    public required string Engine { get; init; }

    /// <summary>How weights are scaled; empty for float.</summary>
    public required string Weights { get; init; }

    /// <summary>How activation ranges were chosen; empty for float.</summary>
    public required string Calibration { get; init; }

    /// <summary>Images.</summary>
    public required int Images { get; init; }

    /// <summary>Images whose best class is theirs.</summary>
    public required int Top1Right { get; init; }

    /// <summary>Their share.</summary>
    public required double Top1 { get; init; }

    /// <summary>The lower end of its interval (Wilson).</summary>
    public required double Top1Low { get; init; }

    /// <summary>The upper end.</summary>
    public required double Top1High { get; init; }

    /// <summary>The share of images whose class is among the best five.</summary>
    public required double Top5 { get; init; }

    /// <summary>The lower end of its interval (Wilson).</summary>
    public required double Top5Low { get; init; }

    /// <summary>The upper end.</summary>
    public required double Top5High { get; init; }

    /// <summary>Top-1 less that of the float network on the same images.</summary>
    public required double DifferenceToFloat { get; init; }

    /// <summary>The lower end of its interval (Agresti and Min).</summary>
    public required double DifferenceLow { get; init; }

    /// <summary>The upper end.</summary>
    public required double DifferenceHigh { get; init; }

    /// <summary>Images that only the float network classifies right.</summary>
    public required int LostImages { get; init; }

    /// <summary>Images that only this one classifies right.</summary>
    public required int WonImages { get; init; }

    /// <summary>The probability of such a difference between equally good classifiers (McNemar, exact).</summary>
    public required double McNemarP { get; init; }

    /// <summary>The share of images with the float network's best class.</summary>
    public required double SameAsFloat { get; init; }

    /// <summary>Signal to noise of the outputs against the float network, in dB.</summary>
    public required double SqnrDecibels { get; init; }

    /// <summary>The row of a classifier.</summary>
    internal static ClassificationRow Of(string network, Classifier classifier, ClassifierScore score, ClassifierScore ofFloat)
    {
        var top1 = Interval.OfShare(score.Top1, score.Images);
        var top5 = Interval.OfShare(score.Top5, score.Images);
        (int won, int lost) = score.Against(ofFloat);
        var difference = Interval.OfPairedDifference(won, lost, score.Images);
        return new ClassificationRow
        {
            Network = network,
            Engine = classifier.Engine,
            Weights = classifier.Form?.Weights ?? "",
            Calibration = classifier.Form?.Calibration ?? "",
            Images = score.Images,
            Top1Right = score.Top1,
            Top1 = AccuracyRow.Round(top1.Estimate),
            Top1Low = AccuracyRow.Round(top1.Low),
            Top1High = AccuracyRow.Round(top1.High),
            Top5 = AccuracyRow.Round(top5.Estimate),
            Top5Low = AccuracyRow.Round(top5.Low),
            Top5High = AccuracyRow.Round(top5.High),
            DifferenceToFloat = AccuracyRow.Round(difference.Estimate),
            DifferenceLow = AccuracyRow.Round(difference.Low),
            DifferenceHigh = AccuracyRow.Round(difference.High),
            LostImages = lost,
            WonImages = won,
            McNemarP = AccuracyRow.Round(Interval.ProbabilityOfEqual(won, lost)),
            SameAsFloat = AccuracyRow.Round((double)score.AsFloat / score.Images),
            SqnrDecibels = AccuracyRow.Round(score.SignalToNoiseDecibels),
        };
    }
}
