using System.Globalization;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>The convolution kernels of the modelled library and the names that its tables use.</summary>
public static class ConvolutionKernel
{
    /// <summary>The five kernels with an executor.</summary>
    public static IReadOnlyList<string> Names { get; } = ["7x7j2d1", "3x3j1d1", "3x3j2d1", "1x1j2d1", "1x1j1d1"];

    /// <summary>The kernel name of a geometry: <c>{kw}x{kh}j{stride}d1</c>.</summary>
    public static string NameOf(Conv2dShape shape) =>
        string.Create(CultureInfo.InvariantCulture, $"{shape.KernelWidth}x{shape.KernelHeight}j{shape.Stride}d1");

    /// <summary>Whether a tiled kernel computes this geometry exactly.</summary>
    /// <remarks>
    /// The published dispatch looks at the name only and then ignores groups, dilation and vertical padding, and its tiles assume that
    /// every window meets the image; other geometries are left to the generic kernel here.
    /// </remarks>
    public static bool Supports(Conv2dShape shape) =>
        Names.Contains(NameOf(shape), StringComparer.Ordinal) && shape.Groups == 1 && shape.Dilation == 1 && shape.VerticalPadding == shape.Padding
        && shape.Padding < shape.KernelWidth && shape.Padding < shape.KernelHeight;
}
