using System.Text.RegularExpressions;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Import.Pte;

namespace TileProof.Golden.Import;

/// <summary>Everything that stops the import of a model file, not only what is met first.</summary>
/// <param name="NodeCount">Nodes that the output depends on; 0 where the graph itself cannot be read.</param>
/// <param name="UnjudgedCount">Nodes that could not be judged, since they read what a node without counterpart makes.</param>
/// <param name="Obstacles">What stops the import, grouped by operator and reason; empty for a model that is accepted.</param>
public sealed partial record ModelSupport(int NodeCount, int UnjudgedCount, IReadOnlyList<ImportObstacle> Obstacles)
{
    private const string NearestFormMark = "; nearest supported form: ";
    private const string SupportedMark = "; supported: ";

    /// <summary>Judges a model file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="batch">The batch where an ONNX model leaves it open.</param>
    /// <param name="tryFallback">Whether to let ONNX Runtime compute float32 nodes without counterpart, so that what reads them is judged too.</param>
    /// <param name="openImage">Rows and columns of the input where the model leaves them open; null refuses such a model.</param>
    /// <exception cref="ModelFormatException">The file cannot be read at all.</exception>
    public static ModelSupport Of(string path, int batch = 1, bool tryFallback = true, (int Height, int Width)? openImage = null)
    {
        byte[] file = ModelFile.Read(path);
        ModelImporter.RefuseOtherKinds(path, file);
        int nodeCount = 0;
        try
        {
            if (ModelImporter.IsPte(file))
            {
                PtePlan plan = PteProgramReader.Read(path, file);
                nodeCount = plan.Calls.Count;
                (IReadOnlyList<PteObstacle> found, int unjudged) = PteNetworkBuilder.Probe(path, plan, tryFallback);
                if (found.Count > 0)
                {
                    return new ModelSupport(nodeCount, unjudged, Group(found));
                }

                ModelImporter.Read(path, batch, openImage: openImage);
                return new ModelSupport(nodeCount, 0, []);
            }

            var faults = new ImportFaults();
            nodeCount = OnnxModel.Probe(path, file, Path.GetDirectoryName(Path.GetFullPath(path)), batch, tryFallback, faults, openImage);
            if (faults.All.Count > 0)
            {
                return new ModelSupport(nodeCount, faults.UnjudgedCount, Group(faults));
            }

            ModelImporter.Read(path, batch, openImage: openImage);
            return new ModelSupport(nodeCount, 0, []);
        }
        catch (ModelFormatException fault)
        {
            (string reason, string? nearestForm) = Split(fault.Problem);
            return new ModelSupport(nodeCount, 0, [new ImportObstacle(string.Empty, reason, nearestForm, [fault.Place], 0)]);
        }
    }

    /// <summary>Nodes belong together when they differ in names and numbers only.</summary>
    private static ImportObstacle[] Group(ImportFaults faults) =>
    [
        .. faults.All.GroupBy(static found => (found.Node.OperatorType, NamesAndNumbers().Replace(found.Fault.Problem, "*"))).Select(group =>
        {
            (string reason, string? nearestForm) = Split(group.First().Fault.Problem);
            return new ImportObstacle(
                group.Key.OperatorType, reason, nearestForm, [.. group.Select(static found => found.Node.Place)], group.Count(found => !faults.IsUnknown(found.Node.Output)))
            {
                UntriedCount = group.Count(found => faults.IsUntried(found.Node)),
            };
        }),
    ];

    private static ImportObstacle[] Group(IEnumerable<PteObstacle> found) =>
    [
        .. found.GroupBy(static one => (one.OperatorType, NamesAndNumbers().Replace(one.Fault.Problem, "*"))).Select(static group =>
        {
            (string reason, string? nearestForm) = Split(group.First().Fault.Problem);
            return new ImportObstacle(group.Key.OperatorType, reason, nearestForm, [.. group.Select(static one => one.Place)], group.Count(static one => one.RunsInOnnxRuntime));
        }),
    ];

    private static (string Reason, string? NearestForm) Split(string problem)
    {
        string stated = problem.Split(SupportedMark, 2)[0];
        string[] parts = stated.Split(NearestFormMark, 2);
        return (parts[0], parts.Length > 1 ? parts[1] : null);
    }

    [GeneratedRegex("'[^']*'|-?[0-9]+(\\.[0-9]+)?")]
    private static partial Regex NamesAndNumbers();
}
