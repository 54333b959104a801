using System.Globalization;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>The conformance run: every case of the matrix, compared bit for bit.</summary>
public static class ConformanceRun
{
    private const ParameterDerivation Derivation = ParameterDerivation.L1Norm;

    /// <summary>Runs the cases, writes the reports and returns the exit code (see <see cref="ExitCode"/>).</summary>
    /// <param name="options">What to run.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the summary for people.</param>
    /// <param name="cancellation">Stops the run between cases.</param>
    /// <exception cref="UserInputException">An option names something that does not exist, or the output folder is not writable.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static int Execute(VerifyOptions options, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(output);
        if (options.ListOnly)
        {
            ListCases(options, output);
            return ExitCode.Proven;
        }

        ReportFolder folder = ReportFolder.Open(options.OutputFolder);
        bool proven = true;
        if (options.VectorsFolder is not null)
        {
            proven &= RunVectors(options, options.VectorsFolder, folder, progress, output, cancellation);
        }

        if (options.Networks.Count > 0)
        {
            proven &= RunNetworks(options, folder, progress, output, cancellation);
        }

        return proven ? ExitCode.Proven : ExitCode.NotProven;
    }

    private static void ListCases(VerifyOptions options, TextWriter output)
    {
        foreach (string name in options.Networks)
        {
            Network network = NetworkSource.Load(name, TensorShape.FromNchw(1, 3, 64, 64), options.Seed).Network;
            foreach (Conv2dCall call in Select([network], options))
            {
                foreach (BankSetting bank in options.Banks)
                {
                    HwModel.Planning.Conv2dTilePlan plan = CaseMatrix.PlanFor(call.Shape, bank);
                    if (options.Modes.Contains(plan.Mode))
                    {
                        output.WriteLine($"{name} {call.Name} {call.LayerKey} banks {bank}: {plan.KernelName}, {plan}");
                    }
                }
            }
        }
    }

    private static bool RunVectors(
        VerifyOptions options, string vectorsFolder, ReportFolder folder, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        // Every folder is read before any is run: a bad file ends the run before a report is written.
        LayerVector[] vectors = [.. VectorFolder.FindLayers(vectorsFolder).Select(LayerVectorReader.Read)];
        var rows = new List<VectorRow>();
        using (IProgressActivity activity = progress.Begin("recorded layers", vectors.Length))
        {
            foreach (LayerVector vector in vectors)
            {
                rows.AddRange(VectorRun.Run(vector, options, cancellation));
                activity.Advance();
            }
        }

        folder.WriteCsv("vectors.csv", rows);
        foreach (IGrouping<string, VectorRow> engine in rows.GroupBy(static row => row.Bank.Length == 0 ? row.Engine : $"{row.Engine}, banks {row.Bank}, landing {row.Landing}"))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{engine.Key}: {engine.Sum(static row => row.DifferingBytes)} differing bytes of {engine.Sum(static row => row.BytesCompared):N0} in {engine.Count()} layers"));
        }

        foreach (VectorRow row in rows.Where(static row => row.DifferingBytes > 0))
        {
            output.WriteLine($"{row.Layer} ({row.ConfigKey}), {row.Engine}, banks {row.Bank}: {row.DifferingBytes} bytes differ, first at {row.FirstMismatch}");
        }

        return rows.TrueForAll(static row => row.DifferingBytes == 0);
    }

    private static bool RunNetworks(
        VerifyOptions options, ReportFolder folder, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        using var engine = new OnnxRuntimeGolden();
        IReadOnlyList<GoldenConvolution> goldens = ComputeGoldens(options, engine, progress, cancellation);
        IReadOnlyList<ConformanceCase> cases = CaseMatrix.Build(goldens, options);
        var results = new CaseResult[cases.Count];
        using (IProgressActivity activity = progress.Begin("conformance cases", cases.Count))
        {
            Parallel.For(0, cases.Count, new ParallelOptions { CancellationToken = cancellation }, index =>
            {
                results[index] = CaseResult.Run(cases[index], options.Seed);
                activity.Advance();
            });
        }

        string versions = VersionInfo.OfThisProcess(OnnxRuntimeSession.LibraryVersion).ToString();
        string settings = string.Create(CultureInfo.InvariantCulture, $"seed {options.Seed}, derivation {Derivation}, golden {engine.Description}");
        folder.WriteCsv("conformance.csv", results.Select(result => ConformanceRow.Of(result, versions, settings)));
        folder.WriteText("summary.md", SummaryReport.Write(goldens, results, versions, settings));
        foreach (CaseResult failure in results.Where(static result => !result.IsProven).Take(5))
        {
            output.WriteLine(SummaryReport.DescribeFailure(failure));
        }

        output.WriteLine(SummaryReport.Verdict(goldens, results));
        output.WriteLine($"reports: {folder.PathOf("summary.md")}, {folder.PathOf("conformance.csv")}");
        return results.All(static result => result.IsProven) && goldens.All(static golden => golden.OracleDifference.IsEqual);
    }

    private static List<GoldenConvolution> ComputeGoldens(
        VerifyOptions options, OnnxRuntimeGolden engine, IProgressReporter progress, CancellationToken cancellation)
    {
        NetworkSource[] sources = [.. options.Networks.Select(name => NetworkSource.Load(name, TensorShape.FromNchw(1, 3, 64, 64), options.Seed))];
        HashSet<Conv2dCall> selected = [.. Select(sources.Select(static source => source.Network), options)];
        var goldens = new List<GoldenConvolution>();
        using IProgressActivity activity = progress.Begin("golden results", sources.Length);
        foreach (NetworkSource source in sources)
        {
            goldens.AddRange(NetworkGolden.Compute(source.Network, source.FirstImage, engine, Derivation, cancellation).Where(golden => selected.Contains(golden.Call)));
            activity.Advance();
        }

        return goldens;
    }

    /// <summary>The convolutions that the options name, by call name or layer key.</summary>
    private static Conv2dCall[] Select(IEnumerable<Network> networks, VerifyOptions options)
    {
        Conv2dCall[] all = [.. networks.SelectMany(static network => network.Convolutions)];
        foreach (string layer in options.Layers)
        {
            if (!Array.Exists(all, call => Matches(call, layer)))
            {
                throw new UserInputException($"unknown layer '{layer}'; valid: call names such as {all[0].Name} or keys such as {all[0].LayerKey} (--list shows all)");
            }
        }

        return options.Layers.Count == 0 ? all : Array.FindAll(all, call => options.Layers.Any(layer => Matches(call, layer)));
    }

    private static bool Matches(Conv2dCall call, string layer) => call.Name == layer || call.LayerKey == layer;
}
