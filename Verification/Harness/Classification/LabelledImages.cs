using System.Globalization;
using TileProof.Operators;
using TileProof.Verification.InputData;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.Classification;

/// <summary>Batches of images with their classes, in order, or as many as wanted spread evenly over all.</summary>
internal sealed class LabelledImages
{
    private readonly InputImages images;
    private readonly int batch;
    private readonly int classCount;
    private readonly int limit;

    /// <summary>Takes the images of a network.</summary>
    /// <param name="images">All images.</param>
    /// <param name="batch">Images that the network takes at once.</param>
    /// <param name="classCount">Its classes.</param>
    /// <param name="limit">The most images; null for all.</param>
    /// <exception cref="UserInputException">No classes are known, or there are fewer images than a batch.</exception>
    public LabelledImages(InputImages images, int batch, int classCount, int? limit)
    {
        this.images = images;
        this.batch = batch;
        this.classCount = classCount;
        this.limit = Math.Min(limit ?? images.Count, images.Count);
        if (!images.HasLabels)
        {
            throw new UserInputException("the classes of the images are not known; give --labels FILE.csv, or a folder with a folder for each class");
        }

        if (BatchCount == 0)
        {
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"{this.limit} images are fewer than the network takes at once, {batch}; give more"));
        }
    }

    /// <summary>Whole batches.</summary>
    public int BatchCount => limit / batch;

    /// <summary>The images in them.</summary>
    public int Count => BatchCount * batch;

    /// <summary>Images that are left out, which do not fill a batch or are above the limit.</summary>
    public int LeftOut => images.Count - Count;

    /// <summary>The batches, read when they are asked for.</summary>
    public IEnumerable<(Tensor Images, int[] Labels)> Batches => Enumerable.Range(0, BatchCount).Select(Read);

    /// <summary>Fewer of them, spread evenly.</summary>
    public LabelledImages Sample(int count) => new(images, batch, classCount, Math.Min(count, limit));

    /// <summary>One batch.</summary>
    /// <exception cref="FixtureException">An image or its class cannot be used.</exception>
    public (Tensor Images, int[] Labels) Read(int index)
    {
        int first = FirstOf(index);
        return (images.Read(first, batch), LabelsOf(first));
    }

    /// <summary>Looks at the classes of all images before any is measured.</summary>
    /// <exception cref="FixtureException">A class is missing, or the network has none of that number.</exception>
    public void RequireLabels()
    {
        for (int index = 0; index < BatchCount; index++)
        {
            _ = LabelsOf(FirstOf(index));
        }
    }

    private int FirstOf(int index) => LeftOut < batch ? index * batch : (int)((long)index * (images.Count - batch + 1) / BatchCount);

    private int[] LabelsOf(int first)
    {
        var labels = new int[batch];
        for (int i = 0; i < batch; i++)
        {
            labels[i] = images.LabelOf(first + i);
            if (labels[i] >= classCount)
            {
                throw new FixtureException(images.PlaceOf(first + i), "label", string.Create(CultureInfo.InvariantCulture, $"{labels[i]}, expected 0 to {classCount - 1}: the network has {classCount} classes"));
            }
        }

        return labels;
    }
}
