namespace TileProof.Golden.Networks;

/// <summary>The two residual blocks of the ResNet family.</summary>
public enum ResNetBlock
{
    /// <summary>Two 3x3 convolutions; the first one strides.</summary>
    Basic,

    /// <summary>1x1, 3x3, 1x1 to four times the channels; the 3x3 strides (torchvision's version 1.5).</summary>
    Bottleneck,
}
