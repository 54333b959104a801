using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using TileProof.Golden.Import;
using TileProof.Verification.Files;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.InputData;

/// <summary>Rows of a CSV file, one at a time.</summary>
internal sealed class CsvRowReader : IDisposable
{
    private const int LargestFieldCharacters = 4096;

    private readonly string path;
    private readonly CsvParser parser;

    /// <summary>Opens a file before its first row.</summary>
    /// <exception cref="FixtureException">It cannot be opened.</exception>
    public CsvRowReader(string path)
    {
        this.path = path;
        try
        {
            var text = new StreamReader(InputFile.Open(path, long.MaxValue), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            parser = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                TrimOptions = TrimOptions.Trim, MaxFieldSize = LargestFieldCharacters, IgnoreBlankLines = true,
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(path, null, $"cannot read it: {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>The row that was read last, counted from 1, blank ones too.</summary>
    public int Line => parser.RawRow;

    /// <summary>The place of that row, for messages.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"line {Line}");

    /// <summary>The next row; null at the end.</summary>
    /// <exception cref="FixtureException">The text is no CSV.</exception>
    public string[]? Next()
    {
        try
        {
            return parser.Read() ? parser.Record : null;
        }
        catch (Exception exception) when (exception is CsvHelperException or DecoderFallbackException or IOException)
        {
            throw new FixtureException(path, Place, $"it is no UTF-8 text of comma-separated values ({exception.GetType().Name})", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => parser.Dispose();
}
