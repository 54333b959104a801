using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Quantization;
using TileProof.Kernels;
using TileProof.Kernels.Host;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Accuracy;

/// <summary>Measures how far quantized runs of a network are from the float network over seeded images.</summary>
public static class AccuracyRun
{
    /// <summary>Runs every variant over the images.</summary>
    /// <param name="source">The network, with its float form, and its images.</param>
    /// <param name="imageCount">Images, rounded up to whole batches.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static NetworkAccuracy Run(NetworkSource source, int imageCount, IProgressReporter progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageCount, 1);
        QuantizedModel model = source.Model?.Value ?? throw new ArgumentException($"{source.Network.Name} has no float form.", nameof(source));
        using var dataParallel = new DataParallelEngine(new HostExecutor(threadCount: 1));
        using var floatGolden = new FloatGolden(model.Float, model.Float.ValueNames);
        using var onnxInt8 = new OnnxRuntimeInt8Network(model.Quantized);
        VariantTotals[] variants =
        [
            new(new AccuracyVariant("onnxruntime-int8", onnxInt8.Run), model),
            new(AccuracyVariant.OnGenericOperators(model.Quantized), model),
            new(AccuracyVariant.OnSimulatedDsp(AccuracyVariant.DspL1Norm, model.Quantized, ParameterDerivation.L1Norm), model),
            new(AccuracyVariant.OnSimulatedDsp(AccuracyVariant.DspWorstCase, model.Quantized, ParameterDerivation.WorstCase), model),
        ];
        int batch = model.Quantized.Input.Shape.Batch;
        int batchCount = (imageCount + batch - 1) / batch;
        IReadOnlyDictionary<string, double> ownDecibels = new Dictionary<string, double>();
        using IProgressActivity activity = progress.Begin($"{model.Quantized.Name}: accuracy over {batchCount * batch} images", batchCount);
        for (int index = 0; index < batchCount; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor image = source.ImageBatch(index * batch);
            IReadOnlyDictionary<string, Tensor> floatValues = floatGolden.Run(image);
            var values = new IReadOnlyDictionary<string, Tensor>[variants.Length];
            Workers.ForEach(variants.Length, static _ => 1, variant => values[variant] = variants[variant].Variant.Run(image), cancellation);
            Workers.ForEach(
                variants.Length,
                static _ => 1,
                variant => variants[variant].Add(floatValues, values[variant], onnxInt8: values[0], generic: values[1]),
                cancellation);

            if (index == 0)
            {
                ownDecibels = OwnNoise.Measure(model, floatValues, dataParallel);
            }

            activity.Advance();
        }

        return new NetworkAccuracy(
            model.Quantized.Name, batchCount * batch, [.. variants.SelectMany(variant => variant.ToRows(batchCount * batch, ownDecibels))]);
    }
}
