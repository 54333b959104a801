using TileProof.Operators.Requantizing;
using TileProof.Operators;
using TileProof.Verification.Accuracy;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Classification;

/// <summary>Finds the layers that cost most accuracy on the DSP.</summary>
internal static class GuiltyLayers
{
    /// <summary>Layers tried at each step of the list; of the others each alone takes less noise away.</summary>
    private const int CandidatesPerStep = 6;

    /// <summary>Judges every layer in both ways, in one pass over the images: what stands before a layer is computed once an image.</summary>
    /// <param name="form">The network.</param>
    /// <param name="derivation">How its requantization is derived.</param>
    /// <param name="images">Batches with the classes of their images; read twice or more.</param>
    /// <param name="batchCount">How many batches.</param>
    /// <param name="wantedLossPoints">The loss of top-1 that ends the list of layers to keep in float.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static LayerAccuracies Find(
        Quantized form,
        ParameterDerivation derivation,
        IEnumerable<(Tensor Images, int[] Labels)> images,
        int batchCount,
        double wantedLossPoints,
        IProgressReporter progress,
        CancellationToken cancellation)
    {
        using var network = new MixedPrecisionNetwork(form, derivation);
        HashSet<string> all = [.. network.Layers];
        var ofFloat = new ClassifierScore();
        var ofInt8 = new ClassifierScore();
        Dictionary<string, ClassifierScore> onlyInt8 = network.Layers.ToDictionary(static layer => layer, static _ => new ClassifierScore(), StringComparer.Ordinal);
        Dictionary<string, ClassifierScore> onlyFloat = network.Layers.ToDictionary(static layer => layer, static _ => new ClassifierScore(), StringComparer.Ordinal);
        using (IProgressActivity activity = progress.Begin($"{form.Network.Name}: {network.Layers.Count} layers one by one", batchCount))
        {
            foreach ((Tensor batch, int[] labels) in images)
            {
                MixedRun inFloat = network.Run(batch, all);
                MixedRun inInt8 = network.Run(batch, new HashSet<string>());
                ofFloat.Add(labels, inFloat.Logits, inFloat.Logits);
                ofInt8.Add(labels, inFloat.Logits, inInt8.Logits);
                foreach (string layer in network.Layers)
                {
                    cancellation.ThrowIfCancellationRequested();
                    all.Remove(layer);
                    onlyInt8[layer].Add(labels, inFloat.Logits, network.Rerun(inFloat, layer, all).Logits);
                    all.Add(layer);
                    onlyFloat[layer].Add(labels, inFloat.Logits, network.Rerun(inInt8, layer, new HashSet<string> { layer }).Logits);
                }

                activity.Advance();
            }
        }

        LayerAccuracyRow[] rows =
        [
            .. network.Layers
                .OrderByDescending(layer => onlyInt8[layer].NoiseShare)
                .Select((layer, index) => RowOf(form, network, layer, index + 1, onlyInt8[layer], onlyFloat[layer], ofFloat, ofInt8)),
        ];
        var result = new LayerAccuracies(rows, ofFloat.Top1, ofInt8.Top1, [], wantedLossPoints);
        string[] candidates = [.. rows.OrderByDescending(static row => row.NoiseRemovedShare).Select(static row => row.Layer)];
        return KeepInFloat(network, result, candidates, images, batchCount, progress, cancellation);
    }

    /// <summary>Keeps one more layer in float at each step, that which leaves most images right, then least noise; until the loss is small enough.</summary>
    private static LayerAccuracies KeepInFloat(
        MixedPrecisionNetwork network,
        LayerAccuracies result,
        string[] candidates,
        IEnumerable<(Tensor Images, int[] Labels)> images,
        int batchCount,
        IProgressReporter progress,
        CancellationToken cancellation)
    {
        HashSet<string> all = [.. network.Layers];
        var kept = new HashSet<string>(StringComparer.Ordinal);
        while (!result.IsReached && kept.Count < Math.Min(ClassificationOptions.MaximumKeptLayers, candidates.Length))
        {
            string[] tried = [.. candidates.Where(layer => !kept.Contains(layer)).Take(CandidatesPerStep)];
            ClassifierScore[] scores = [.. tried.Select(static _ => new ClassifierScore())];
            using IProgressActivity activity = progress.Begin(FormattableString.Invariant($"layer {kept.Count + 1} to keep in float, of {tried.Length}"), batchCount);
            foreach ((Tensor batch, int[] labels) in images)
            {
                Tensor floatLogits = network.Run(batch, all).Logits;
                MixedRun before = network.Run(batch, kept);
                for (int i = 0; i < tried.Length; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    scores[i].Add(labels, floatLogits, network.Rerun(before, tried[i], new HashSet<string>(kept) { tried[i] }).Logits);
                }

                activity.Advance();
            }

            int best = Enumerable.Range(0, tried.Length).OrderByDescending(i => scores[i].Top1).ThenBy(i => scores[i].NoiseShare).First();
            kept.Add(tried[best]);
            result = result with { Steps = [.. result.Steps, new KeptLayer(tried[best], scores[best].Top1, AccuracyRow.Round(scores[best].SignalToNoiseDecibels))] };
        }

        return result;
    }

    private static LayerAccuracyRow RowOf(
        Quantized form, MixedPrecisionNetwork network, string layer, int rank, ClassifierScore onlyInt8, ClassifierScore onlyFloat, ClassifierScore ofFloat, ClassifierScore ofInt8) => new()
    {
        Network = form.Network.Name,
        Rank = rank,
        Layer = layer,
        ConfigKey = network.CallOf(layer).LayerKey,
        Images = ofFloat.Images,
        NoiseWhenOnlyInt8 = Math.Round(onlyInt8.NoiseShare, 7),
        SqnrWhenOnlyInt8 = AccuracyRow.Round(onlyInt8.SignalToNoiseDecibels),
        Top1WhenOnlyInt8 = onlyInt8.Top1,
        LostWhenOnlyInt8 = onlyInt8.Against(ofFloat).OnlyOther,
        Top1WhenOnlyFloat = onlyFloat.Top1,
        SqnrWhenOnlyFloat = AccuracyRow.Round(onlyFloat.SignalToNoiseDecibels),
        NoiseRemovedShare = AccuracyRow.Round(ofInt8.NoiseShare == 0 ? 0 : 1 - (onlyFloat.NoiseShare / ofInt8.NoiseShare)),
    };
}
