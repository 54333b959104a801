namespace TileProof.Verification.Fuzzing;

/// <summary>What a campaign, or a part of one, has found so far.</summary>
/// <remarks>Sums and a sorted list: parts added in any order give the same totals.</remarks>
public sealed class FuzzTotals
{
    /// <summary>Failures that are shrunk and reported in their smallest form: one defect shows in many cases, and the first say enough.</summary>
    public const int ShrunkFailures = 20;

    private readonly SortedDictionary<int, FuzzFailure> failures = [];

    /// <summary>Cases that were judged.</summary>
    public long Cases { get; private set; }

    /// <summary>Seconds that runs took; no part of a report.</summary>
    public double Seconds { get; set; }

    /// <summary>What was reached.</summary>
    public FuzzCoverage Coverage { get; } = new();

    /// <summary>What is wrong, by index.</summary>
    public IReadOnlyCollection<FuzzFailure> Failures => failures.Values;

    /// <summary>What is wrong as reports say it, by index: the first in their smallest form, whichever part of the campaign found and shrank them.</summary>
    public IEnumerable<FuzzFailure> ReportedFailures => failures.Values.Select(static (failure, place) => place < ShrunkFailures ? failure.Smallest ?? failure : failure);

    /// <summary>Adds a judged case.</summary>
    public void Add(FuzzOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        Cases++;
        foreach (FuzzPoint point in outcome.Reached)
        {
            Coverage.Add(point);
        }
    }

    /// <summary>Adds cases whose outcomes are counted already.</summary>
    public void Add(long cases) => Cases += cases;

    /// <summary>Adds a failure.</summary>
    public void Add(FuzzFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        failures[failure.Index] = failure;
    }

    /// <summary>Adds another part.</summary>
    public void Add(FuzzTotals other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Cases += other.Cases;
        Seconds += other.Seconds;
        Coverage.Add(other.Coverage);
        foreach (FuzzFailure failure in other.Failures)
        {
            Add(failure);
        }
    }
}
