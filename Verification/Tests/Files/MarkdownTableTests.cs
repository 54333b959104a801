using System.Text;
using TileProof.Verification.Files;

namespace TileProof.Tests.Files;

public sealed class MarkdownTableTests
{
    private readonly StringBuilder text = new("Before.\n");

    [Fact]
    public void Row_OfValuesOrOfTexts_IsAlignedAsItsHeadingsSay()
    {
        var table = new MarkdownTable(text, "layer", "cycles:", "saved:");
        table.Row($"conv{1} | {1234567:N0} | {0.125:P1}");
        table.Row(["conv2", "7", ""]);
        Assert.Equal(
            """
            Before.
            | layer | cycles | saved |
            |---|---:|---:|
            | conv1 | 1,234,567 | 12.5 % |
            | conv2 | 7 |  |

            """.ReplaceLineEndings("\n"),
            text.ToString());
    }

    [Fact]
    public void Row_ValueWithABar_StaysInItsCell()
    {
        var table = new MarkdownTable(text, "a|b", "c");
        string value = "x | y";
        table.Row($"{value} | {null as string}");
        table.Row([value, "|"]);
        Assert.EndsWith("| a\\|b | c |\n|---|---|\n| x \\| y |  |\n| x \\| y | \\| |\n", text.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Row_OtherCountOfCellsThanColumns_IsRefused(int cells)
    {
        var table = new MarkdownTable(text, "a", "b");
        Assert.Throws<InvalidOperationException>(() => table.Row(Enumerable.Repeat("1", cells)));
        if (cells == 1)
        {
            Assert.Throws<InvalidOperationException>(() => table.Row($"{1}"));
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => table.Row($"{1} | {2} | {3}"));
        }
    }
}
