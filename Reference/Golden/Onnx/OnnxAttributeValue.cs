using Google.Protobuf;
using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Onnx;

/// <summary>One named attribute of an ONNX node.</summary>
public sealed class OnnxAttributeValue
{
    private OnnxAttributeValue(AttributeProto proto) => Proto = proto;

    internal AttributeProto Proto { get; }

    /// <summary>An integer attribute.</summary>
    public static OnnxAttributeValue Int(string name, long value) =>
        new(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value });

    /// <summary>A list of integers, such as <c>pads</c> or <c>strides</c>.</summary>
    public static OnnxAttributeValue Ints(string name, params ReadOnlySpan<long> values)
    {
        var proto = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (long value in values)
        {
            proto.Ints.Add(value);
        }

        return new OnnxAttributeValue(proto);
    }

    /// <summary>A single-precision attribute.</summary>
    public static OnnxAttributeValue Float(string name, float value) =>
        new(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value });

    /// <summary>A text attribute.</summary>
    public static OnnxAttributeValue Text(string name, string value) =>
        new(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) });
}
