using System.Globalization;
using System.Text;
using TileProof.Golden.Scalar;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;

namespace TileProof.Verification.Originals;

/// <summary>What people read of accumulators that leave the range of the hardware.</summary>
public static class AccumulatorReport
{
    private const int ListedChannels = 8;

    /// <summary>One line: the accumulators of a call that may wrap, by channel, why, and what helps.</summary>
    public static string Describe(GoldenCall golden)
    {
        ArgumentNullException.ThrowIfNull(golden);
        int bits = golden.Call is QuantizedLinearCall ? AccumulatorRange.LinearBits : AccumulatorRange.ConvolutionBits;
        IEnumerable<string> channels = golden.Overflows.Take(ListedChannels).Select(static overflow => string.Create(
            CultureInfo.InvariantCulture, $"channel {overflow.Channel} {overflow.Count} times by up to {overflow.LargestExcess}"));
        string more = golden.Overflows.Count > ListedChannels
            ? string.Create(CultureInfo.InvariantCulture, $", and {golden.Overflows.Count - ListedChannels} more channels")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{golden.Network} {golden.Call.Name} may wrap: {Counted.Of(golden.OverflowCount, "accumulators")} {(golden.OverflowCount == 1 ? "leaves" : "leave")} {bits} bits, {string.Join(", ", channels)}{more}{Cause(golden)}");
    }

    /// <summary>Bias and products are in units of input scale x weight scale: larger weight scales make both smaller.</summary>
    private static string Cause(GoldenCall golden)
    {
        const string help = "larger weight scales make bias and sums smaller: reduce_range=True, or per_channel=False, of ONNX Runtime's quantizer";
        if (golden.Call is not Conv2dCall convolution)
        {
            return "";
        }

        return golden.ClampedChannels.Count == 0
            ? $"; {help}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"; the bias of {golden.ClampedChannels.Count} of {convolution.Bias.Length} channels does not fit 24 bits, that of channel {golden.ClampedChannels[0]} is {convolution.Bias[golden.ClampedChannels[0]]}, and the kernel starts its sums at the limit; {help}");
    }

    /// <summary>The section of <c>summary.md</c>.</summary>
    public static string Write(IReadOnlyList<GoldenCall> goldens)
    {
        ArgumentNullException.ThrowIfNull(goldens);
        var text = new StringBuilder("\n## Accumulators\n\n");
        GoldenCall[] wrapping = [.. goldens.Where(static golden => golden.OverflowCount > 0)];
        GoldenCall[] clamped = [.. goldens.Where(static golden => golden.ClampedChannels.Count > 0)];
        if (wrapping.Length == 0)
        {
            text.Append("No accumulator of these convolutions (24 bits) and linear layers (32 bits) leaves its range on this input.\n");
        }

        foreach (GoldenCall golden in wrapping)
        {
            text.Append(CultureInfo.InvariantCulture, $"* {Describe(golden)}\n");
        }

        foreach (GoldenCall golden in clamped)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"* {golden.Network} {golden.Call.Name}: the bias of {golden.ClampedChannels.Count} channels does not fit 24 bits, first of channel {golden.ClampedChannels[0]}; it is cut there and the rest is added after the kernel\n");
        }

        return text.ToString();
    }
}
