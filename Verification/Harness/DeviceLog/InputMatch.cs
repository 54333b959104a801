using System.Globalization;
using TileProof.Operators;

namespace TileProof.Verification.DeviceLog;

/// <summary>Which image a device was given, told from the first elements of its input that the log prints.</summary>
/// <param name="Index">The image, or batch of images, from 0; 0 where none fits.</param>
/// <param name="ElementCount">Elements compared.</param>
/// <param name="Problem">Why no image fits; null where one does.</param>
public sealed record InputMatch(int Index, int ElementCount, string? Problem)
{
    private const double FloatPrecision = 1e-6;

    /// <summary>The first image whose first elements are those that were printed, as far as their digits tell.</summary>
    /// <param name="printed">The elements that the log prints.</param>
    /// <param name="imageCount">How many images there are.</param>
    /// <param name="imageOf">An image, in elements of the input.</param>
    public static InputMatch Find(PrintedTensor printed, int imageCount, Func<int, Tensor> imageOf)
    {
        ArgumentNullException.ThrowIfNull(printed);
        ArgumentNullException.ThrowIfNull(imageOf);
        string? problem = null;
        for (int index = 0; index < imageCount; index++)
        {
            float[] elements = ElementsOf(imageOf(index));
            int different = elements.Length < printed.Elements.Count ? elements.Length : DifferentAt(printed, elements);
            if (different < 0 && printed.Elements.Count > 0)
            {
                return new InputMatch(index, printed.Elements.Count, null);
            }

            problem ??= different < 0 || different >= elements.Length
                ? string.Create(CultureInfo.InvariantCulture, $"the log prints {printed.Elements.Count} elements of an input that has {elements.Length}")
                : string.Create(CultureInfo.InvariantCulture, $"the device had another input: element {different} is {printed.Elements[different]} in the log and {elements[different]} here{(imageCount == 1 ? "" : $", and none of the other {imageCount - 1} images fits")}; name it with --input-data");
        }

        return new InputMatch(0, printed.Elements.Count, problem);
    }

    private static int DifferentAt(PrintedTensor printed, float[] elements)
    {
        for (int i = 0; i < printed.Elements.Count; i++)
        {
            // A float has seven digits, whatever the log prints of it; a NaN equals nothing.
            if (!(Math.Abs((double)printed.Elements[i] - elements[i]) <= Math.Max(printed.ToleranceOf(elements[i]), Math.Abs(elements[i]) * FloatPrecision)))
            {
                return i;
            }
        }

        return -1;
    }

    private static float[] ElementsOf(Tensor image) =>
        image.ElementType == ElementType.Float32 ? image.Float32.ToArray() : [.. image.Int8.ToArray().Select(static level => (float)level)];
}
