namespace TileProof.Verification.Fuzzing;

/// <summary>Collects what one fuzz case reaches; each thing counts once a case.</summary>
internal sealed class FuzzReach
{
    private readonly HashSet<FuzzPoint> points = [];

    /// <summary>What was reached.</summary>
    public IReadOnlyCollection<FuzzPoint> Points => points;

    /// <summary>Something was reached.</summary>
    public void Add(string group, string name) => points.Add(new FuzzPoint(group, name));

    /// <summary>Something was reached where a condition holds.</summary>
    public void Add(string group, string name, bool isSo)
    {
        if (isSo)
        {
            Add(group, name);
        }
    }
}
