using TileProof.Operators;

namespace TileProof.Verification.Hazards;

/// <summary>The different convolution geometries of the published networks at 64 x 64 pixels.</summary>
public static class ResNetLayerShapes
{
    /// <summary>ResNet-18, in network order.</summary>
    public static IReadOnlyList<Conv2dShape> ResNet18 { get; } =
    [
        Conv2dShape.Create(3, 64, 64, 64, 7, 7, 2, 3),
        Conv2dShape.Create(64, 16, 16, 64, 3, 3, 1, 1),
        Conv2dShape.Create(64, 16, 16, 128, 1, 1, 2, 0),
        Conv2dShape.Create(64, 16, 16, 128, 3, 3, 2, 1),
        Conv2dShape.Create(128, 8, 8, 128, 3, 3, 1, 1),
        Conv2dShape.Create(128, 8, 8, 256, 1, 1, 2, 0),
        Conv2dShape.Create(128, 8, 8, 256, 3, 3, 2, 1),
        Conv2dShape.Create(256, 4, 4, 256, 3, 3, 1, 1),
        Conv2dShape.Create(256, 4, 4, 512, 1, 1, 2, 0),
        Conv2dShape.Create(256, 4, 4, 512, 3, 3, 2, 1),
        Conv2dShape.Create(512, 2, 2, 512, 3, 3, 1, 1),
    ];

    /// <summary>Layers of ResNet-50 with the stride-1 1x1 kernel, which ResNet-18 does not use.</summary>
    public static IReadOnlyList<Conv2dShape> Pointwise { get; } =
    [
        Conv2dShape.Create(64, 16, 16, 256, 1, 1, 1, 0),
        Conv2dShape.Create(256, 16, 16, 64, 1, 1, 1, 0),
        Conv2dShape.Create(512, 8, 8, 128, 1, 1, 1, 0),
        Conv2dShape.Create(512, 2, 2, 2048, 1, 1, 1, 0),
    ];
}
