using System.Globalization;
using Spectre.Console;
using TileProof.Cli.Progress;
using TileProof.Verification.Progress;

namespace TileProof.Tests.Cli;

public sealed class ProgressTests
{
    [Fact]
    public void Plain_ManySteps_SaysAboutTenLines()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using (IProgressActivity activity = new PlainProgress(writer).Begin("cases", 25))
        {
            for (int step = 0; step < 25; step++)
            {
                activity.Advance();
            }
        }

        Assert.Equal(
            ["cases: 25 to do", .. new[] { 3, 5, 8, 10, 13, 15, 18, 20, 23, 25 }.Select(done => $"cases: {done} of 25")],
            writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Plain_FromManyThreads_LinesStandInTheirOrder()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using IProgressActivity activity = new PlainProgress(writer).Begin("cases", 1000);
        Parallel.For(0, 1000, _ => activity.Advance());
        string[] lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["cases: 1000 to do", .. Enumerable.Range(1, 10).Select(static tenth => $"cases: {tenth * 100} of 1000")], lines);
    }

    [Fact]
    public void Plain_NoSteps_SaysSo()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        new PlainProgress(writer).Begin("cases", 0).Dispose();
        Assert.Equal("cases: 0 to do\n", writer.ToString());
    }

    [Fact]
    public void Terminal_Activity_DrawsTitleWithBracketsAndEnds()
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(writer),
        });
        var progress = new TerminalProgress(console);
        using (IProgressActivity activity = progress.Begin("cases [4k]", 3))
        {
            Parallel.For(0, 3, _ => activity.Advance());
        }

        progress.Say("[done]");
        Assert.Contains("cases [4k]", writer.ToString(), StringComparison.Ordinal);
        Assert.Contains("[done]", writer.ToString(), StringComparison.Ordinal);
    }
}
