namespace TileProof.Verification.InputData;

/// <summary>A file with images, which are read one at a time.</summary>
internal interface IImageFile : IDisposable
{
    /// <summary>The images in it.</summary>
    int Count { get; }

    /// <summary>Reads one image. Images in ascending order are read fastest.</summary>
    /// <exception cref="Vectors.FixtureException">It cannot be read.</exception>
    RawImage Read(int index);

    /// <summary>The class that the file itself states for an image; null where it states none.</summary>
    int? LabelOf(int index) => null;
}
