using TileProof.Golden.OnnxRuntime;
using TileProof.Operators.Calls;
using TileProof.Verification.Files;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;

namespace TileProof.Verification.Classification;

/// <summary><c>tileproof accuracy</c>: how many images a network classifies right, in float and in every quantized form.</summary>
public static class ClassificationRun
{
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

        ShardOptions? sharding = options.Settings.Sharding;
        ReportFolder? opened = sharding is { Merged: null } ? null : ReportFolder.Open(options.OutputFolder, "accuracy");
        NetworkSource source = NetworkSource.Load(options.Network, options.Settings);
        using InputData.InputImages files = source.Images!;
        IneffectiveOptions.Refuse(options.Settings, [source]);
        if (source.Network.Calls.FirstOrDefault(static call => call is OnnxFallbackCall) is { } foreign)
        {
            throw new UserInputException($"the accuracy of {source.Network.Name} cannot be measured: '{foreign.Name}' runs on the host, not on the DSP");
        }

        var images = new LabelledImages(files, source.Network.Input.Shape.Batch, source.Network.Output.Shape.ImageElementCount, options.ImageLimit);
        images.RequireLabels();
        progress.Say($"{source.Network.Name}: {images.Count} of {files.Description}");
        var measured = new ClassificationJobs(source, images, options, progress, cancellation);
        if (opened is not { } folder)
        {
            return Sharded(sharding!).Execute(options.OutputFolder, progress, output);
        }

        (ClassificationRow[] rows, LayerAccuracies? layers) = measured.Run(sharding is { } merging ? Sharded(merging).Merge() : JobSource.Everything)!.Value;
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

        ShardedRun Sharded(ShardOptions part) => new(part, ShardSettings.Of(options, source), engines: "", jobs => measured.Run(jobs));
    }
}
