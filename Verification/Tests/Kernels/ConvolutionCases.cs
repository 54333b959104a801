using TileProof.Operators;

namespace TileProof.Tests.Kernels;

/// <summary>Convolutions at the edges of vectors, tiles and images.</summary>
internal static class ConvolutionCases
{
    public static TheoryData<string> Names => new(All.Keys);

    public static IReadOnlyDictionary<string, (Conv2dShape Shape, int Batch)> All { get; } = new Dictionary<string, (Conv2dShape, int)>
    {
        ["stem 7x7 stride 2"] = (Conv2dShape.Create(3, 15, 17, 5, 7, 7, 2, 3), 1),
        ["3x3 of 5 channels"] = (Conv2dShape.Create(5, 9, 7, 33, 3, 3, 1, 1), 1),
        ["3x3 stride 2 of 17 channels"] = (Conv2dShape.Create(17, 8, 9, 32, 3, 3, 2, 1), 2),
        ["1x1 of 1 channel"] = (Conv2dShape.Create(1, 5, 5, 1, 1, 1, 1, 0), 2),
        ["1x1 of 2049 channels"] = (Conv2dShape.Create(2049, 2, 3, 3, 1, 1, 1, 0), 1),
        ["1x1 stride 2, 65 outputs"] = (Conv2dShape.Create(4, 7, 5, 65, 1, 1, 2, 0), 1),
        ["1x1 with padding"] = (Conv2dShape.Create(3, 2, 2, 2, 1, 1, 1, 1), 1),
        ["kernel larger than image"] = (Conv2dShape.Create(3, 2, 3, 4, 5, 5, 1, 2), 1),
        ["windows outside the image"] = (Conv2dShape.Create(2, 2, 2, 3, 1, 1, 3, 4), 1),
        ["dilation 2"] = (Conv2dShape.Create(3, 9, 8, 4, 3, 3, 1, 2, dilation: 2), 1),
        ["dilation 3, stride 2"] = (Conv2dShape.Create(2, 11, 10, 3, 3, 2, 2, 3, dilation: 3), 2),
        ["groups of 3 channels"] = (Conv2dShape.Create(6, 6, 5, 4, 3, 3, 1, 1, groups: 2), 2),
        ["depthwise"] = (Conv2dShape.Create(7, 6, 6, 7, 3, 3, 1, 1, groups: 7), 1),
        ["1-D"] = (Conv2dShape.Create(3, 1, 20, 5, 1, 5, 2, 2), 1),
        ["single pixel"] = (Conv2dShape.Create(16, 1, 1, 40, 3, 3, 1, 1), 3),
    };
}
