using System.Text.Json;

namespace TileProof.Golden.Quantization;

/// <summary>The text form of a calibration: JSON with one line a value, its two ends in four significant digits.</summary>
public static class CalibrationFile
{
    /// <summary>Writes a calibration of a built-in network.</summary>
    public static void Write(Stream stream, CalibrationKey key, Calibration calibration)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(calibration);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("network", key.NetworkName);
        json.WriteNumber("parameterSeed", key.ParameterSeed);
        json.WriteNumber("height", key.Height);
        json.WriteNumber("width", key.Width);
        json.WriteNumber("imageSeed", key.Options.ImageSeed);
        json.WriteNumber("imageCount", key.Options.ImageCount);
        json.WriteString("method", key.Options.Method.ToString());
        json.WriteNumber("percentile", key.Options.Percentile);
        json.WriteString("engine", calibration.Engine);
        json.WriteStartObject("ranges");
        foreach ((string name, ValueRange range) in calibration.Ranges)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(FormattableString.Invariant($"[{range.Minimum:R}, {range.Maximum:R}]"));
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="fileName">For messages.</param>
    /// <exception cref="CalibrationFormatException">The file is not JSON, or a field is missing or out of its range.</exception>
    public static (CalibrationKey Key, Calibration Calibration) Read(Stream stream, string fileName)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            var options = new CalibrationOptions
            {
                ImageSeed = root.GetProperty("imageSeed").GetUInt64(),
                ImageCount = root.GetProperty("imageCount").GetInt32(),
                Method = Enum.Parse<CalibrationMethod>(root.GetProperty("method").GetString() ?? ""),
                Percentile = root.GetProperty("percentile").GetDouble(),
            };
            var key = new CalibrationKey(
                root.GetProperty("network").GetString() ?? "",
                root.GetProperty("parameterSeed").GetUInt64(),
                root.GetProperty("height").GetInt32(),
                root.GetProperty("width").GetInt32(),
                options);
            var ranges = root.GetProperty("ranges").EnumerateObject().ToDictionary(
                entry => entry.Name, entry => ValueRange.Between(entry.Value[0].GetSingle(), entry.Value[1].GetSingle()), StringComparer.Ordinal);
            return (key, new Calibration(ranges, root.GetProperty("engine").GetString() ?? ""));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            throw new CalibrationFormatException(fileName, exception.Message.ReplaceLineEndings(" "), exception);
        }
    }
}
