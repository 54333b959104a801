using System.Globalization;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.DeviceLog;

/// <summary>A LAYER_DUMP line compared with the golden output of the call that it stands for.</summary>
/// <param name="Dump">The line.</param>
/// <param name="CallName">The call; null when no call of that operator and size is left.</param>
/// <param name="Problem">What differs; null when everything printed agrees.</param>
public sealed record LayerDumpCheck(LayerDumpLine Dump, string? CallName, string? Problem)
{
    /// <summary>Half a unit in the last of six decimals, as elements are printed.</summary>
    private const double ElementTolerance = 0.500001e-6;

    /// <summary>Half a unit in the last of four decimals, as sums are printed.</summary>
    private const double SumTolerance = 0.500001e-4;

    /// <summary>The order of a sum of doubles.</summary>
    private const double SumRounding = 1e-12;

    /// <summary>The exponential of a device is another one than the golden's: 8 units in the last place.</summary>
    private const double SoftmaxTolerance = 1e-6;

    /// <summary>Compares the figures of a line with the golden output of a call; integers must agree, floats to their printed digits.</summary>
    public static LayerDumpCheck Of(LayerDumpLine dump, OperatorCall call, Tensor golden)
    {
        ArgumentNullException.ThrowIfNull(dump);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(golden);
        bool isInt8 = golden.ElementType == ElementType.Int8;
        double[] elements = isInt8
            ? [.. golden.Int8.ToArray().Select(static level => (double)level)]
            : [.. golden.Float32.ToArray().Select(static value => (double)value)];
        double relative = call.Kind == OperatorKind.Softmax ? SoftmaxTolerance : 0;
        double absolute = isInt8 ? 0 : ElementTolerance;
        string? problem = ProblemOfForm(dump, isInt8 ? LayerDumpLine.Int8Code : LayerDumpLine.Float32Code, elements.Length);
        for (int i = 0; i < dump.First.Count && problem is null; i++)
        {
            problem = Compare(string.Create(CultureInfo.InvariantCulture, $"element {i}"), elements[i], dump.First[i], absolute + (relative * Math.Abs(elements[i])));
        }

        problem ??= Compare("the minimum", elements.Min(), dump.Minimum, absolute + (relative * Math.Abs(elements.Min())))
            ?? Compare("the maximum", elements.Max(), dump.Maximum, absolute + (relative * Math.Abs(elements.Max())))
            ?? Compare("the sum", elements.Sum(), dump.Sum, isInt8 ? 0 : SumTolerance + ((SumRounding + relative) * elements.Sum(Math.Abs)));
        return new LayerDumpCheck(dump, call.Name, problem);
    }

    private static string? ProblemOfForm(LayerDumpLine dump, int typeCode, int count) =>
        dump.TypeCode != typeCode ? string.Create(CultureInfo.InvariantCulture, $"the type is {dump.TypeCode}, golden {typeCode}")
        : dump.First.Count != Math.Min(count, LayerDumpLine.FirstCount)
            ? string.Create(CultureInfo.InvariantCulture, $"{dump.First.Count} elements are printed, expected {Math.Min(count, LayerDumpLine.FirstCount)}")
        : null;

    private static string? Compare(string what, double expected, double actual, double tolerance) =>
        Math.Abs(expected - actual) <= tolerance ? null : string.Create(CultureInfo.InvariantCulture, $"{what} is {actual:R}, golden {expected:R}");
}
