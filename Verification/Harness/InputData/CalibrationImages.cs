using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;
using TileProof.Operators;

namespace TileProof.Verification.InputData;

/// <summary>The images that a network is calibrated over: files of the user, or seeded ones.</summary>
internal sealed class CalibrationImages : IDisposable
{
    /// <summary>The most files that are taken; of more, every n-th, since files of one class often lie together.</summary>
    public const int MaximumCount = 256;

    private readonly InputImages? files;
    private readonly Func<int, Tensor> read;

    private CalibrationImages(InputImages? files, int count, Func<int, Tensor> read)
    {
        this.files = files;
        this.read = read;
        Count = count;
    }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>All of them, each of the shape that the calibration runs.</summary>
    public IEnumerable<Tensor> All => Enumerable.Range(0, Count).Select(read);

    /// <summary>The images for a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">Files of the user; null for seeded images.</param>
    /// <param name="seeded">Seed and count of those.</param>
    /// <exception cref="Vectors.FixtureException">The files cannot be used.</exception>
    public static CalibrationImages For(FloatNetwork network, InputDataOptions? options, CalibrationOptions seeded)
    {
        TensorShape single = network.CalibrationForm.InputShape;
        if (options is null)
        {
            return new CalibrationImages(null, seeded.ImageCount, index => SeededInputs.Create(seeded.ImageSeed, index * single.Batch, single));
        }

        InputImages files = InputImages.Open(options, single);
        int count = Math.Max(Math.Min(files.Count / single.Batch, MaximumCount), 1);
        return new CalibrationImages(files, count, index => files.Read((int)((long)index * (files.Count - single.Batch + 1) / count), single.Batch));
    }

    /// <inheritdoc/>
    public void Dispose() => files?.Dispose();
}
