using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;
using TileProof.Verification.Sharding.Records;

namespace TileProof.Verification.Classification;

/// <summary>The jobs of <c>tileproof accuracy</c>: a batch of images in every form, the layers one by one, and a batch with the costliest layers in float.</summary>
/// <remarks>
/// The layers are one job, since each step of the list of layers to keep in float needs all images of the step before. Which layers the last batches
/// keep in float comes of it: a process that runs any of them judges the layers first, which is what their group costs.
/// </remarks>
internal sealed class ClassificationJobs
{
    private const int WorstLayers = 3;

    /// <summary>The float network and two choices of layers in float.</summary>
    private const int WaysWithLayersInFloat = 3;

    private readonly Network network;
    private readonly LabelledImages images;
    private readonly ClassificationOptions options;
    private readonly IProgressReporter progress;
    private readonly CancellationToken cancellation;
    private readonly Quantized[] forms;
    private readonly LabelledImages? sample;

    /// <summary>Takes what is measured.</summary>
    /// <param name="source">The network.</param>
    /// <param name="images">All images of the run.</param>
    /// <param name="options">What is measured on them.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Stops between images.</param>
    /// <exception cref="UserInputException">The network has no float form, or not the forms that are to be compared.</exception>
    public ClassificationJobs(NetworkSource source, LabelledImages images, ClassificationOptions options, IProgressReporter progress, CancellationToken cancellation)
    {
        network = source.Network;
        this.images = images;
        this.options = options;
        this.progress = progress;
        this.cancellation = cancellation;
        forms = [.. FormsOf(source, options)];
        sample = options.LayerImages > 0 ? images.Sample(options.LayerImages) : null;
    }

    /// <summary>Goes through the jobs.</summary>
    /// <param name="jobs">Where their results come from.</param>
    /// <returns>Every way to run the network, float first, and what single layers cost; null where only a part of the results is there.</returns>
    public (ClassificationRow[] Rows, LayerAccuracies? Layers)? Run(JobSource jobs)
    {
        Classifier[] ways = [.. ClassifiersOf()];
        ClassificationRow[]? rows = Measure(BatchStage("accuracy", ways.Length, $"accuracy {network.Name}", JobCosts.OfAccuracySetUp(network)), () => ways, jobs);
        if (sample is null)
        {
            return rows is null ? null : (rows, null);
        }

        JobBatch<Network, LayerAccuracies> judged = jobs.Assign(LayerStage, [network]);
        var layers = new Lazy<LayerAccuracies>(() => judged.Find(0)
            ?? GuiltyLayers.Find(forms[0], options.Settings.Derivation, sample.Batches, sample.BatchCount, options.WantedLossPoints, progress, cancellation));
        if (judged.Missing.Count > 0)
        {
            judged.Keep(0, layers.Value);
        }

        ClassificationRow[]? inFloat = Measure(
            BatchStage("accuracy-in-float", WaysWithLayersInFloat, LayerGroup, LayerCost), () => [.. WithLayersInFloat(layers.Value)], jobs);
        return rows is null ? null : ([.. rows, .. inFloat!.Skip(1)], layers.Value);
    }

    private string LayerGroup => $"accuracy-layers {network.Name}";

    private long LayerCost => JobCosts.OfLayerAccuracies(network, sample!.BatchCount);

    private JobStage<Network, LayerAccuracies> LayerStage => new()
    {
        JobOf = one => new Job($"accuracy-layers {one.Name}", 1, LayerGroup, LayerCost),
        Write = static layers => RecordJson.Write(layers, RecordJson.Default.LayerAccuracies),
        Read = static (_, line) => RecordJson.Read(line, RecordJson.Default.LayerAccuracies),
    };

    private JobStage<int, BatchScores> BatchStage(string name, int ways, string group, long groupCost)
    {
        long cost = JobCosts.OfClassifiedBatch(network, ways);
        return new()
        {
            JobOf = index => new Job(FormattableString.Invariant($"{name} {network.Name} {index}"), cost, group, groupCost),
            Write = static scores => RecordJson.Write(scores, RecordJson.Default.BatchScores),
            Read = static (_, line) => RecordJson.Read(line, RecordJson.Default.BatchScores),
        };
    }

    /// <summary>Runs every classifier over the batches that are this process's; the first classifier is the float network.</summary>
    /// <returns>Null where only a part of the batches is there.</returns>
    private ClassificationRow[]? Measure(JobStage<int, BatchScores> stage, Func<IReadOnlyList<Classifier>> classifiers, JobSource jobs)
    {
        JobBatch<int, BatchScores> batches = jobs.Assign(stage, [.. Enumerable.Range(0, images.BatchCount)]);
        if (!jobs.IsWhole && batches.Missing.Count == 0)
        {
            return null;
        }

        IReadOnlyList<Classifier> all = classifiers();
        try
        {
            if (!jobs.IsWhole)
            {
                Score(all, batches.Missing, batches.Keep);
                return null;
            }

            // What is measured here is added at once, so that no number of images is too many.
            ClassifierScore[] totals = [.. all.Select(static _ => new ClassifierScore())];
            Score(all, batches.Missing, (_, scores) => Add(scores));
            for (int index = 0; index < images.BatchCount && batches.Missing.Count == 0; index++)
            {
                Add(batches.Find(index)!);
            }

            return [.. all.Select((classifier, i) => ClassificationRow.Of(network.Name, classifier, totals[i], totals[0]))];

            void Add(BatchScores scores)
            {
                foreach ((ClassifierScore total, BatchScore score) in totals.Zip(scores.Ways))
                {
                    total.Add(score);
                }
            }
        }
        finally
        {
            foreach (Classifier classifier in all)
            {
                classifier.Dispose();
            }
        }
    }

    private void Score(IReadOnlyList<Classifier> all, IReadOnlyList<int> batches, Action<int, BatchScores> scored)
    {
        if (batches.Count == 0)
        {
            return;
        }

        var logits = new Tensor[all.Count];
        using IProgressActivity activity = progress.Begin($"{network.Name}: {batches.Count * network.Input.Shape.Batch} images, {all.Count} ways to run them", batches.Count);
        foreach (int index in batches)
        {
            (Tensor batch, int[] labels) = images.Read(index);
            Workers.ForEach(all.Count, static _ => 1, way => logits[way] = all[way].LogitsOf(batch), cancellation);
            scored(index, new BatchScores([.. logits.Select(one => BatchScore.Of(labels, logits[0], one))]));
            activity.Advance();
        }
    }

    /// <summary>The quantizations that are asked for, the default one first.</summary>
    private static IEnumerable<Quantized> FormsOf(NetworkSource source, ClassificationOptions options)
    {
        if (source.Model is not { } model)
        {
            return options.Compares.Where(static compared => compared != ComparedForms.Derivation).Take(1).ToArray() is [var other]
                ? throw new UserInputException($"--compare {ChoiceList.NameOf(other)} has no effect on {source.Network.Name}, which is quantized already; leave it out")
                : [new Quantized(FloatForm.Of(source.Network), source.Network, "of the file", "of the file")];
        }

        bool bothWeights = options.Compares.Contains(ComparedForms.PerChannel);
        bool[] perChannel = bothWeights ? [options.Settings.PerChannelWeights, !options.Settings.PerChannelWeights] : [options.Settings.PerChannelWeights];
        CalibrationMethod[] methods =
        [
            options.Settings.Calibration,
            .. options.Compares.Contains(ComparedForms.Calibration) ? Enum.GetValues<CalibrationMethod>().Where(method => method != options.Settings.Calibration) : [],
        ];
        return methods.SelectMany(method =>
        {
            Lazy<QuantizedModel> calibrated = method == options.Settings.Calibration
                ? model
                : new(() => NetworkSource.Load(options.Network, options.Settings with { Calibration = method, InputData = null }).Model!.Value);
            return perChannel.Select(channels => new Quantized(channels ? "per-channel" : "per-tensor", ChoiceList.NameOf(method), () =>
            {
                QuantizedModel made = calibrated.Value;
                return (made.Float, NetworkQuantizer.Quantize(made.Float, made.Calibration, new QuantizationOptions { PerChannelWeights = channels }));
            }));
        });
    }

    private IEnumerable<Classifier> ClassifiersOf()
    {
        yield return Classifier.OfFloat(forms[0]);
        ParameterDerivation[] derivations = options.Compares.Contains(ComparedForms.Derivation) ? Enum.GetValues<ParameterDerivation>() : [options.Settings.Derivation];
        foreach (Quantized form in forms)
        {
            yield return Classifier.OnOnnxRuntime(form, isExact: true);
            yield return Classifier.OnOnnxRuntime(form, isExact: false);
            yield return Classifier.OnGenericOperators(form);
            foreach (ParameterDerivation derivation in derivations)
            {
                yield return Classifier.OnDsp(form, derivation);
            }
        }
    }

    private IEnumerable<Classifier> WithLayersInFloat(LayerAccuracies layers)
    {
        yield return Classifier.OfFloat(forms[0]);
        yield return Classifier.OnMixedPrecision(forms[0], options.Settings.Derivation, [.. layers.Rows.Take(WorstLayers).Select(static row => row.Layer)]);
        if (layers.Steps.Count > 0)
        {
            yield return Classifier.OnMixedPrecision(forms[0], options.Settings.Derivation, [.. layers.Steps.Select(static step => step.Layer)]);
        }
    }
}
