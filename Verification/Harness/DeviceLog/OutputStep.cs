using System.Globalization;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.DeviceLog;

/// <summary>One quantization step of an output: the unit in which differences are counted. It never depends on the differences.</summary>
/// <param name="Size">The step, above 0.</param>
/// <param name="Origin">Where it comes from, for people.</param>
public sealed record OutputStep(double Size, string Origin)
{
    private const int LevelsOfInt8 = 255;

    /// <summary>Fewer different values than these say too little about the grid that they lie on.</summary>
    private const int FewestValuesOfAGrid = 8;

    /// <summary>How far a value may be from its grid, in steps: more than the rounding of float32 and of printed digits, far less than half.</summary>
    private const double GridTolerance = 0.1;

    /// <summary>The step of a network's output: a level of an int8 output, the scale of an output that is dequantized last, else an int8 grid over the golden's values.</summary>
    /// <param name="network">The network.</param>
    /// <param name="golden">Its output.</param>
    public static OutputStep Of(Network network, Tensor golden)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Of(network, network.Output, golden);
    }

    /// <summary>The step of one of the outputs of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="output">The output.</param>
    /// <param name="golden">Its values.</param>
    public static OutputStep Of(Network network, TensorInfo output, Tensor golden)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(golden);
        if (output.ElementType == ElementType.Int8)
        {
            return new OutputStep(1, "a level");
        }

        return network.Calls.Last(call => call.Output == output) is DequantizePerTensorCall last
            ? new OutputStep(last.Inputs[0].RequiredQuantization.Scale, $"the scale of {last.Name} in {network.Name}")
            : OverTheRangeOf(golden.Float32.ToArray(), "the golden");
    }

    /// <summary>
    /// The step of a reference log: the distance of neighbouring values where all values are multiples of it, as dequantized ones are;
    /// else the smallest step that an int8 tensor of this range can have.
    /// </summary>
    public static OutputStep Of(PrintedTensor reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        double[] values = [.. reference.Elements.Where(float.IsFinite).Select(static value => (double)value).Distinct().Order()];
        if (values.Length >= FewestValuesOfAGrid)
        {
            double range = values[^1] - values[0];
            double steps = Math.Round(range / values.Zip(values.Skip(1), static (lower, upper) => upper - lower).Min());
            double size = range / steps;
            if (steps <= LevelsOfInt8 && Array.TrueForAll(values, value => Math.Abs(((value - values[0]) / size) - Math.Round((value - values[0]) / size)) < GridTolerance))
            {
                return new OutputStep(size, string.Create(CultureInfo.InvariantCulture, $"the grid of the {values.Length} values of the reference"));
            }
        }

        return OverTheRangeOf(reference.Elements, "the reference");
    }

    private static OutputStep OverTheRangeOf(IReadOnlyList<float> values, string name)
    {
        float[] finite = [.. values.Where(float.IsFinite)];
        double range = finite.Length == 0 ? 0 : (double)finite.Max() - finite.Min();
        double largest = finite.Length == 0 ? 0 : finite.Max(static value => Math.Abs((double)value));
        double size = (range > 0 ? range : largest > 0 ? largest : 1) / LevelsOfInt8;
        return new OutputStep(size, $"an int8 grid over the range of {name}");
    }
}
