using TileProof.HwModel.Faults;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;

namespace TileProof.Verification.Diagnosis;

/// <summary>Everything that is replayed for one wrong output: known versions of the programs, the catalogue of defects, wrong operands and integers, and defects at single tiles.</summary>
internal static class HypothesisList
{
    private const int KnownVersion = 0;
    private const int Catalogue = 1;
    private const int WrongData = 2;
    private const int Site = 3;

    /// <summary>The hypotheses, in the order that decides between equals.</summary>
    public static IReadOnlyList<DefectHypothesis> Of(DiagnosisSubject subject, DifferenceEvidence evidence) =>
    [
        .. ProgramLibrary.All.Where(library => library != subject.Programs && library.Tiles(subject.Case.Shape)).Select(Version),
        .. subject.Programs.IsPublished ? [Version(subject.Programs)] : Array.Empty<DefectHypothesis>(),
        .. FaultCatalog.All.Select(static fault => DefectHypothesis.Of(fault, Catalogue)),
        .. DataHypotheses.Of(subject, WrongData),
        .. subject.Plan is TiledPlan plan ? Sites(plan, evidence) : [],
        .. evidence.OnlyAtPadding ? DataHypotheses.PadValues(subject, Site) : [],
    ];

    private static DefectHypothesis Version(ProgramLibrary library) => new()
    {
        Name = $"{library.Name}-programs",
        Class = "Programs",
        Description = library.IsPublished ? "the waits, bounds and cache operations that these programs lack" : "the programs as they should be",
        Complexity = KnownVersion,
        Programs = library,
        DependsOnLanding = true,
        ExposesOldMemory = true,
    };

    /// <summary>A defect at one place shows first in the tile whose load, computation or store it is, or in the one behind it.</summary>
    private static IEnumerable<DefectHypothesis> Sites(TiledPlan plan, DifferenceEvidence evidence)
    {
        if (evidence.Tiles.Count == 0)
        {
            return [];
        }

        int first = evidence.Tiles[0];
        return (first == 0 ? [first] : new[] { first, first - 1 }).SelectMany(tile => SiteFaults.Of(plan, tile)).Select(static fault => DefectHypothesis.Of(fault, Site));
    }
}
