using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TileProof.Verification.Files;

/// <summary>A table in Markdown, written row by row to the end of a text.</summary>
public sealed class MarkdownTable
{
    private const string Separator = " | ";

    private readonly StringBuilder text;
    private readonly int columns;

    /// <summary>Writes the headings.</summary>
    /// <param name="text">Receives the table.</param>
    /// <param name="headings">Column by column; one that ends with a colon is of numbers, aligned at the right, as Markdown writes it.</param>
    public MarkdownTable(StringBuilder text, params IEnumerable<string> headings)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] names = [.. headings];
        this.text = text;
        columns = names.Length;
        Row(names.Select(static name => name.TrimEnd(':')));
        text.Append('|').AppendJoin('|', names.Select(static name => name.EndsWith(':') ? "---:" : "---")).Append("|\n");
    }

    /// <summary>Writes a row.</summary>
    /// <param name="cells">The cells with <c> | </c> between them; values are written in the invariant culture.</param>
    /// <exception cref="InvalidOperationException">The row has more or fewer cells than the table has columns.</exception>
    public void Row([InterpolatedStringHandlerArgument("")] ref CellText cells) => End(cells.Count);

    /// <summary>Writes a row.</summary>
    /// <exception cref="InvalidOperationException">The row has more or fewer cells than the table has columns.</exception>
    public void Row(IEnumerable<string> cells)
    {
        string[] all = [.. cells];
        text.Append("| ").AppendJoin(Separator, all.Select(Escape));
        End(all.Length);
    }

    private void End(int cells)
    {
        text.Append(" |\n");
        if (cells != columns)
        {
            throw new InvalidOperationException($"a row of {cells} cells in a table of {columns} columns");
        }
    }

    private static string Escape(string cell) => cell.Replace("|", @"\|", StringComparison.Ordinal);

    /// <summary>Writes the cells of a row to the text of its table, and counts them.</summary>
    [InterpolatedStringHandler]
    public ref struct CellText
    {
        private readonly StringBuilder text;

        /// <summary>Begins a row of a table.</summary>
        public CellText(int literalLength, int formattedCount, MarkdownTable table)
        {
            _ = (literalLength, formattedCount);
            text = table.text.Append("| ");
            Count = 1;
        }

        /// <summary>Cells so far.</summary>
        internal int Count { get; private set; }

        /// <summary>Writes what stands between values: a separator of cells begins the next one.</summary>
        public void AppendLiteral(string literal)
        {
            ArgumentNullException.ThrowIfNull(literal);
            text.Append(literal);
            Count += literal.Split(Separator).Length - 1;
        }

        /// <summary>Writes a value.</summary>
        public readonly void AppendFormatted<T>(T value, string? format = null) =>
            text.Append(Escape((value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString()) ?? ""));
    }
}
