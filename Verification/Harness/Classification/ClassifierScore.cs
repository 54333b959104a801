using TileProof.Operators;

namespace TileProof.Verification.Classification;

/// <summary>Counts how often a classifier is right, and how far its outputs are from those of the float network.</summary>
/// <remarks>Keeps one bit an image, so that two classifiers can be compared image by image.</remarks>
internal sealed class ClassifierScore
{
    private readonly List<bool> isRight = [];
    private double signalEnergy;
    private double noiseEnergy;

    /// <summary>Images.</summary>
    public int Images => isRight.Count;

    /// <summary>Images whose best class is theirs.</summary>
    public int Top1 { get; private set; }

    /// <summary>Images whose class is among the best five.</summary>
    public int Top5 { get; private set; }

    /// <summary>Images with the float network's best class.</summary>
    public int AsFloat { get; private set; }

    /// <summary>Energy of the difference to the float outputs over the energy of those; 0 where nothing differs.</summary>
    public double NoiseShare => signalEnergy == 0 ? (noiseEnergy == 0 ? 0 : double.PositiveInfinity) : noiseEnergy / signalEnergy;

    /// <summary>The same in dB: 10 log10(signal / noise); infinite where nothing differs.</summary>
    public double SignalToNoiseDecibels => noiseEnergy == 0 ? double.PositiveInfinity : 10 * Math.Log10(signalEnergy / noiseEnergy);

    /// <summary>Adds a batch of images.</summary>
    /// <param name="labels">The class of every image.</param>
    /// <param name="floatLogits">The float network's outputs.</param>
    /// <param name="logits">The classifier's outputs.</param>
    public void Add(ReadOnlySpan<int> labels, Tensor floatLogits, Tensor logits) => Add(BatchScore.Of(labels, floatLogits, logits));

    /// <summary>Adds a batch that was judged before. The energies of batches are added in the order of the calls, whoever judged them.</summary>
    public void Add(BatchScore batch)
    {
        isRight.AddRange(batch.IsRight);
        Top1 += batch.IsRight.Count(static right => right);
        Top5 += batch.Top5;
        AsFloat += batch.AsFloat;
        signalEnergy += batch.SignalEnergy;
        noiseEnergy += batch.NoiseEnergy;
    }

    /// <summary>Images that only this one, and that only the other one, classifies right.</summary>
    public (int OnlyThis, int OnlyOther) Against(ClassifierScore other)
    {
        int onlyThis = 0;
        int onlyOther = 0;
        for (int i = 0; i < isRight.Count; i++)
        {
            onlyThis += isRight[i] && !other.isRight[i] ? 1 : 0;
            onlyOther += other.isRight[i] && !isRight[i] ? 1 : 0;
        }

        return (onlyThis, onlyOther);
    }
}
