using System.Globalization;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>A LAYER_DUMP line compared with the golden output of the call that it stands for.</summary>
/// <param name="Dump">The line.</param>
/// <param name="CallName">The call; null when no call of that operator and size is left.</param>
/// <param name="Problem">What differs; null when everything printed agrees.</param>
public sealed record LayerDumpCheck(LayerDumpLine Dump, string? CallName, string? Problem)
{
    private const double FloatTolerance = 1e-6;

    /// <summary>Compares the figures of a line with a tensor; integers must agree, floats to their printed digits.</summary>
    public static LayerDumpCheck Of(LayerDumpLine dump, string callName, Tensor golden)
    {
        ArgumentNullException.ThrowIfNull(dump);
        ArgumentNullException.ThrowIfNull(golden);
        double[] elements = golden.ElementType == ElementType.Int8
            ? [.. golden.Int8.ToArray().Select(static level => (double)level)]
            : [.. golden.Float32.ToArray().Select(static value => (double)value)];
        double tolerance = golden.ElementType == ElementType.Int8 ? 0 : FloatTolerance;
        string? problem = null;
        for (int i = 0; i < dump.First.Count && i < elements.Length && problem is null; i++)
        {
            problem = Compare(string.Create(CultureInfo.InvariantCulture, $"element {i}"), elements[i], dump.First[i], tolerance);
        }

        double magnitude = elements.Sum(Math.Abs);
        problem ??= Compare("the minimum", elements.Min(), dump.Minimum, tolerance)
            ?? Compare("the maximum", elements.Max(), dump.Maximum, tolerance)
            ?? Compare("the sum", elements.Sum(), dump.Sum, tolerance == 0 ? 0 : 1e-4 + (tolerance * magnitude));
        return new LayerDumpCheck(dump, callName, problem);
    }

    private static string? Compare(string what, double expected, double actual, double tolerance) =>
        Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected))
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{what} is {actual:R}, golden {expected:R}");
}
