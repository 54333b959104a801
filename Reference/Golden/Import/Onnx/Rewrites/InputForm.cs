using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx.Rewrites;

/// <summary>How the input of a file differs from the images that an imported network takes, float32 <c>[N, C, H, W]</c>.</summary>
/// <param name="IsChannelsLast">Whether the file takes <c>[N, H, W, C]</c>, as exports of TensorFlow do.</param>
/// <param name="Levels">Scale, zero point in the file's codes, and whether they are uint8, of a file that takes levels; null for float32.</param>
internal sealed record InputForm(bool IsChannelsLast, (float Scale, int ZeroPoint, bool IsUnsigned)? Levels)
{
    /// <summary>float32 images, channels first.</summary>
    public static InputForm Images { get; } = new(false, null);

    /// <summary>Takes a Transpose of the input away, and puts a QuantizeLinear before a DequantizeLinear of it, so that the network takes images.</summary>
    public static InputForm Apply(GraphEdit edit)
    {
        ValueInfoProto[] inputs = [.. edit.Graph.Input.Where(input => edit.Constant(input.Name) is null)];
        if (inputs is not [{ Type.TensorType: { } type } input])
        {
            return Images;
        }

        bool isChannelsLast = TakeTransposeAway(edit, input);
        var levels = (TensorProto.Types.DataType)type.ElemType is TensorProto.Types.DataType.Uint8 or TensorProto.Types.DataType.Int8 ? Quantize(edit, input) : null;
        return new InputForm(isChannelsLast, levels);
    }

    private static bool TakeTransposeAway(GraphEdit edit, ValueInfoProto input)
    {
        if (input.Type.TensorType.Shape is not { Dim.Count: 4 } shape
            || edit.ReadersOf(input.Name) is not [{ OpType: "Transpose", Output.Count: 1 } transpose]
            || edit.IsOutput(transpose.Output[0])
            || edit.Read(transpose).Ints("perm") is not [0, 3, 1, 2])
        {
            return false;
        }

        TensorShapeProto.Types.Dimension channels = shape.Dim[3];
        shape.Dim.RemoveAt(3);
        shape.Dim.Insert(1, channels);
        foreach (NodeProto reader in edit.ReadersOf(transpose.Output[0]).ToArray())
        {
            for (int i = 0; i < reader.Input.Count; i++)
            {
                if (reader.Input[i] == transpose.Output[0])
                {
                    edit.SetInput(reader, i, input.Name);
                }
            }
        }

        edit.Remove(transpose);
        return true;
    }

    private static (float Scale, int ZeroPoint, bool IsUnsigned)? Quantize(GraphEdit edit, ValueInfoProto input)
    {
        if (edit.ReadersOf(input.Name) is not [{ OpType: "DequantizeLinear", Input.Count: 3 } dequantize]
            || edit.Constant(dequantize.Input[1]) is not { IsFloat: true, Count: 1 } scale
            || edit.Constant(dequantize.Input[2]) is not { IsByte: true, Count: 1 } zeroPoint)
        {
            return null;
        }

        var quantize = new NodeProto { OpType = "QuantizeLinear" };
        quantize.Input.AddRange([input.Name, dequantize.Input[1], dequantize.Input[2]]);
        quantize.Output.Add(edit.FreshName(input.Name));
        edit.SetInput(dequantize, 0, quantize.Output[0]);
        edit.Add(quantize);
        input.Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Float;
        return (scale.Floats()[0], zeroPoint.Levels()[0] + (zeroPoint.IsUnsigned ? 128 : 0), zeroPoint.IsUnsigned);
    }
}
