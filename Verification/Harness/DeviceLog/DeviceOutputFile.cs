using System.Globalization;
using TileProof.Golden.Import;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Diagnosis;
using TileProof.Verification.Files;
using TileProof.Verification.InputData;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.DeviceLog;

/// <summary>Reads what a device made of one convolution: a NumPy file, the log of the run, or raw bytes.</summary>
/// <remarks>Real numbers are levels times the scale, as a dequantize behind the layer gives them; each must be a level of the layer's output.</remarks>
public static class DeviceOutputFile
{
    private const int MaximumBytes = 256 * 1024 * 1024;

    /// <summary>How far from a level a real number may be, in steps: more than rounding and printed digits, far less than half.</summary>
    private const double LevelTolerance = 0.1;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A file that ends in .npy, in .log or .txt, or in anything else for raw int8 or little-endian float32.</param>
    /// <param name="shape">The output of the layer, <c>[N, OC, OH, OW]</c>.</param>
    /// <param name="quantization">Scale and zero point of its levels.</param>
    /// <param name="dumpOf">The LAYER_DUMP line of the layer in a log; null where it has none.</param>
    /// <exception cref="FixtureException">The file cannot be read, or holds no output of this layer.</exception>
    public static DeviceValues Read(string path, TensorShape shape, QuantizationParameters quantization, Func<DeviceLogFile, LayerDumpLine?> dumpOf)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(dumpOf);
        int count = shape.ElementCount;
        if (Path.GetExtension(path).ToUpperInvariant() is ".LOG" or ".TXT")
        {
            return OfLog(DeviceLogFile.Read(path), count, quantization, dumpOf);
        }

        byte[] bytes = ReadBytes(path);
        if (Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase))
        {
            return DeviceValues.Of(OfArray(path, bytes, count, quantization));
        }

        return bytes.Length == count ? DeviceValues.Of(Array.ConvertAll(bytes, static level => unchecked((sbyte)level)))
            : bytes.Length == (long)count * sizeof(float) ? DeviceValues.Of(LevelsOf(path, Numbers(bytes, NumberType.F32, isBigEndian: false, count), quantization))
            : throw new FixtureException(path, null, string.Create(CultureInfo.InvariantCulture, $"has {bytes.Length} bytes; the output {shape} takes {count} as int8 or {(long)count * sizeof(float)} as float32"));
    }

    /// <summary>Says before a network is loaded that the file cannot be read.</summary>
    /// <exception cref="FixtureException">The file cannot be read.</exception>
    public static void RequireReadable(string path) => _ = ReadBytes(path);

    /// <summary>The dump of a call in the log of its whole network; null where there is none.</summary>
    public static LayerDumpLine? DumpOf(DeviceLogFile log, Network network, OperatorCall call)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(call);
        var calls = new CallMatcher(network, static one => one.Output.Shape.ElementCount);
        return log.Dumps.FirstOrDefault(dump => calls.Next(dump.Operator, dump.Count) == call);
    }

    private static DeviceValues OfLog(DeviceLogFile log, int count, QuantizationParameters quantization, Func<DeviceLogFile, LayerDumpLine?> dumpOf)
    {
        if (log.Output is { } printed && printed.Elements.Count == count)
        {
            double[] values = [.. printed.Elements.Select(static value => (double)value)];
            return DeviceValues.Of(Array.TrueForAll(values, IsLevel) ? Array.ConvertAll(values, static value => (sbyte)value) : LevelsOf(log.Path, values, quantization));
        }

        LayerDumpLine dump = dumpOf(log) ?? throw new FixtureException(
            log.Path, null, string.Create(CultureInfo.InvariantCulture, $"has no output tensor of {count} elements, and no LAYER_DUMP line of this layer"));
        string place = string.Create(CultureInfo.InvariantCulture, $"line {dump.Line}");
        if (dump.TypeCode != LayerDumpLine.Int8Code || !dump.First.All(IsLevel) || dump.First.Count > count)
        {
            throw new FixtureException(log.Path, place, "is no dump of int8 levels");
        }

        var levels = new sbyte[count];
        for (int i = 0; i < dump.First.Count; i++)
        {
            levels[i] = (sbyte)dump.First[i];
        }

        return new DeviceValues { Levels = levels, KnownCount = dump.First.Count, Totals = ((long)dump.Sum, (int)dump.Minimum, (int)dump.Maximum) };
    }

    private static sbyte[] OfArray(string path, byte[] bytes, int count, QuantizationParameters quantization)
    {
        using var stream = new MemoryStream(bytes);
        ArrayHeader header = NpyHeader.Read(stream, path);
        long elements = header.Extents.Aggregate(1L, static (product, extent) => product * extent);
        if (elements != count || bytes.Length - header.OffsetBytes != elements * header.Type.SizeBytes())
        {
            throw new FixtureException(path, "shape", string.Create(CultureInfo.InvariantCulture, $"{ArrayHeader.Describe(header.Extents)} numbers in {bytes.Length - header.OffsetBytes} bytes are no output of {count} elements"));
        }

        ReadOnlySpan<byte> numbers = bytes.AsSpan(header.OffsetBytes);
        if (header.Type is NumberType.I8 or NumberType.U8)
        {
            return Array.ConvertAll(numbers.ToArray(), static level => unchecked((sbyte)level));
        }

        double[] values = Numbers(numbers, header.Type, header.IsBigEndian, count);
        return header.Type is NumberType.I16 or NumberType.I32 or NumberType.I64
            ? [.. values.Select((value, index) => IsLevel(value) ? (sbyte)value : throw NoLevel(path, index, value))]
            : LevelsOf(path, values, quantization);
    }

    private static double[] Numbers(ReadOnlySpan<byte> bytes, NumberType type, bool isBigEndian, int count)
    {
        var numbers = new float[count];
        InputData.Numbers.Read(bytes, type, isBigEndian, numbers);
        return Array.ConvertAll(numbers, static number => (double)number);
    }

    private static sbyte[] LevelsOf(string path, double[] values, QuantizationParameters quantization) =>
    [
        .. values.Select((value, index) =>
        {
            double level = (value / quantization.Scale) + quantization.ZeroPoint;
            return IsLevel(Math.Round(level)) && Math.Abs(level - Math.Round(level)) < LevelTolerance ? (sbyte)Math.Round(level) : throw NoLevel(path, index, value);
        }),
    ];

    private static bool IsLevel(double value) => value is >= sbyte.MinValue and <= sbyte.MaxValue && Math.Floor(value) == value;

    private static FixtureException NoLevel(string path, int index, double value) => new(
        path, string.Create(CultureInfo.InvariantCulture, $"element {index}"), string.Create(CultureInfo.InvariantCulture, $"{value:R} is no int8 level of the layer's output, nor one times its scale"));

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return InputFile.ReadBytes(path, MaximumBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FixtureException(path, null, $"cannot be read: {FileProblem.Describe(exception)}", exception);
        }
    }
}
