using System.Globalization;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>The convolution kernels of the modelled library and the names that its tables use, and the kernels beside it.</summary>
/// <remarks>
/// The library has five. Two more are of this project and stand in the corrected programs only: one for depthwise kernels, and one for any
/// window, which is as large as its limits say. Their plans have a <see cref="TileSchedule"/>, their cycles are extrapolated.
/// </remarks>
public static class ConvolutionKernel
{
    /// <summary>The most rows or columns of a kernel of <see cref="ConvolutionFamily.Window"/>.</summary>
    public const int LargestWindowKernel = 11;

    /// <summary>The longest step of such a kernel in a direction.</summary>
    public const int LargestWindowStride = 4;

    /// <summary>The five kernels of the library.</summary>
    public static IReadOnlyList<string> Names { get; } = ["7x7j2d1", "3x3j1d1", "3x3j2d1", "1x1j2d1", "1x1j1d1"];

    /// <summary>What the limits of all tiled kernels are, for a message.</summary>
    public static string Limits { get; } = string.Create(
        CultureInfo.InvariantCulture, $"kernels of 1 to {LargestWindowKernel} rows and columns with strides of 1 to {LargestWindowStride}");

    /// <summary>The kernel that computes a geometry.</summary>
    /// <remarks>
    /// The published dispatch looks at the name only and then ignores groups, dilation and vertical padding, and its tiles assume that
    /// every window meets the image; other geometries are no matter of its kernels here.
    /// </remarks>
    public static ConvolutionFamily FamilyOf(Conv2dShape shape) =>
        IsPublished(shape) ? ConvolutionFamily.Published
        : HasDepthwiseKernel(shape) ? ConvolutionFamily.Depthwise
        : Math.Max(shape.KernelHeight, shape.KernelWidth) <= LargestWindowKernel && Math.Max(shape.StrideHeight, shape.StrideWidth) <= LargestWindowStride ? ConvolutionFamily.Window
        : ConvolutionFamily.None;

    /// <summary>Whether a tiled kernel computes this geometry exactly, of the library or beside it.</summary>
    public static bool Supports(Conv2dShape shape) => FamilyOf(shape) != ConvolutionFamily.None;

    /// <summary>Whether a kernel of the library computes it, so that the published tables can express its plan.</summary>
    public static bool IsPublished(Conv2dShape shape) =>
        shape.IsUniform && shape.Groups == 1 && shape.Dilation == 1 && shape.PadTop == shape.PadLeft
        && Names.Contains(PublishedName(shape), StringComparer.Ordinal)
        && shape.Padding < shape.KernelWidth && shape.Padding < shape.KernelHeight;

    /// <summary>The kernel name of a geometry: <c>{kw}x{kh}j{stride}d1</c> in the library; others say which family they are of, and all that differs by direction.</summary>
    public static string NameOf(Conv2dShape shape) => FamilyOf(shape) switch
    {
        ConvolutionFamily.Published => PublishedName(shape),
        ConvolutionFamily.Depthwise => string.Create(CultureInfo.InvariantCulture, $"depthwise{shape.KernelWidth}x{shape.KernelHeight}j{shape.Stride}"),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"window{shape.KernelWidth}x{shape.KernelHeight}j{shape.StrideWidth}x{shape.StrideHeight}d{shape.DilationWidth}x{shape.DilationHeight}"),
    };

    /// <summary>The name that the published generator gives a geometry, whether or not there is such a kernel.</summary>
    public static string PublishedName(Conv2dShape shape) =>
        string.Create(CultureInfo.InvariantCulture, $"{shape.KernelWidth}x{shape.KernelHeight}j{shape.Stride}d1");

    /// <summary>3x3 and 5x5, stride 1 and 2 in both directions, dense.</summary>
    private static bool HasDepthwiseKernel(Conv2dShape shape) =>
        shape.IsDepthwise
        && (shape.KernelHeight, shape.KernelWidth) is (3, 3) or (5, 5)
        && (shape.StrideHeight, shape.StrideWidth) is (1, 1) or (2, 2)
        && (shape.DilationHeight, shape.DilationWidth) is (1, 1);
}
