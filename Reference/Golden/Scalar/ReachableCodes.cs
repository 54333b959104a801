using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>The codes that the int8 values of a network can hold, whatever image it gets: limits go through the calls from the input to the output.</summary>
/// <remarks>
/// An upper bound, which no image leaves: the rectifier of a value never holds a code below that of 0, for example. Calibration does not
/// narrow it further: a value that this product quantizes has the int8 codes from end to end of its calibrated range, and what lies outside saturates to them.
/// </remarks>
public sealed class ReachableCodes
{
    private static readonly (float Smallest, float Largest) AllReals = (float.NegativeInfinity, float.PositiveInfinity);

    private readonly Dictionary<TensorInfo, CodeRange> codes = [];
    private readonly Dictionary<TensorInfo, (float Smallest, float Largest)> reals = [];

    private ReachableCodes()
    {
    }

    /// <summary>Follows the limits through a network.</summary>
    public static ReachableCodes Of(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var reachable = new ReachableCodes();
        foreach (OperatorCall call in network.Calls)
        {
            reachable.Follow(call);
        }

        return reachable;
    }

    /// <summary>The codes of an int8 value; all of them where nothing narrows it.</summary>
    public CodeRange CodesOf(TensorInfo value) => codes.TryGetValue(value, out CodeRange range) ? range : CodeRange.All;

    /// <summary>Quantize, dequantize, rectifier and maximum never fall where what they read grows, so that their ends come from its ends.</summary>
    private void Follow(OperatorCall call)
    {
        switch (call)
        {
            case QuantizedReluCall relu:
                CodeRange rectified = CodesOf(call.Input);
                Span<sbyte> levels = stackalloc sbyte[2];
                ScalarRelu.Compute(relu, [rectified.Smallest, rectified.Largest], levels);
                codes[call.Output] = new CodeRange(levels[0], levels[1]);
                break;
            case QuantizePerTensorCall:
                (float smallest, float largest) = RealsOf(call.Input);
                Span<sbyte> quantized = stackalloc sbyte[2];
                ScalarQuantize.Compute(call.Output.RequiredQuantization, [smallest, largest], quantized);
                codes[call.Output] = new CodeRange(quantized[0], quantized[1]);
                break;
            case DequantizePerTensorCall:
                CodeRange read = CodesOf(call.Input);
                Span<float> ends = stackalloc float[2];
                ScalarDequantize.Compute(call.Input.RequiredQuantization, [read.Smallest, read.Largest], ends);
                reals[call.Output] = (ends[0], ends[1]);
                break;
            case MaxPool2dCall { Output.ElementType: ElementType.Int8 } or SliceCall { Output.ElementType: ElementType.Int8 }:
                codes[call.Output] = CodesOf(call.Input);
                break;
            case MaxPool2dCall or SliceCall:
                reals[call.Output] = RealsOf(call.Input);
                break;
            case ConcatCall { Output.ElementType: ElementType.Float32 } floats:
                reals[call.Output] = floats.Inputs.Select(RealsOf).Aggregate(static (first, second) => (Math.Min(first.Smallest, second.Smallest), Math.Max(first.Largest, second.Largest)));
                break;
            case ConcatCall levelled:
                codes[call.Output] = levelled.Inputs.Select(CodesOf).Aggregate(static (first, second) => new CodeRange(Math.Min(first.Smallest, second.Smallest), Math.Max(first.Largest, second.Largest)));
                break;
            case AddCall add:
                // Nor does a float sum.
                reals[call.Output] = add.Inputs.Select(RealsOf).Aggregate(static (first, second) => (first.Smallest + second.Smallest, first.Largest + second.Largest));
                break;
            case MeanCall:
                reals[call.Output] = MeanOf(RealsOf(call.Input), call.Input.Shape.Height * call.Input.Shape.Width);
                break;
            default:
                break;
        }
    }

    private (float Smallest, float Largest) RealsOf(TensorInfo value) => reals.GetValueOrDefault(value, AllReals);

    /// <summary>Between the ends, but for the rounding of as many sums and one quotient, each by half a unit in the last place of a sum at most.</summary>
    private static (float Smallest, float Largest) MeanOf((float Smallest, float Largest) range, int count)
    {
        float sum = count * MathF.Max(MathF.Abs(range.Smallest), MathF.Abs(range.Largest));
        float slack = (count + 1) * MathF.ScaleB(sum / count, -23);
        return float.IsFinite(sum) ? (range.Smallest - slack, range.Largest + slack) : AllReals;
    }
}
