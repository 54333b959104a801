namespace TileProof.Verification.Fuzzing;

/// <summary>Cases of a campaign that are judged side by side, and what is done of them so far, which may be read at any moment.</summary>
/// <param name="count">Cases.</param>
internal sealed class FuzzSlice(int count)
{
    private readonly Lock gate = new();
    private readonly FuzzTotals?[] judged = new FuzzTotals?[count];
    private readonly (FuzzCase Case, FuzzFinding Finding)?[] failed = new (FuzzCase, FuzzFinding)?[count];

    /// <summary>A case is judged.</summary>
    /// <param name="position">Its position among the cases.</param>
    /// <param name="totals">What it gave, without its failure.</param>
    /// <param name="failure">What is wrong, and has to be shrunk before the case is done; null for nothing.</param>
    public void Add(int position, FuzzTotals totals, (FuzzCase Case, FuzzFinding Finding)? failure)
    {
        lock (gate)
        {
            judged[position] = totals;
            failed[position] = failure;
        }
    }

    /// <summary>The first failure that is not shrunk; null where there is none.</summary>
    public (FuzzCase Case, FuzzFinding Finding)? NextToShrink()
    {
        lock (gate)
        {
            return Array.Find(failed, static failure => failure is not null);
        }
    }

    /// <summary>The first failure that was not shrunk is.</summary>
    /// <param name="failure">What becomes of it.</param>
    public void Add(FuzzFailure failure)
    {
        lock (gate)
        {
            int position = Array.FindIndex(failed, static failure => failure is not null);
            judged[position]!.Add(failure);
            failed[position] = null;
        }
    }

    /// <summary>What the cases before the first that is not done gave.</summary>
    public FuzzTotals[] Done()
    {
        lock (gate)
        {
            return [.. judged.TakeWhile((totals, position) => totals is not null && failed[position] is null).OfType<FuzzTotals>()];
        }
    }
}
