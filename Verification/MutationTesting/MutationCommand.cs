using System.Globalization;
using TileProof.MutationTesting.Areas;
using TileProof.MutationTesting.Reporting;
using TileProof.MutationTesting.Running;

namespace TileProof.MutationTesting;

/// <summary>Puts the tests of areas to the test, one area after the other.</summary>
public static class MutationCommand
{
    /// <summary>Runs.</summary>
    /// <param name="root">The root of the repository, whose tests are built.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="output">Gets the scores and the survivors.</param>
    /// <returns>0 when every area notices enough of its mutants, otherwise 1.</returns>
    /// <exception cref="MutationTestingException">An area is unknown, or its files are not what they must be.</exception>
    public static int Run(string root, MutationOptions options, TextWriter output)
    {
        IReadOnlyList<Area> areas = AreaFile.Read(Path.Combine(root, "Verification", "MutationTesting"));
        if (options.ListsOnly)
        {
            foreach (Area area in areas)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{area.Name,-12} {area.Title}"));
            }

            return 0;
        }

        List<AreaReport> reports = [];
        foreach (Area area in Chosen(areas, options.Areas))
        {
            AreaReport report = new AreaRun(root, area, options).Run();
            report.Write(Path.Combine(root, AreaRun.Folder, area.Name));
            output.Write(report.Text());
            reports.Add(report);
        }

        return reports.All(static report => report.IsGoodEnough) ? 0 : 1;
    }

    private static IEnumerable<Area> Chosen(IReadOnlyList<Area> areas, IReadOnlyList<string> names) =>
        names.Contains("all") ? areas : names.Distinct().Select(name => areas.FirstOrDefault(area => area.Name == name)
            ?? throw new MutationTestingException($"unknown area '{name}': choose from all, {string.Join(", ", areas.Select(static area => area.Name))}"));
}
