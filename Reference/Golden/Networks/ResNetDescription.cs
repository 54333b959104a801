namespace TileProof.Golden.Networks;

/// <summary>What tells one ResNet from another: the block and how often each stage repeats it.</summary>
/// <param name="Name">The network's name, as torchvision writes it.</param>
/// <param name="Block">The residual block.</param>
/// <param name="BlocksPerStage">The block count of the stages with 64, 128, 256 and 512 inner channels.</param>
public sealed record ResNetDescription(string Name, ResNetBlock Block, IReadOnlyList<int> BlocksPerStage)
{
    /// <summary>The classes of the last layer.</summary>
    public const int ClassCount = 1000;

    /// <summary>Output channels of the first convolution and inner channels of the first stage.</summary>
    public const int StemChannels = 64;

    /// <summary>Every network known by name.</summary>
    public static IReadOnlyList<ResNetDescription> All { get; } =
    [
        new("resnet18", ResNetBlock.Basic, [2, 2, 2, 2]),
        new("resnet34", ResNetBlock.Basic, [3, 4, 6, 3]),
        new("resnet50", ResNetBlock.Bottleneck, [3, 4, 6, 3]),
        new("resnet101", ResNetBlock.Bottleneck, [3, 4, 23, 3]),
    ];

    /// <summary>Output channels of a block over its inner channels.</summary>
    public int Expansion => Block == ResNetBlock.Basic ? 1 : 4;

    /// <summary>The description of a network.</summary>
    /// <exception cref="ArgumentException">There is no network of that name.</exception>
    public static ResNetDescription Find(string name) =>
        All.FirstOrDefault(description => string.Equals(description.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"Unknown network '{name}'; known are {string.Join(", ", All.Select(description => description.Name))}.", nameof(name));
}
