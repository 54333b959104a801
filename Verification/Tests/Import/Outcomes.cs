using System.Security.Cryptography;
using System.Text;
using TileProof.Golden.Import;
using TileProof.Golden.Networks;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>What becomes of changed models, one line for changes with the same outcome: the refusal, or the calls and a hash of all that they hold.</summary>
internal sealed class Outcomes
{
    private const string Path = "m";
    private const int HashDigits = 8;

    private readonly StringBuilder text = new();
    private readonly List<(string Change, string Outcome)> ofPart = [];

    /// <summary>The lines so far.</summary>
    public override string ToString() => text.ToString();

    /// <summary>Notes what becomes of one change.</summary>
    public void Add(string change, Func<string, ImportedModel> read)
    {
        string outcome;
        try
        {
            ImportedModel imported = read(Path);
            outcome = imported.Network is { } network ? $"{network.Calls.Count} calls {HashOf(NetworkText.Of(network))}" : $"{imported.FloatNetwork!.Nodes.Count} nodes {HashOf(TextOf(imported.FloatNetwork))}";
        }
        catch (ModelFormatException exception)
        {
            Assert.StartsWith($"{Path}: ", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', exception.Message);
            outcome = exception.Message[(Path.Length + 2)..];
        }

        ofPart.Add((change, outcome));
    }

    /// <summary>Writes what was noted since the last part.</summary>
    public void EndPart(string title)
    {
        text.Append(title).Append('\n');
        foreach (IGrouping<string, string> group in ofPart.GroupBy(static entry => entry.Outcome, static entry => entry.Change))
        {
            text.Append("    ").AppendJoin(" | ", group).Append(": ").Append(group.Key).Append('\n');
        }

        ofPart.Clear();
    }

    private static string HashOf(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..HashDigits];

    private static string TextOf(FloatNetwork network) =>
        string.Join('\n', network.Nodes.Select(static node => $"{node.GetType().Name} {node.Name} {string.Join(',', node.Inputs)} {node.OutputShape} {Details(node)}").Prepend(network.InputShape.ToString()));

    private static string Details(FloatNode node) => node switch
    {
        FloatConv2d conv => $"{conv.Shape.ConfigKey} {conv.Shape.Groups} {string.Join(',', conv.Weights)} {string.Join(',', conv.Bias)}",
        FloatLinear linear => $"{string.Join(',', linear.Weights)} {string.Join(',', linear.Bias)}",
        FloatMaxPool2d pool => pool.Shape.ToString()!,
        _ => "",
    };
}
