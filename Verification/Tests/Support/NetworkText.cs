using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Tests.Support;

/// <summary>Every field of a network as text, with hashes for weights, so that two networks can be compared by eye.</summary>
internal static class NetworkText
{
    /// <summary>One line per value and field.</summary>
    /// <param name="network">The network.</param>
    /// <param name="withNames">Whether names of calls and values count; else values are numbered in the order they are written.</param>
    public static string Of(Network network, bool withNames = true)
    {
        var text = new StringBuilder();
        var numbers = new Dictionary<TensorInfo, int>();
        string Value(TensorInfo value)
        {
            numbers.TryAdd(value, numbers.Count);
            return string.Create(CultureInfo.InvariantCulture, $"{(withNames ? value.Name : $"#{numbers[value]}")} {value.ElementType} {value.Shape} {value.Quantization}");
        }

        text.Append(CultureInfo.InvariantCulture, $"{network.Name}: {Value(network.Input)}\n");
        foreach (OperatorCall call in network.Calls)
        {
            text.Append(CultureInfo.InvariantCulture, $"{call.Index} {(withNames ? call.Name : "")} {call.Kind} {string.Join(", ", call.Inputs.Select(Value))} -> {Value(call.Output)} {Parameters(call)}\n");
        }

        return text.ToString();
    }

    private static string Parameters(OperatorCall call) => call switch
    {
        Conv2dCall conv => $"{conv.Shape.ConfigKey}_{conv.Shape.Groups} {Hash<sbyte>(conv.Weights)} {Hash<int>(conv.Bias)} {Numbers(conv.BiasScales)}",
        QuantizedReluCall relu => $"{relu.OutputMultiplier} {relu.OutputShift}",
        MaxPool2dCall pool => pool.Shape.ConfigKey,
        QuantizedLinearCall linear => $"{Hash<sbyte>(linear.Weights)} {linear.WeightZeroPoint} {Hash<int>(linear.Bias)} {linear.OutputMultiplier} {linear.OutputShift}",
        _ => "",
    };

    private static string Numbers(float[] values) => string.Join(" ", values.Select(static value => value.ToString("R", CultureInfo.InvariantCulture)));

    private static string Hash<T>(ReadOnlySpan<T> elements)
        where T : unmanaged => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(elements)))[..16];
}
