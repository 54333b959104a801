using System.Globalization;
using System.Numerics;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.InputData;

/// <summary>The classes of images: a CSV file with a class a row, or a file name and a class; or an IDX file.</summary>
/// <remarks>A header row is one whose last column is <c>label</c> or <c>class</c>. Classes are whole numbers from 0, or names, which are numbered in their ordinal order.</remarks>
internal sealed class LabelFile
{
    private readonly string path;
    private readonly int[] inOrder;
    private readonly Dictionary<string, int>? byName;

    private LabelFile(string path, int[] inOrder, Dictionary<string, int>? byName)
    {
        this.path = path;
        this.inOrder = inOrder;
        this.byName = byName;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="imageCount">How many images there are.</param>
    /// <exception cref="FixtureException">It is no such file, or has another number of classes in order than there are images.</exception>
    public static LabelFile Read(string path, int imageCount)
    {
        LabelFile labels = Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase) ? ReadCsv(path) : ReadIdx(path);
        return labels.byName is not null || labels.inOrder.Length == imageCount
            ? labels
            : throw new FixtureException(path, null, string.Create(CultureInfo.InvariantCulture, $"{labels.inOrder.Length} labels in order, expected {imageCount}, one an image"));
    }

    /// <summary>The numbers of classes that have names: ordinal order, or the numbers that the names are.</summary>
    /// <param name="path">The file or folder that holds them, for messages.</param>
    /// <param name="names">The names, in any order.</param>
    /// <exception cref="FixtureException">Some are numbers and others are not, or a number is none of a class.</exception>
    public static Dictionary<string, int> Number(string path, IEnumerable<string> names)
    {
        string[] distinct = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (!Array.Exists(distinct, IsNumber))
        {
            return distinct.Index().ToDictionary(static entry => entry.Item, static entry => entry.Index, StringComparer.Ordinal);
        }

        return Array.Find(distinct, static name => !TryParse(name, out _)) is { } other
            ? throw new FixtureException(path, null, IsNumber(other) ? $"class '{other}' is no whole number from 0" : $"class '{other}' is a name, and class '{Array.Find(distinct, IsNumber)}' a number; use one or the other")
            : distinct.ToDictionary(static name => name, static name => int.Parse(name, CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }

    /// <summary>The class of an image.</summary>
    /// <param name="index">Which image.</param>
    /// <param name="name">Its file, below the folder of the images, with <c>/</c> between folders; for messages where there is none.</param>
    /// <exception cref="FixtureException">The file states none.</exception>
    public int Of(int index, string name)
    {
        if (byName is null)
        {
            return inOrder[index];
        }

        return byName.TryGetValue(name, out int label) || byName.TryGetValue(Path.GetFileName(name), out label)
            ? label
            : throw new FixtureException(path, null, $"there is no label for '{name}'; add a row with its name and class");
    }

    private static LabelFile ReadCsv(string path)
    {
        using var reader = new CsvRowReader(path);
        var rows = new List<(string[] Fields, string Place)>();
        while (reader.Next() is { } row)
        {
            bool isHeader = rows.Count == 0 && row[^1].ToUpperInvariant() is "LABEL" or "CLASS";
            if (isHeader)
            {
                continue;
            }

            if (row.Length > 2 || row[^1].Length == 0 || (rows.Count > 0 && row.Length != rows[0].Fields.Length))
            {
                throw new FixtureException(path, reader.Place, $"'{string.Join(',', row.Take(4))}' is neither a class nor a file name and a class, as all rows must be alike");
            }

            rows.Add((row, reader.Place));
        }

        if (rows.Count == 0)
        {
            throw new FixtureException(path, null, "it has no labels");
        }

        Dictionary<string, int> numbers = Number(path, rows.Select(static row => row.Fields[^1]));
        int[] inOrder = [.. rows.Select(row => numbers[row.Fields[^1]])];
        if (rows[0].Fields.Length == 1)
        {
            return new LabelFile(path, inOrder, null);
        }

        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (((string[] fields, string place), int label) in rows.Zip(inOrder))
        {
            if (!byName.TryAdd(fields[0].Replace('\\', '/'), label))
            {
                throw new FixtureException(path, place, $"'{fields[0]}' has a label already");
            }
        }

        return new LabelFile(path, inOrder, byName);
    }

    private static LabelFile ReadIdx(string path)
    {
        using var file = new ForwardFile(path);
        ArrayHeader header = file.ReadStart(stream => IdxHeader.Read(stream, path));
        if (header.Extents.Count != 1 || header.Type != NumberType.U8)
        {
            throw new FixtureException(path, "header", "it holds no labels, which are one list of 8-bit numbers");
        }

        var labels = new byte[header.Extents[0]];
        return file.TryRead(header.OffsetBytes, labels)
            ? new LabelFile(path, Array.ConvertAll(labels, static label => (int)label), null)
            : throw new FixtureException(path, null, string.Create(CultureInfo.InvariantCulture, $"the file ends before its {labels.Length} labels"));
    }

    private static bool IsNumber(string text) => BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static bool TryParse(string text, out int label) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out label);
}
