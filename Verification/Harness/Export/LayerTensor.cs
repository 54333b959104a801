using System.Runtime.InteropServices;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.Export;

/// <summary>A named array of a layer: an input, weights, bias, or the expected output.</summary>
/// <param name="Name">A C identifier, such as <c>weight</c>.</param>
/// <param name="NpyType">The NumPy type.</param>
/// <param name="CType">The C type.</param>
/// <param name="Dimensions">The extents.</param>
/// <param name="Bytes">The elements, little-endian, row-major.</param>
internal sealed record LayerTensor(string Name, string NpyType, string CType, int[] Dimensions, byte[] Bytes)
{
    public static LayerTensor Of(string name, Tensor tensor)
    {
        TensorShape shape = tensor.Shape;
        int[] dimensions = [shape.Batch, shape.Channels, shape.Height, shape.Width];
        return tensor.ElementType == ElementType.Int8
            ? new LayerTensor(name, "|i1", "int8_t", dimensions, tensor.Bytes.ToArray())
            : new LayerTensor(name, "<f4", "float", dimensions, tensor.Bytes.ToArray());
    }

    public static LayerTensor Of(string name, sbyte[] levels, params int[] dimensions) =>
        new(name, "|i1", "int8_t", dimensions, MemoryMarshal.AsBytes(levels.AsSpan()).ToArray());

    public static LayerTensor Of(string name, int[] levels) =>
        new(name, "<i4", "int32_t", [levels.Length], MemoryMarshal.AsBytes(levels.AsSpan()).ToArray());

    /// <summary>Everything that a call reads and writes.</summary>
    public static IReadOnlyList<LayerTensor> Of(OperatorCall call, IReadOnlyList<Tensor> inputs, Tensor output)
    {
        var tensors = new List<LayerTensor>();
        for (int i = 0; i < inputs.Count; i++)
        {
            tensors.Add(Of(i == 0 ? "input" : $"input{i + 1}", inputs[i]));
        }

        switch (call)
        {
            case Conv2dCall conv:
                Conv2dShape shape = conv.Shape;
                tensors.Add(Of("weight", conv.Weights, shape.OutChannels, shape.InChannels / shape.Groups, shape.KernelHeight, shape.KernelWidth));
                tensors.Add(Of("bias", conv.Bias));
                break;
            case QuantizedLinearCall linear:
                tensors.Add(Of("weight", linear.Weights, linear.OutputFeatures, linear.InputFeatures));
                tensors.Add(Of("bias", linear.Bias));
                break;
        }

        tensors.Add(Of("expected", output));
        return tensors;
    }
}
