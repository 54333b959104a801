using System.Globalization;
using System.Text;
using TileProof.Verification.Files;

namespace TileProof.Verification.Mutation;

/// <summary>Defects that change which bytes a program uses: what the bytes of one image show of them, those of a constant image, and the prover alone.</summary>
internal sealed class MovementTable
{
    private readonly MutationRow[] applying;

    /// <summary>Sums up the rows of a run.</summary>
    /// <param name="rows">One a defect and layer.</param>
    public MovementTable(IReadOnlyList<MutationRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        applying = [.. rows.Where(static row => row is { MovesBytes: true, Verdict: not MutationVerdict.NotApplicable })];
    }

    /// <summary>Defects and layers, such as <c>drop on 64_33</c>, whose bytes are wrong and that the prover calls right: it would be blind.</summary>
    public IReadOnlyList<string> CalledRight =>
    [
        .. from row in applying
           where row.Prover == ProverVerdict.Right && (row.DifferingBytes > 0 || row.DifferingBytesOfConstantImage > 0)
           select $"{row.Defect} on {row.ConfigKey}",
    ];

    /// <summary>The table for people, and where the prover is blind; empty where no defect moves bytes.</summary>
    public string Describe()
    {
        if (applying.Length == 0)
        {
            return "";
        }

        var text = new StringBuilder("\n## Defects that change which bytes are used\n\n");
        var table = new MarkdownTable(text, "", "apply:", "caught by the bytes of one image:", "of a constant image:", "by the prover alone:", "proven right by it:");
        Append(table, "defects on a layer", [.. applying.Select(static row => (MutationRow[])[row])]);
        Append(table, "defects", [.. applying.GroupBy(static row => row.Defect).Select(static group => group.ToArray())]);
        text.Append('\n');
        foreach (string blind in CalledRight)
        {
            text.Append(CultureInfo.InvariantCulture, $"the prover calls right: {blind}\n");
        }

        return text.ToString();
    }

    private static void Append(MarkdownTable table, string name, MutationRow[][] groups)
    {
        int bytes = groups.Count(static rows => Array.Exists(rows, static row => row.DifferingBytes > 0));
        int constant = groups.Count(static rows => Array.Exists(rows, static row => row.DifferingBytesOfConstantImage > 0));
        int caught = groups.Count(static rows => Array.Exists(rows, static row => row.Prover == ProverVerdict.Caught));
        table.Row($"{name} | {groups.Length} | {bytes} | {constant} | {caught} | {groups.Length - caught}");
    }
}
