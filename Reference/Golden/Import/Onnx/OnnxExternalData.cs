using System.Globalization;
using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Reads tensors from the files beside a model. They may not lie outside its folder.</summary>
/// <param name="path">The model file, for messages.</param>
/// <param name="folder">The model's folder; null where the model did not come from a file.</param>
internal sealed class OnnxExternalData(string path, string? folder)
{
    /// <summary>Data files above this are refused, 64 GiB; a model may read less than <see cref="ModelFile.MaximumBytes"/> of them.</summary>
    public const long MaximumFileBytes = 1L << 36;

    private long readBytes;

    /// <summary>The bytes of a tensor. Its size is checked before any are read.</summary>
    /// <exception cref="ModelFormatException">
    /// The entry is incomplete, names a file elsewhere, by a symbolic link too, or the file is missing, too short or no regular file.
    /// </exception>
    public ReadOnlyMemory<byte> Read(string place, TensorProto tensor, long expectedBytes)
    {
        string location = Entry(tensor, "location") ?? throw Fault(place, "has external data without a location");
        if (folder is null)
        {
            throw Fault(place, $"has its data in '{location}', expected a model read from a file");
        }

        if (location.Length == 0 || Path.IsPathRooted(location) || location.Contains('\0', StringComparison.Ordinal)
            || location.Split('/', '\\').Contains(".."))
        {
            throw Fault(place, $"has its data in '{location}', expected a file in the model's folder");
        }

        long offset = Number(place, tensor, "offset") ?? 0;
        long length = Number(place, tensor, "length") ?? expectedBytes;
        if (length != expectedBytes)
        {
            throw Fault(place, Text($"has {length} bytes in '{location}', but its dimensions take {expectedBytes}"));
        }

        if (length >= ModelFile.MaximumBytes - readBytes)
        {
            throw Fault(place, Text($"has {length} bytes in '{location}', with {readBytes} of other tensors, expected less than {ModelFile.MaximumBytes} together"));
        }

        string file = Path.Combine(folder, location);
        try
        {
            if (!RealPath.IsBelow(folder, file))
            {
                throw Fault(place, $"has its data in '{location}', a symbolic link out of the model's folder, expected a file in it");
            }

            using FileStream stream = InputFile.Open(file, MaximumFileBytes);
            if (offset > stream.Length - length)
            {
                throw Fault(place, Text($"takes {length} bytes from byte {offset} of '{location}', which has {stream.Length}"));
            }

            var bytes = new byte[length];
            stream.Position = offset;
            stream.ReadExactly(bytes);
            readBytes += length;
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ModelFormatException(
                path, place, $"its data file '{location}' cannot be read: {ModelFile.ProblemOf(exception)}", exception);
        }
    }

    private static string? Entry(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;

    private long? Number(string place, TensorProto tensor, string key) => Entry(tensor, key) switch
    {
        null => null,
        { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) => number,
        { } text => throw Fault(place, $"has the {key} '{text}' of its external data, expected a whole number"),
    };

    private ModelFormatException Fault(string place, string problem) => new(path, place, problem);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
