using System.Runtime.InteropServices;
using Google.Protobuf;
using TileProof.Golden.Onnx;
using TileProof.Golden.Onnx.Schema;

namespace TileProof.Tests.Import;

/// <summary>Rewrites model files into other forms of the same model, and into broken ones.</summary>
internal static class OnnxBytes
{
    /// <summary>The model after a change of its message.</summary>
    public static byte[] Change(byte[] model, Action<ModelProto> change)
    {
        ModelProto message = ModelProto.Parser.ParseFrom(model);
        change(message);
        return message.ToByteArray();
    }

    /// <summary>The model with outputs of unstated shape.</summary>
    public static byte[] Build(OnnxGraphBuilder graph) => Change(graph.Build(), static message =>
    {
        foreach (ValueInfoProto output in message.Graph.Output)
        {
            output.Type.TensorType.Shape = null;
        }
    });

    public static byte[] SetOpenBatch(byte[] model) => Change(model, static message =>
        message.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "batch" });

    /// <summary>Floats and int64s in their typed fields instead of raw bytes.</summary>
    public static byte[] UseTypedFields(byte[] model) => Change(model, static message =>
    {
        foreach (TensorProto tensor in message.Graph.Initializer)
        {
            byte[] raw = tensor.RawData.ToByteArray();
            tensor.RawData = ByteString.Empty;
            if (tensor.DataType == (int)TensorProto.Types.DataType.Float)
            {
                tensor.FloatData.AddRange(MemoryMarshal.Cast<byte, float>(raw).ToArray());
            }
            else
            {
                tensor.Int64Data.AddRange(MemoryMarshal.Cast<byte, long>(raw).ToArray());
            }
        }
    });

    /// <summary>All initializers in one file beside the model.</summary>
    public static byte[] MoveInitializersToFile(byte[] model, string path)
    {
        using FileStream file = File.Create(path);
        return Change(model, message =>
        {
            foreach (TensorProto tensor in message.Graph.Initializer)
            {
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Path.GetFileName(path) });
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = file.Position.ToString(System.Globalization.CultureInfo.InvariantCulture) });
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                file.Write(tensor.RawData.Span);
                tensor.RawData = ByteString.Empty;
            }
        });
    }
}
