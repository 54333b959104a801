using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;

namespace TileProof.Golden.Quantization;

/// <summary>Finds the range of every value by running the float network in ONNX Runtime over seeded images.</summary>
public static class Calibrator
{
    /// <summary>Calibrates a network over seeded images; the ranges do not depend on its batch size.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or the network does not read images of 3 channels.</exception>
    public static Calibration Calibrate(FloatNetwork network, CalibrationOptions? options = null, int threadCount = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new CalibrationOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ImageCount, 1);
        if (network.InputShape.Channels != SeededImages.ChannelCount)
        {
            throw new ArgumentException($"Seeded images have {SeededImages.ChannelCount} channels; {network.Name} reads {network.InputShape}.", nameof(network));
        }

        var images = new SeededImages(options.ImageSeed);
        return Calibrate(
            network,
            Enumerable.Range(0, options.ImageCount).Select(i => images.Create(i, network.InputShape.Height, network.InputShape.Width)),
            options,
            threadCount);
    }

    /// <summary>Calibrates a network over images of the caller, each of the shape that <see cref="FloatNetwork.CalibrationForm"/> reads.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">As many as <see cref="CalibrationOptions.ImageCount"/> says.</param>
    /// <param name="options">How ranges are chosen.</param>
    /// <param name="threadCount">Threads inside one operator.</param>
    /// <exception cref="ArgumentException">There is no image, or one does not fit the network.</exception>
    /// <exception cref="NotFiniteNumberException">A value holds NaN or infinities, one line.</exception>
    public static Calibration Calibrate(FloatNetwork network, IEnumerable<Tensor> images, CalibrationOptions options, int threadCount = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Percentile, 50);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Percentile, 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ImageCount, 1);
        FloatNetwork single = network.CalibrationForm;
        Dictionary<string, ValueObserver> observers = single.ValueNames.ToDictionary(
            name => name, name => new ValueObserver(name, options.Method, options.ImageCount), StringComparer.Ordinal);
        using var golden = new FloatGolden(single, single.ValueNames, threadCount);
        int imageCount = 0;
        foreach (Tensor image in images)
        {
            imageCount++;
            foreach ((string name, Tensor value) in golden.Run(image))
            {
                observers[name].Observe(value.Float32);
            }
        }

        ArgumentOutOfRangeException.ThrowIfZero(imageCount, nameof(images));
        return new Calibration(
            observers.ToDictionary(entry => entry.Key, entry => entry.Value.Choose(options).RoundOutward(), StringComparer.Ordinal),
            golden.Settings);
    }
}
