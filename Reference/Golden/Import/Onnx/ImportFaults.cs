namespace TileProof.Golden.Import.Onnx;

/// <summary>All that stops the import of a graph: an import that goes on behind a node without counterpart, as far as its readers can be judged.</summary>
internal sealed class ImportFaults
{
    private readonly List<(OnnxNode Node, ModelFormatException Fault)> faults = [];
    private readonly HashSet<OnnxNode> faulty = [];
    private readonly HashSet<OnnxNode> unjudged = [];
    private readonly HashSet<OnnxNode> untried = [];
    private readonly HashSet<string> unknown = new(StringComparer.Ordinal);

    /// <summary>The first fault of each node that has one, in the order they were found.</summary>
    public IReadOnlyList<(OnnxNode Node, ModelFormatException Fault)> All => faults;

    /// <summary>Nodes without a fault of their own that read what a faulty node makes.</summary>
    public int UnjudgedCount => unjudged.Count(node => !faulty.Contains(node));

    /// <summary>Whether ONNX Runtime was not asked about a faulty node, since it was asked about many.</summary>
    public bool IsUntried(OnnxNode node) => untried.Contains(node);

    /// <summary>Notes that ONNX Runtime is not asked about a node.</summary>
    public void AddUntried(OnnxNode node) => untried.Add(node);

    /// <summary>Whether nothing is known of a value.</summary>
    public bool IsUnknown(string value) => unknown.Contains(value);

    /// <summary>Notes what is wrong with a node. Only the first fault of a node is kept.</summary>
    public void Add(OnnxNode node, ModelFormatException fault)
    {
        if (faulty.Add(node))
        {
            faults.Add((node, fault));
        }
    }

    /// <summary>Does a step for a node, unless it reads what nothing is known of. A step that fails is noted, and nothing is known of its outputs.</summary>
    public void Try(OnnxNode node, Action step)
    {
        if (node.Inputs.Any(unknown.Contains))
        {
            unjudged.Add(node);
            unknown.UnionWith(node.Outputs);
        }
        else
        {
            Judge(node, step);
        }
    }

    /// <summary>Does a step for a node, whatever is known of its inputs.</summary>
    public void Judge(OnnxNode node, Action step)
    {
        try
        {
            step();
        }
        catch (ModelFormatException fault)
        {
            Add(node, fault);
            unknown.UnionWith(node.Outputs);
        }
    }
}
