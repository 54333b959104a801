using System.Globalization;
using System.Text;
using TileProof.Verification.Comparison;

namespace TileProof.Verification.Diagnosis;

/// <summary>Which known defects give the bytes of a device.</summary>
public sealed record DiagnosisResult
{
    private const int ListedExact = 10;

    /// <summary>The layer and its setting, for people.</summary>
    public required string Subject { get; init; }

    /// <summary>Elements of the device that are known.</summary>
    public required int ComparedCount { get; init; }

    /// <summary>Those that differ from the golden.</summary>
    public required int DifferingCount { get; init; }

    /// <summary>The first difference, with the level of the golden and the device's; null for none.</summary>
    public required Mismatch? First { get; init; }

    /// <summary>Where the differences lie; empty where there are none.</summary>
    public required string Places { get; init; }

    /// <summary>How many supposed defects were replayed.</summary>
    public required int HypothesisCount { get; init; }

    /// <summary>Defects that give exactly the bytes of the device, the likeliest first.</summary>
    public IReadOnlyList<Explanation> Exact { get; init; } = [];

    /// <summary>Defects that no byte contradicts since all wrong elements depend on what memory held before, the likeliest first.</summary>
    public IReadOnlyList<Explanation> Possible { get; init; } = [];

    /// <summary>Defects that explain some of the wrong elements, those that explain most first.</summary>
    public IReadOnlyList<Explanation> Nearest { get; init; } = [];

    /// <summary>Whether all wrong elements hold one value, and not one that saturation gives: what memory holds that nothing was stored to looks like that.</summary>
    public bool IsConstant { get; init; }

    /// <summary>Where the bytes cannot tell, what happens every day goes before what gives one value for a reason of its own: nothing is stored where the wrong elements are.</summary>
    private IReadOnlyList<Explanation> Everyday => IsConstant && Exact.Count > 0 ? [.. Possible.Where(static one => one.NeverStored == one.Open)] : [];

    /// <summary>Whether nothing that is known of the device differs from the golden.</summary>
    public bool IsRight { get; init; }

    /// <summary>An exit code of <see cref="Verification.ExitCode"/>: a wrong output is one, explained or not.</summary>
    public int ExitCode => IsRight ? Verification.ExitCode.Proven : Verification.ExitCode.NotProven;

    /// <summary>One phrase: the likeliest defect and how many others give the same bytes, or that none does.</summary>
    public string Summary => IsRight ? "the device's output equals the golden"
        : Everyday.Count > 0 ? $"all wrong elements hold one value, most likely since nothing was stored there: {Everyday[0].Describe()}; or exactly: {Exact[0].Describe()}"
        : Exact.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Exact[0].Describe()}{(Exact.Count == 1 ? "" : $" ({Exact.Count - 1} other{(Exact.Count == 2 ? " gives" : "s give")} the same bytes)")}")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"none of {HypothesisCount} known defects is sure to give these bytes{(Possible.Count == 0 ? "" : $"; possible, if memory held them before: {Possible[0].Describe()}")}{(Nearest.Count == 0 ? "" : $"; nearest {Nearest[0].Name}, which explains {Nearest[0].Explained} of {DifferingCount} wrong elements")}");

    /// <summary>The report for people.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        Line($"{Subject}");
        if (First is { } first)
        {
            Line($"{DifferingCount} of {ComparedCount} elements differ from the golden, first at {first.Index}: expected {first.Expected}, actual {first.Actual}");
            Line($"  {Places}");
        }
        else if (!IsRight)
        {
            Line($"none of the {ComparedCount} printed elements differs from the golden, but the sum or the extremes do");
        }

        List("all wrong elements hold one value, as memory does that nothing is stored to; these store nothing there", Everyday);
        List("these give exactly the bytes of the device", Exact);
        List("no byte contradicts these, all of whose wrong elements depend on what memory held before", Exact.Count == 0 ? Possible : []);
        if (Nearest.Count > 0)
        {
            Line($"these explain most:");
            foreach ((int number, Explanation one) in Nearest.Index())
            {
                Line($"  {number + 1}. {one.Describe()}");
                Line($"     explains {one.Explained} of {DifferingCount} wrong elements{(one.WronglyPredicted == 0 ? "" : $", and makes {one.WronglyPredicted} wrong that are right")}{(one.Others.Count == 0 ? "" : $"; the same: {string.Join(", ", one.Others)}")}");
            }
        }

        Line($"{Summary}");
        return text.ToString();

        void List(string heading, IReadOnlyList<Explanation> explanations)
        {
            if (explanations.Count == 0)
            {
                return;
            }

            Line($"{heading}, of {Counted.Of(HypothesisCount, "defects")} replayed:");
            foreach ((int number, Explanation one) in explanations.Take(ListedExact).Index())
            {
                Line($"  {number + 1}. {one.Describe()}");
            }

            if (explanations.Count > ListedExact)
            {
                Line($"  and {explanations.Count - ListedExact} more: {string.Join(", ", explanations.Skip(ListedExact).Select(static one => one.Name))}");
            }
        }
    }
}
