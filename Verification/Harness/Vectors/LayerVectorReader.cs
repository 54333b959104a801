using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TileProof.Golden.Import;
using TileProof.Operators;
using TileProof.Verification.Files;

namespace TileProof.Verification.Vectors;

/// <summary>Reads a single-layer folder: <c>params.json</c>, <c>input_q.bin</c>, <c>weight.bin</c>, <c>bias.bin</c>, <c>output_opt.bin</c> and, where there is one, <c>output_generic.bin</c>.</summary>
/// <remarks>Tensors are raw row-major bytes: int8, the bias int32 little-endian. Sizes are checked before anything is read.</remarks>
public static class LayerVectorReader
{
    /// <summary>The file with the shape and the quantization.</summary>
    public const string ParametersFileName = "params.json";

    private const string InputFileName = "input_q.bin";
    private const string WeightFileName = "weight.bin";
    private const string BiasFileName = "bias.bin";
    private const string OptimizedFileName = "output_opt.bin";
    private const string GenericFileName = "output_generic.bin";

    private const int MaximumExtent = 65536;
    private const int MaximumAccumulatorShift = 23;
    private const int MaximumOutputShift = 31;

    /// <summary>Reads and checks every field and file.</summary>
    /// <exception cref="FixtureException">A file is missing, too short or too long, or a field is missing, of the wrong type, or out of range.</exception>
    public static LayerVector Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ParameterFile parameters = ParameterFile.Read(Path.Combine(folder, ParametersFileName));
        Conv2dShape shape = ReadShape(parameters);
        sbyte[] input = ReadInt8(folder, InputFileName, shape.InputShape().ElementCount);
        sbyte[] weights = ReadInt8(folder, WeightFileName, shape.WeightCount);
        int[] bias = ReadInt32(folder, BiasFileName, shape.OutChannels);
        int outputBytes = shape.OutputShape().ElementCount;
        return new LayerVector
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            Shape = shape,
            InputQuantization = ReadQuantization(parameters, "in_scale", "in_zp"),
            OutputQuantization = ReadQuantization(parameters, "out_scale", "out_zp"),
            BiasScale = parameters.PositiveSingle("bias_scale"),
            AccumulatorShift = parameters.Int32("accum_shift", 0, MaximumAccumulatorShift),
            OutputScaleMultiplier = (ushort)parameters.Int32("u16_output_scale", 1, ushort.MaxValue),
            OutputShift = parameters.Int32("output_shift", 0, MaximumOutputShift),
            Input = input,
            Weights = weights,
            Bias = bias,
            ExpectedOptimized = ReadInt8(folder, OptimizedFileName, outputBytes),
            ExpectedGeneric = File.Exists(Path.Combine(folder, GenericFileName)) ? ReadInt8(folder, GenericFileName, outputBytes) : null,
        };
    }

    private static Conv2dShape ReadShape(ParameterFile parameters)
    {
        int Extent(string field) => parameters.Int32(field, 1, MaximumExtent);

        Conv2dShape shape;
        try
        {
            shape = Conv2dShape.Create(
                Extent("ic"), Extent("ih"), Extent("iw"), Extent("oc"), Extent("kh"), Extent("kw"),
                Extent("stride"), parameters.Int32("pad", 0, MaximumExtent), Extent("dilation"));
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            string problem = exception.Message.Split(" (Parameter", StringSplitOptions.None)[0].ReplaceLineEndings(" ");
            throw new FixtureException(parameters.Path, "ic, ih, iw, oc, kh, kw, stride, pad, dilation", $"no possible convolution: {problem}", exception);
        }

        RequireEqual(parameters, "oh", shape.OutHeight);
        RequireEqual(parameters, "ow", shape.OutWidth);
        return shape;
    }

    private static void RequireEqual(ParameterFile parameters, string field, int expected)
    {
        int actual = parameters.Int32(field, 1, int.MaxValue);
        if (actual != expected)
        {
            throw new FixtureException(parameters.Path, field, $"is {actual}, but the other fields give {expected}");
        }
    }

    private static QuantizationParameters ReadQuantization(ParameterFile parameters, string scaleField, string zeroPointField) =>
        QuantizationParameters.FromScale(parameters.PositiveSingle(scaleField), parameters.Int32(zeroPointField, sbyte.MinValue, sbyte.MaxValue));

    private static sbyte[] ReadInt8(string folder, string fileName, int count) =>
        MemoryMarshal.Cast<byte, sbyte>(ReadBytes(Path.Combine(folder, fileName), count)).ToArray();

    private static int[] ReadInt32(string folder, string fileName, int count)
    {
        byte[] bytes = ReadBytes(Path.Combine(folder, fileName), (long)count * sizeof(int));
        var values = new int[count];
        for (int index = 0; index < count; index++)
        {
            values[index] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(index * sizeof(int)));
        }

        return values;
    }

    private static byte[] ReadBytes(string path, long expectedBytes)
    {
        try
        {
            using FileStream stream = InputFile.Open(path, long.MaxValue);
            if (stream.Length != expectedBytes)
            {
                throw new FixtureException(path, null, $"has {stream.Length} bytes, expected {expectedBytes}");
            }

            var bytes = new byte[expectedBytes];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FixtureException(path, null, $"cannot be read: {FileProblem.Describe(exception)}, expected {expectedBytes} bytes", exception);
        }
    }
}
