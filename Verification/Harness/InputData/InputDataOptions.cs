namespace TileProof.Verification.InputData;

/// <summary>Which files of the user take the place of the seeded images, and how their numbers become the network's input.</summary>
public sealed record InputDataOptions
{
    /// <summary>A file (.npy, .bin, .csv, IDX, .png, .jpg, .bmp) or a folder of such files.</summary>
    public required string Path { get; init; }

    /// <summary>A CSV or IDX file with the class of every image; null for the names of the folders that the files lie in, where they lie in some.</summary>
    public string? Labels { get; init; }

    /// <summary>Subtracted from every element: one number, or one a channel.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0f];

    /// <summary>What every element is divided by afterwards: one number, or one a channel, each above 0.</summary>
    public IReadOnlyList<float> Deviation { get; init; } = [1f];

    /// <summary>What happens to images of another size than the network's.</summary>
    public ResizeRule Resize { get; init; } = ResizeRule.None;

    /// <summary>The order of extents in .npy, .bin and .csv files.</summary>
    public DataLayout Layout { get; init; } = DataLayout.Nchw;

    /// <summary>The numbers of .bin files, which do not say so themselves; little-endian.</summary>
    public NumberType NumberType { get; init; } = NumberType.F32;

    /// <summary>The extents of one image in .bin files, in the order of <see cref="Layout"/>; null for those of the network's input.</summary>
    public IReadOnlyList<int>? Shape { get; init; }
}
