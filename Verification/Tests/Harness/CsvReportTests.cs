using System.Globalization;
using TileProof.Verification.Files;

namespace TileProof.Tests.Harness;

public sealed class CsvReportTests
{
    private sealed record Row(string Network, string ConfigKey, int Dram0Bytes, double RelativeError, bool IsEqual, string? FirstMismatch);

    private static readonly Row[] Rows =
    [
        new("resnet18", "3_64_64", 4096, 0.1, true, null),
        new("a,\"b\"", "x\ny", -1, 1e-300, false, "[0,1,2,3]"),
    ];

    private const string Expected =
        "network,config_key,dram0_bytes,relative_error,is_equal,first_mismatch\n" +
        "resnet18,3_64_64,4096,0.1,True,\n" +
        "\"a,\"\"b\"\"\",\"x\ny\",-1,1E-300,False,\"[0,1,2,3]\"\n";

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    public void Write_AnyCulture_SameText(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureWithComma(culture);
            using var writer = new StringWriter();
            CsvReport.Write(writer, Rows);
            Assert.Equal(Expected, writer.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>Spaces at an end would be lost by many readers; a carriage return ends no line here.</summary>
    [Fact]
    public void Write_SpacesAtAnEnd_AreInQuotes()
    {
        using var writer = new StringWriter();
        CsvReport.Write(writer, [new Row(" a", "b ", 1, 2, true, "c d\r")]);
        Assert.EndsWith("\n\" a\",\"b \",1,2,True,c d\r\n", writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NoRows_WritesTheHeader()
    {
        using var writer = new StringWriter();
        CsvReport.Write<Row>(writer, []);
        Assert.Equal("network,config_key,dram0_bytes,relative_error,is_equal,first_mismatch\n", writer.ToString());
    }

    [Fact]
    public void Write_ToAWriter_LeavesItOpen()
    {
        using var stream = new MemoryStream();
        using var writer = new StreamWriter(stream);
        CsvReport.Write(writer, Rows);
        writer.Write("more");
        writer.Flush();
        Assert.Equal(Expected + "more", System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <summary>No byte order mark, no carriage return.</summary>
    [Fact]
    public void Write_ToAFile_IsTheTextAndNothingElse()
    {
        using var folder = new Support.TemporaryFolder();
        CsvReport.Write(folder["rows.csv"], Rows);
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(Expected), File.ReadAllBytes(folder["rows.csv"]));
    }

    // Tests run with invariant globalization, where named cultures do not differ; the separators are set by hand.
    private static CultureInfo CultureWithComma(string name)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        if (name.Length > 0)
        {
            culture.NumberFormat.NumberDecimalSeparator = ",";
            culture.NumberFormat.NegativeSign = "~";
            culture.TextInfo.ListSeparator = ";";
        }

        return culture;
    }
}
