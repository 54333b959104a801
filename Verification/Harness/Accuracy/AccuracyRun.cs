using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Quantization;
using TileProof.Kernels;
using TileProof.Kernels.Host;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;
using TileProof.Verification.Sharding.Records;

namespace TileProof.Verification.Accuracy;

/// <summary>Measures how far quantized runs of a network are from the float network over seeded images.</summary>
public static class AccuracyRun
{
    private const string OnnxInt8Name = "onnxruntime-int8";

    private static readonly string[] VariantNames = [OnnxInt8Name, AccuracyVariant.GenericOperators, AccuracyVariant.DspL1Norm, AccuracyVariant.DspWorstCase];

    /// <summary>Runs every variant over the images.</summary>
    /// <param name="source">The network, with its float form, and its images.</param>
    /// <param name="imageCount">Images, rounded up to whole batches.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static NetworkAccuracy Run(NetworkSource source, int imageCount, IProgressReporter progress, CancellationToken cancellation) =>
        Run(source, imageCount, JobSource.Everything, progress, cancellation)!;

    /// <summary>The same from a source of results; null where only a part of them is there.</summary>
    internal static NetworkAccuracy? Run(NetworkSource source, int imageCount, JobSource jobs, IProgressReporter progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageCount, 1);
        Network network = source.Network;
        int batch = network.Input.Shape.Batch;
        int batchCount = (imageCount + batch - 1) / batch;
        JobBatch<int, BatchAccuracy> batches = jobs.Assign(StageOf(network), [.. Enumerable.Range(0, batchCount)]);
        if (!jobs.IsWhole && batches.Missing.Count == 0)
        {
            return null;
        }

        QuantizedModel model = source.Model?.Value ?? throw new ArgumentException($"{network.Name} has no float form.", nameof(source));
        if (!jobs.IsWhole)
        {
            Measure(source, model, batches.Missing, batches.Keep, progress, cancellation);
            return null;
        }

        // What is measured here is added at once, so that no number of images is too many.
        var sums = new AccuracySummation(model, VariantNames);
        Measure(source, model, batches.Missing, (_, accuracy) => sums.Add(accuracy), progress, cancellation);
        for (int index = 0; index < batchCount && batches.Missing.Count == 0; index++)
        {
            sums.Add(batches.Find(index)!);
        }

        return sums.ToAccuracy(batchCount * batch);
    }

    private static JobStage<int, BatchAccuracy> StageOf(Network network)
    {
        long cost = JobCosts.OfAccuracyBatch(network);
        long setUp = JobCosts.OfAccuracySetUp(network);
        return new()
        {
            JobOf = index => new Job(FormattableString.Invariant($"accuracy {network.Name} {index}"), cost, $"accuracy {network.Name}", setUp),
            Write = static accuracy => RecordJson.Write(accuracy, RecordJson.Default.BatchAccuracy),
            Read = static (_, line) => RecordJson.Read(line, RecordJson.Default.BatchAccuracy),
        };
    }

    private static void Measure(
        NetworkSource source, QuantizedModel model, IReadOnlyList<int> batches, Action<int, BatchAccuracy> measured, IProgressReporter progress, CancellationToken cancellation)
    {
        if (batches.Count == 0)
        {
            return;
        }

        using var dataParallel = new DataParallelEngine(new HostExecutor(threadCount: 1));
        using var floatGolden = new FloatGolden(model.Float, model.Float.ValueNames);
        using var onnxInt8 = new OnnxRuntimeInt8Network(model.Quantized);
        AccuracyVariant[] variants =
        [
            new AccuracyVariant(OnnxInt8Name, onnxInt8.Run),
            AccuracyVariant.OnGenericOperators(model.Quantized),
            AccuracyVariant.OnSimulatedDsp(AccuracyVariant.DspL1Norm, model.Quantized, ParameterDerivation.L1Norm),
            AccuracyVariant.OnSimulatedDsp(AccuracyVariant.DspWorstCase, model.Quantized, ParameterDerivation.WorstCase),
        ];
        int batch = model.Quantized.Input.Shape.Batch;
        using IProgressActivity activity = progress.Begin($"{model.Quantized.Name}: accuracy over {batches.Count * batch} images", batches.Count);
        foreach (int index in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor image = source.ImageBatch(index * batch);
            IReadOnlyDictionary<string, Tensor> floatValues = floatGolden.Run(image);
            var values = new IReadOnlyDictionary<string, Tensor>[variants.Length];
            Workers.ForEach(variants.Length, static _ => 1, variant => values[variant] = variants[variant].Run(image), cancellation);
            var sums = new VariantSums[variants.Length];
            Workers.ForEach(
                variants.Length,
                static _ => 1,
                variant =>
                {
                    var totals = new VariantTotals(variants[variant].Name, model);
                    totals.Add(floatValues, values[variant], onnxInt8: values[0], generic: values[1]);
                    sums[variant] = totals.Sums;
                },
                cancellation);
            measured(index, new BatchAccuracy(sums, index == 0 ? OwnNoise.Measure(model, floatValues, dataParallel) : null));
            activity.Advance();
        }
    }
}
