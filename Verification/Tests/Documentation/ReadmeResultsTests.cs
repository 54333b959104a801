using TileProof.Tests.Support;

namespace TileProof.Tests.Documentation;

/// <summary>The results that README shows are those of <c>reports/baseline/summary.md</c>, which a default run writes.</summary>
public sealed class ReadmeResultsTests
{
    private static readonly string[] Banks = ["4k", "16k", "61k", "cache"];
    private static readonly string[][] Summary = RowsOf(Read("reports", "baseline", "summary.md"));
    private static readonly string Results = Between(Read("README.md"), "<!-- results:start -->", "<!-- results:end -->");

    [Fact]
    public void Table_EveryCell_IsThatOfTheBaseline()
    {
        string[] expected =
        [
            .. from network in new[] { "resnet18", "resnet50" }
               from bank in Banks
               let paths = Only(row => row is [_, _, _, _, _, _, _, _, _, var runs] && runs.Contains("runs equal", StringComparison.Ordinal) && IsOf(row, network, bank))
               let model = CyclesOf(network, bank, "memory-model")
               let release = CyclesOf(network, bank, "release")
               select $"{network} | {bank} | {paths[2]} / {paths[3]} | {paths[5]} | {paths[6]} | {paths[7]} | {model[4]} | {Times(model)} | {release[4]} | {Times(release)}",
        ];
        Assert.Equal(expected, RowsOf(Results).Skip(2).Select(static row => string.Join(" | ", row)));
    }

    [Fact]
    public void Text_PublishedCyclesAndEqualOutputs_AreThoseOfTheBaseline()
    {
        string text = Results.ReplaceLineEndings(" ");
        string[] published = CyclesOf("resnet18", "61k", "release");
        Assert.Contains($"Published for it at 61k: {published[7].Split(' ')[0]} (model {published[8]})", text, StringComparison.Ordinal);
        foreach ((string network, string variant) in new[] { ("resnet18", "dsp-l1-norm"), ("resnet18", "dsp-worst-case"), ("resnet50", "dsp-l1-norm"), ("resnet50", "dsp-worst-case") })
        {
            string equal = Only(row => row is [_, _, "32", ..] && row[0] == network && row[1] == variant)[^1];
            Assert.Contains($"{variant} {equal}", Between(text, $"{network} dsp", network == "resnet18" ? ";" : "<!--", keepsStart: true), StringComparison.Ordinal);
        }
    }

    private static string[] CyclesOf(string network, string bank, string mode) => Only(row => row.Length == 11 && IsOf(row, network, bank) && row[2] == mode);

    private static bool IsOf(string[] row, string network, string bank) => row[0] == network && row[1] == bank;

    private static string Times(string[] cycles) => cycles[10].Length == 0 ? "-" : cycles[10].Split(' ')[0];

    private static string[] Only(Predicate<string[]> wanted) => Assert.Single(Summary, wanted);

    private static string[][] RowsOf(string text) =>
        [.. text.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal) || line.StartsWith("|-", StringComparison.Ordinal)).Select(static line => line[1..^1].Split('|', StringSplitOptions.TrimEntries))];

    private static string Between(string text, string start, string end, bool keepsStart = false)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal);
        Assert.True(from >= 0, $"'{start}' is missing");
        int to = text.IndexOf(end, from + start.Length, StringComparison.Ordinal);
        return text[(keepsStart ? from : from + start.Length)..(to < 0 ? text.Length : to)];
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([RepositoryPaths.RepositoryRoot, .. path])).ReplaceLineEndings("\n");
}
