using System.Runtime.InteropServices;
using System.Text;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.Caching;

/// <summary>A network as bytes of this build: no format for other programs, and no checks beyond those of the types.</summary>
public static class NetworkBytes
{
    /// <summary>Writes a network.</summary>
    /// <exception cref="NotSupportedException">A call is of a kind that no built-in network has.</exception>
    public static void Write(Stream content, Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true);
        writer.Write(network.Name);
        Write(writer, network.Input);
        writer.Write(network.Calls.Count);
        foreach (OperatorCall call in network.Calls)
        {
            writer.Write((byte)call.Kind);
            writer.Write(call.Name);
            writer.Write(call.Inputs.Count);
            foreach (TensorInfo input in call.Inputs)
            {
                Write(writer, input);
            }

            Write(writer, call.Output);
            WriteParameters(writer, call);
        }

        writer.Write(network.Outputs.Count);
        foreach (TensorInfo output in network.Outputs)
        {
            Write(writer, output);
        }
    }

    /// <summary>The network that was written.</summary>
    public static Network Read(Stream content)
    {
        using var reader = new BinaryReader(content, Encoding.UTF8, leaveOpen: true);
        string name = reader.ReadString();
        TensorInfo input = ReadValue(reader);
        var calls = new OperatorCall[reader.ReadInt32()];
        for (int index = 0; index < calls.Length; index++)
        {
            var kind = (OperatorKind)reader.ReadByte();
            string callName = reader.ReadString();
            var inputs = new TensorInfo[reader.ReadInt32()];
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = ReadValue(reader);
            }

            calls[index] = ReadCall(reader, kind, index, callName, inputs, ReadValue(reader));
        }

        var outputs = new TensorInfo[reader.ReadInt32()];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = ReadValue(reader);
        }

        return new Network(name, input, calls, outputs);
    }

    private static void WriteParameters(BinaryWriter writer, OperatorCall call)
    {
        switch (call)
        {
            case Conv2dCall conv:
                Conv2dShape shape = conv.Shape;
                WriteNumbers<int>(
                    writer,
                    [
                        shape.InChannels, shape.InHeight, shape.InWidth, shape.OutChannels, shape.KernelHeight, shape.KernelWidth,
                        shape.StrideHeight, shape.StrideWidth, shape.PadTop, shape.PadLeft, shape.PadBottom, shape.PadRight,
                        shape.DilationHeight, shape.DilationWidth, shape.Groups, conv.ClampMinimum, conv.ClampMaximum,
                    ]);
                WriteNumbers<sbyte>(writer, conv.Weights);
                WriteNumbers<int>(writer, conv.Bias);
                WriteNumbers<float>(writer, conv.WeightScales);
                writer.Write(conv.StatedBiasScales is not null);
                if (conv.StatedBiasScales is { } scales)
                {
                    WriteNumbers<float>(writer, scales);
                }

                break;
            case QuantizedLinearCall linear:
                WriteNumbers<sbyte>(writer, linear.Weights);
                WriteNumbers<int>(writer, linear.Bias);
                WriteNumbers<int>(writer, [linear.WeightZeroPoint, linear.OutputMultiplier, linear.OutputShift]);
                writer.Write(linear.WeightScale);
                break;
            case QuantizedReluCall relu:
                WriteNumbers<int>(writer, [relu.OutputMultiplier, relu.OutputShift]);
                break;
            case MaxPool2dCall { Shape: { IsUniform: true } pool }:
                WriteNumbers<int>(writer, [pool.Channels, pool.InHeight, pool.InWidth, pool.KernelHeight, pool.KernelWidth, pool.Stride, pool.Padding]);
                break;
            case QuantizePerTensorCall or DequantizePerTensorCall or AddCall or MeanCall or SoftmaxCall:
                break;
            default:
                throw new NotSupportedException($"'{call.Name}' ({call.Kind}) is not kept as bytes.");
        }
    }

    private static OperatorCall ReadCall(BinaryReader reader, OperatorKind kind, int index, string name, TensorInfo[] inputs, TensorInfo output)
    {
        switch (kind)
        {
            case OperatorKind.Conv2d:
                int[] extents = ReadNumbers<int>(reader);
                return new Conv2dCall
                {
                    Index = index,
                    Name = name,
                    Inputs = inputs,
                    Output = output,
                    Shape = Conv2dShape.Create(
                        extents[0],
                        extents[1],
                        extents[2],
                        extents[3],
                        new Conv2dWindow
                        {
                            KernelHeight = extents[4],
                            KernelWidth = extents[5],
                            StrideHeight = extents[6],
                            StrideWidth = extents[7],
                            PadTop = extents[8],
                            PadLeft = extents[9],
                            PadBottom = extents[10],
                            PadRight = extents[11],
                            DilationHeight = extents[12],
                            DilationWidth = extents[13],
                        },
                        extents[14]),
                    Weights = ReadNumbers<sbyte>(reader),
                    Bias = ReadNumbers<int>(reader),
                    WeightScales = ReadNumbers<float>(reader),
                    ClampMinimum = extents[15],
                    ClampMaximum = extents[16],
                    StatedBiasScales = reader.ReadBoolean() ? ReadNumbers<float>(reader) : null,
                };
            case OperatorKind.QuantizedLinear:
                sbyte[] weights = ReadNumbers<sbyte>(reader);
                int[] bias = ReadNumbers<int>(reader);
                int[] levels = ReadNumbers<int>(reader);
                return new QuantizedLinearCall
                {
                    Index = index,
                    Name = name,
                    Inputs = inputs,
                    Output = output,
                    Weights = weights,
                    Bias = bias,
                    WeightZeroPoint = levels[0],
                    OutputMultiplier = levels[1],
                    OutputShift = levels[2],
                    WeightScale = reader.ReadSingle(),
                };
            case OperatorKind.QuantizedRelu:
                int[] factor = ReadNumbers<int>(reader);
                return new QuantizedReluCall { Index = index, Name = name, Inputs = inputs, Output = output, OutputMultiplier = factor[0], OutputShift = factor[1] };
            case OperatorKind.MaxPool2d:
                int[] pool = ReadNumbers<int>(reader);
                return new MaxPool2dCall
                {
                    Index = index,
                    Name = name,
                    Inputs = inputs,
                    Output = output,
                    Shape = MaxPool2dShape.Create(pool[0], pool[1], pool[2], pool[3], pool[4], pool[5], pool[6]),
                };
            case OperatorKind.QuantizePerTensor:
                return new QuantizePerTensorCall { Index = index, Name = name, Inputs = inputs, Output = output };
            case OperatorKind.DequantizePerTensor:
                return new DequantizePerTensorCall { Index = index, Name = name, Inputs = inputs, Output = output };
            case OperatorKind.Add:
                return new AddCall { Index = index, Name = name, Inputs = inputs, Output = output };
            case OperatorKind.Mean:
                return new MeanCall { Index = index, Name = name, Inputs = inputs, Output = output };
            case OperatorKind.Softmax:
                return new SoftmaxCall { Index = index, Name = name, Inputs = inputs, Output = output };
            default:
                throw new NotSupportedException($"{kind} is not kept as bytes.");
        }
    }

    private static void Write(BinaryWriter writer, TensorInfo value)
    {
        writer.Write(value.Name);
        WriteNumbers<int>(writer, [value.Shape.Batch, value.Shape.Channels, value.Shape.Height, value.Shape.Width]);
        writer.Write((byte)value.ElementType);
        writer.Write(value.Quantization is not null);
        if (value.Quantization is { } quantization)
        {
            writer.Write(quantization.Scale);
            writer.Write(quantization.ZeroPoint);
        }
    }

    private static TensorInfo ReadValue(BinaryReader reader)
    {
        string name = reader.ReadString();
        int[] extents = ReadNumbers<int>(reader);
        return new TensorInfo(
            name,
            TensorShape.FromNchw(extents[0], extents[1], extents[2], extents[3]),
            (ElementType)reader.ReadByte(),
            reader.ReadBoolean() ? QuantizationParameters.FromScale(reader.ReadSingle(), reader.ReadInt32()) : null);
    }

    private static void WriteNumbers<T>(BinaryWriter writer, ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        writer.Write(numbers.Length);
        writer.Write(MemoryMarshal.AsBytes(numbers));
    }

    private static T[] ReadNumbers<T>(BinaryReader reader)
        where T : unmanaged
    {
        var numbers = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }
}
