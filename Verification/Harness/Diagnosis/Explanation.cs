using System.Globalization;

namespace TileProof.Verification.Diagnosis;

/// <summary>A supposed defect that gives the bytes of the device, or some of them.</summary>
public sealed record Explanation
{
    /// <summary>A short stable name.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of mistake.</summary>
    public required string Class { get; init; }

    /// <summary>What is wrong, in words.</summary>
    public required string Description { get; init; }

    /// <summary>When transfers landed in the replays that give these bytes: names of policies, <c>any</c>, or <c>mixed by tile</c>.</summary>
    public required string Landing { get; init; }

    /// <summary>Elements that are wrong on the device, and the replay has them just so.</summary>
    public required int Explained { get; init; }

    /// <summary>Elements that are wrong on the device, and otherwise in the replay.</summary>
    public required int Unexplained { get; init; }

    /// <summary>Elements that are right on the device and wrong in the replay.</summary>
    public required int WronglyPredicted { get; init; }

    /// <summary>Elements that depend on what memory held before, which nobody knows of a device.</summary>
    public required int Open { get; init; }

    /// <summary>Those of them that no transfer or kernel writes at all.</summary>
    public required int NeverStored { get; init; }

    /// <summary>Names of other defects with the same bytes.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Such as <c>input-row-less (RowCount): input tiles lack their last row; landing any</c>.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture, $"{Name} ({Class}): {Description}{(Landing == AnyLanding ? "" : $"; landing {Landing}")}{(Open == 0 ? "" : NeverStored == Open ? $"; {Open} elements are never stored" : $"; {Open} elements depend on what memory held before")}");

    internal const string AnyLanding = "any";
}
