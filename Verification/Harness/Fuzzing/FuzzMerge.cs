using System.Globalization;
using TileProof.Verification.Files;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;

namespace TileProof.Verification.Fuzzing;

/// <summary><c>tileproof merge</c> over the parts of a fuzz campaign: the reports of one run from their journals.</summary>
public static class FuzzMerge
{
    /// <summary>Whether a folder holds a campaign or a part of one.</summary>
    public static bool IsPart(string folder) => File.Exists(Path.Combine(folder, FuzzJournal.FileName));

    /// <summary>Writes the reports of a campaign from those of its parts and returns the exit code (see <see cref="ExitCode"/>).</summary>
    /// <param name="folders">The folders of all parts, in any order.</param>
    /// <param name="outputFolder">Where to.</param>
    /// <param name="printsJson">Whether to print JSON instead of lines for people.</param>
    /// <param name="progress">Told of reports of earlier runs that were deleted.</param>
    /// <param name="output">Receives the summary.</param>
    /// <exception cref="UserInputException">A part is missing, there twice, of another campaign or build, or done up to another case; the message names it.</exception>
    public static int Execute(IReadOnlyList<string> folders, string outputFolder, bool printsJson, IProgressReporter progress, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(output);
        Part[] parts = [.. folders.Select(Part.Read)];
        Part first = parts[0];
        if (Array.Find(parts, part => part.DifferenceFrom(first) is not null) is { } other)
        {
            throw new UserInputException($"shard {other.Shard} in '{other.Folder}' does not belong to shard {first.Shard} in '{first.Folder}': it {other.DifferenceFrom(first)}");
        }

        ShardSet.RequireWhole([.. parts.Select(static part => (part.Folder, part.Shard))]);
        if (first.Build != FuzzJournal.Build)
        {
            throw new UserInputException($"shard {first.Shard} in '{first.Folder}' was made by another build of the program than this one");
        }

        int end = parts.Max(static part => part.Next);
        if (Array.Find(parts, part => part.Next < end) is { } behind)
        {
            throw new UserInputException(string.Create(
                CultureInfo.InvariantCulture,
                $"shard {behind.Shard} in '{behind.Folder}' has not finished: it is done up to case {behind.Next}, others up to {end}; run its command again with --cases {end - first.Campaign.From}, it goes on from what is there"));
        }

        var totals = new FuzzTotals();
        foreach (Part part in parts)
        {
            totals.Add(part.Totals);
        }

        ReportFolder folder = ReportFolder.Open(outputFolder, "fuzz");
        FuzzReport.Write(folder, first.Campaign, totals);
        folder.Complete(progress);
        if (printsJson)
        {
            JsonTable.Write(output, FuzzReport.ToJson(first.Campaign, totals));
        }
        else
        {
            output.Write(FuzzReport.Describe(first.Campaign, totals, outputFolder));
            output.WriteLine($"reports: {folder.PathOf("fuzz.md")}");
        }

        return FuzzReport.ExitCodeOf(totals);
    }

    private sealed record Part(string Folder, FuzzOptions Campaign, string Build, FuzzTotals Totals, int Next)
    {
        public Shard Shard => Campaign.Shard;

        public static Part Read(string folder)
        {
            if (!IsPart(folder))
            {
                throw new UserInputException($"'{folder}' is no folder of a fuzz campaign: it has no {FuzzJournal.FileName}; 'fuzz --shard I/N --out FOLDER' makes one");
            }

            (FuzzOptions campaign, string build, FuzzTotals totals, int? next) = FuzzJournal.Read(Path.Combine(folder, FuzzJournal.FileName));
            return new Part(folder, campaign, build, totals, next ?? campaign.From);
        }

        /// <summary>Why this is no part of the same campaign; null where it is.</summary>
        public string? DifferenceFrom(Part other) =>
            Shard.Count != other.Shard.Count ? $"is shard {Shard} of another cut than {other.Shard}"
            : Build != other.Build ? "was made by another build of the program"
            : !Campaign.Programs.Select(static program => program.Key).SequenceEqual(other.Campaign.Programs.Select(static program => program.Key)) ? "ran other programs in C"
            : (Campaign.Seed, Campaign.From) != (other.Campaign.Seed, other.Campaign.From)
                ? string.Create(CultureInfo.InvariantCulture, $"has seed {Campaign.Seed} from case {Campaign.From}, not {other.Campaign.Seed} from {other.Campaign.From}")
            : null;
    }
}
