using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Files;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Classification;

/// <summary><c>tileproof accuracy</c>: how many images a network classifies right, in float and in every quantized form.</summary>
public static class ClassificationRun
{
    private const int WorstLayers = 3;

    /// <summary>Measures, writes the reports and prints the table.</summary>
    /// <param name="options">What to measure.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the summary for people.</param>
    /// <param name="cancellation">Stops the run between images.</param>
    /// <returns>An exit code of <see cref="ExitCode"/>; accuracy is reported, not judged.</returns>
    /// <exception cref="UserInputException">The network has no float form, or the images have no classes.</exception>
    /// <exception cref="Vectors.FixtureException">An image or a class cannot be used.</exception>
    public static int Execute(ClassificationOptions options, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(output);
        if (options.Settings.InputData is null)
        {
            throw new UserInputException("accuracy is measured on images with classes; give --input-data, and --labels where their folders do not name the classes");
        }

        ReportFolder folder = ReportFolder.Open(options.OutputFolder, "accuracy");
        NetworkSource source = NetworkSource.Load(options.Network, options.Settings);
        using InputData.InputImages files = source.Images!;
        IneffectiveOptions.Refuse(options.Settings, [source]);
        if (source.Network.Calls.FirstOrDefault(static call => call is OnnxFallbackCall) is { } foreign)
        {
            throw new UserInputException($"the accuracy of {source.Network.Name} cannot be measured: '{foreign.Name}' runs on the host, not on the DSP");
        }

        var images = new LabelledImages(files, source.Network.Input.Shape.Batch, source.Network.Output.Shape.ImageElementCount, options.ImageLimit);
        progress.Say($"{source.Network.Name}: {images.Count} of {files.Description}");
        Quantized[] forms = [.. FormsOf(source, options)];
        ClassificationRow[] rows = Measure(source.Network.Name, ClassifiersOf(forms, options), images, progress, cancellation);
        LayerAccuracies? layers = null;
        if (options.LayerImages > 0)
        {
            LabelledImages sample = images.Sample(options.LayerImages);
            layers = GuiltyLayers.Find(forms[0], options.Settings.Derivation, sample.Batches, sample.BatchCount, options.WantedLossPoints, progress, cancellation);
            rows = [.. rows, .. Measure(source.Network.Name, WithLayersInFloat(forms[0], options.Settings.Derivation, layers), images, progress, cancellation).Skip(1)];
        }

        var report = new ClassificationReport
        {
            Rows = rows,
            Layers = layers,
            Images = files.Description,
            LeftOut = images.LeftOut,
            Versions = VersionInfo.OfThisProcess(OnnxRuntimeSession.LibraryVersion).ToString(),
            Settings = options.Settings.SettingsOf([source]),
        };
        report.Publish(folder, output);
        folder.Complete(progress);
        return ExitCode.Proven;
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
            QuantizedModel calibrated = method == options.Settings.Calibration
                ? model.Value
                : NetworkSource.Load(options.Network, options.Settings with { Calibration = method, InputData = null }).Model!.Value;
            return perChannel.Select(channels => new Quantized(
                calibrated.Float,
                NetworkQuantizer.Quantize(calibrated.Float, calibrated.Calibration, new QuantizationOptions { PerChannelWeights = channels }),
                channels ? "per-channel" : "per-tensor",
                ChoiceList.NameOf(method)));
        });
    }

    private static IEnumerable<Classifier> ClassifiersOf(Quantized[] forms, ClassificationOptions options)
    {
        yield return Classifier.OfFloat(forms[0].Float);
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

    private static IEnumerable<Classifier> WithLayersInFloat(Quantized form, ParameterDerivation derivation, LayerAccuracies layers)
    {
        yield return Classifier.OfFloat(form.Float);
        yield return Classifier.OnMixedPrecision(form, derivation, [.. layers.Rows.Take(WorstLayers).Select(static row => row.Layer)]);
        if (layers.Steps.Count > 0)
        {
            yield return Classifier.OnMixedPrecision(form, derivation, [.. layers.Steps.Select(static step => step.Layer)]);
        }
    }

    /// <summary>Runs every classifier over all images; the first is the float network.</summary>
    private static ClassificationRow[] Measure(
        string network, IEnumerable<Classifier> classifiers, LabelledImages images, IProgressReporter progress, CancellationToken cancellation)
    {
        var all = new List<Classifier>();
        try
        {
            all.AddRange(classifiers);
            ClassifierScore[] scores = [.. all.Select(static _ => new ClassifierScore())];
            var logits = new Tensor[all.Count];
            using IProgressActivity activity = progress.Begin($"{network}: {images.Count} images, {all.Count} ways to run them", images.BatchCount);
            foreach ((Tensor batch, int[] labels) in images.Batches)
            {
                Workers.ForEach(all.Count, static _ => 1, index => logits[index] = all[index].LogitsOf(batch), cancellation);
                for (int i = 0; i < all.Count; i++)
                {
                    scores[i].Add(labels, logits[0], logits[i]);
                }

                activity.Advance();
            }

            return [.. all.Select((classifier, i) => ClassificationRow.Of(network, classifier, scores[i], scores[0]))];
        }
        finally
        {
            all.ForEach(static classifier => classifier.Dispose());
        }
    }
}
