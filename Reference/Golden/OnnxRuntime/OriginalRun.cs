using Microsoft.ML.OnnxRuntime;
using TileProof.Golden.Import;
using TileProof.Golden.Onnx;
using TileProof.Operators;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>Runs a user's model file as it is.</summary>
public static class OriginalRun
{
    /// <summary>Values of the file for an input.</summary>
    /// <param name="model">The file.</param>
    /// <param name="values">Names of values in the file; they become outputs.</param>
    /// <param name="image">float32, as many elements as the file's input.</param>
    /// <param name="optimization">How far the graph may be rewritten; not at all for what the file itself says.</param>
    /// <param name="isExact">Whether 8-bit products are exact on every CPU; false for ONNX Runtime's own default.</param>
    /// <returns>float32 values, and 8-bit ones as int8: levels of uint8 are moved by -128, as on import. Shapes are flat: <c>[1, elements]</c>.</returns>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file.</exception>
    /// <exception cref="NotSupportedException">A value is neither float32 nor 8-bit.</exception>
    public static IReadOnlyDictionary<string, Tensor> Values(
        OriginalModel model, IReadOnlyList<string> values, Tensor image, OnnxRuntimeOptimization optimization = OnnxRuntimeOptimization.None, bool isExact = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(image);
        using var session = new OnnxRuntimeSession(model.WithOutputs(values), threadCount: 1, optimization, isExact);
        OnnxTensor input = InputOf(model, image);
        return session.Run(values, input).ToDictionary(static output => output.Name, Flat, StringComparer.Ordinal);
    }

    /// <summary>All elements of a float32 value of the file over several inputs, one input after the other.</summary>
    /// <param name="model">The file.</param>
    /// <param name="value">The name of the value in the file; it becomes an output.</param>
    /// <param name="images">float32, as many elements as the file's input.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file.</exception>
    /// <exception cref="NotSupportedException">The value is not float32.</exception>
    internal static IEnumerable<float> Over(OriginalModel model, string value, IEnumerable<Tensor> images)
    {
        using var session = new OnnxRuntimeSession(model.WithOutputs([value]), threadCount: 1, OnnxRuntimeOptimization.None);
        foreach (Tensor image in images)
        {
            OnnxTensor output = session.Run([value], InputOf(model, image))[0];
            if (output.ElementType != OnnxElementType.Float32)
            {
                throw new NotSupportedException($"The value '{value}' is {output.ElementType}, expected float32.");
            }

            foreach (float element in output.Elements<float>().ToArray())
            {
                yield return element;
            }
        }
    }

    /// <summary>The image in the form that the file takes: its own order of axes, and levels as the library makes them.</summary>
    private static OnnxTensor InputOf(OriginalModel model, Tensor image)
    {
        long[] dimensions = [.. model.InputDimensions];
        float[] elements = image.Float32.ToArray();
        if (model.InputForm.IsChannelsLast)
        {
            (int images, int channels, int positions) = ((int)dimensions[0], (int)dimensions[1], (int)(dimensions[2] * dimensions[3]));
            float[] first = elements;
            elements = new float[first.Length];
            for (int i = 0; i < first.Length; i++)
            {
                int position = i % positions;
                int channel = i / positions % channels;
                elements[(((i / positions / channels) * positions) + position) * channels + channel] = first[i];
            }

            dimensions = [images, dimensions[2], dimensions[3], channels];
        }

        if (model.InputForm.Levels is not { } levels)
        {
            return OnnxTensor.Create<float>(model.InputName, elements, dimensions);
        }

        float inverseScale = Math.Min(1f / levels.Scale, float.MaxValue);
        byte[] codes = Array.ConvertAll(elements, element =>
        {
            float level = MathF.Round(MathF.FusedMultiplyAdd(element, inverseScale, levels.ZeroPoint), MidpointRounding.ToEven);
            return levels.IsUnsigned ? (byte)Math.Clamp(level, byte.MinValue, byte.MaxValue) : unchecked((byte)(sbyte)Math.Clamp(level, sbyte.MinValue, sbyte.MaxValue));
        });
        return levels.IsUnsigned
            ? OnnxTensor.Create<byte>(model.InputName, codes, dimensions)
            : OnnxTensor.Create<sbyte>(model.InputName, Array.ConvertAll(codes, static code => unchecked((sbyte)code)), dimensions);
    }

    private static Tensor Flat(OnnxTensor value)
    {
        switch (value.ElementType)
        {
            case OnnxElementType.Float32:
                return Tensor.FromFloat32(TensorShape.FromMatrix(1, value.Elements<float>().Length), value.Elements<float>());
            case OnnxElementType.Int8:
                return Tensor.FromInt8(TensorShape.FromMatrix(1, value.Elements<sbyte>().Length), value.Elements<sbyte>());
            case OnnxElementType.UInt8:
                sbyte[] levels = [.. value.Elements<byte>().ToArray().Select(static code => unchecked((sbyte)(code ^ 0x80)))];
                return Tensor.FromInt8(TensorShape.FromMatrix(1, levels.Length), levels);
            default:
                throw new NotSupportedException($"The value '{value.Name}' is {value.ElementType}, expected float32, int8 or uint8.");
        }
    }
}
