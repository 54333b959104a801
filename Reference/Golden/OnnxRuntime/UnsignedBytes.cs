using TileProof.Golden.Onnx;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>int8 values moved by 128 into uint8, the only operand type for which ONNX Runtime's integer products are exact on every CPU.</summary>
internal static class UnsignedBytes
{
    private const byte SignBit = 0x80;

    /// <summary>The graph nodes that move an int8 value.</summary>
    public static string AddFlip(OnnxGraphBuilder graph, string int8Value) =>
        graph.AddNode("BitwiseXor", [graph.AddCast(int8Value, OnnxElementType.UInt8), graph.AddScalar(SignBit)]);

    /// <summary>The moved code of an int8 zero point.</summary>
    public static string AddZeroPoint(OnnxGraphBuilder graph, int zeroPoint) => graph.AddScalar((byte)(zeroPoint + SignBit));

    /// <summary>Moves constants.</summary>
    public static byte[] Of(ReadOnlySpan<sbyte> values)
    {
        var moved = new byte[values.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            moved[i] = (byte)(values[i] + SignBit);
        }

        return moved;
    }
}
