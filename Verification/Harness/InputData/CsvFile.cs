using System.Globalization;
using TileProof.Operators;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.InputData;

/// <summary>A CSV file: one image a row, its numbers in the order of the network's input; a column <c>label</c> of a header row is the class.</summary>
internal sealed class CsvFile : IImageFile
{
    private readonly string path;
    private readonly TensorShape input;
    private readonly DataLayout layout;
    private readonly bool hasHeader;
    private readonly int labelColumn;
    private readonly List<int>? labels;
    private CsvRowReader? rows;
    private int nextIndex;

    /// <summary>Opens a file and counts its rows.</summary>
    /// <exception cref="FixtureException">It is no CSV file, or a label is no class.</exception>
    public CsvFile(string path, TensorShape input, DataLayout layout)
    {
        this.path = path;
        this.input = input;
        this.layout = layout;
        using var counted = new CsvRowReader(path);
        string[]? first = counted.Next();
        hasHeader = first?.Any(static field => field.Any(char.IsAsciiLetter) && !TryParse(field, out _)) == true;
        labelColumn = hasHeader ? Array.FindIndex(first!, static field => field.Equals("label", StringComparison.OrdinalIgnoreCase)) : -1;
        labels = labelColumn >= 0 ? [] : null;
        for (string[]? row = hasHeader ? counted.Next() : first; row is not null; row = counted.Next())
        {
            Count++;
            if (labels is not null)
            {
                labels.Add(labelColumn < row.Length && int.TryParse(row[labelColumn], NumberStyles.None, CultureInfo.InvariantCulture, out int label)
                    ? label
                    : throw new FixtureException(path, $"{counted.Place}, column label", $"'{(labelColumn < row.Length ? row[labelColumn] : "")}' is no class, expected a whole number from 0"));
            }
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int? LabelOf(int index) => labels?[index];

    /// <inheritdoc/>
    public RawImage Read(int index)
    {
        if (rows is null || index < nextIndex)
        {
            rows?.Dispose();
            rows = new CsvRowReader(path);
            nextIndex = 0;
            if (hasHeader)
            {
                rows.Next();
            }
        }

        string[]? row = null;
        for (; nextIndex <= index; nextIndex++)
        {
            row = rows.Next() ?? throw new FixtureException(path, null, "it has become shorter while it was read");
        }

        int numbers = row!.Length - (labelColumn >= 0 ? 1 : 0);
        if (numbers != input.ImageElementCount)
        {
            throw new FixtureException(
                path, rows.Place, string.Create(CultureInfo.InvariantCulture, $"{numbers} numbers, expected {input.ImageElementCount}: {input.Channels}x{input.Height}x{input.Width}"));
        }

        var elements = new float[numbers];
        for (int column = 0, element = 0; column < row.Length; column++)
        {
            if (column == labelColumn)
            {
                continue;
            }

            if (!TryParse(row[column], out elements[element++]))
            {
                throw new FixtureException(path, string.Create(CultureInfo.InvariantCulture, $"{rows.Place}, column {column + 1}"), $"'{row[column]}' is no number");
            }
        }

        return layout == DataLayout.Nhwc
            ? RawImage.FromChannelsLast(input.Channels, input.Height, input.Width, elements)
            : new RawImage(input.Channels, input.Height, input.Width, elements);
    }

    /// <inheritdoc/>
    public void Dispose() => rows?.Dispose();

    private static bool TryParse(string field, out float number) => float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
