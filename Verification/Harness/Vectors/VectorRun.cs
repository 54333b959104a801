using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TileProof.Golden.Generic;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;
using TileProof.Verification.ContinuousIntegration;
using TileProof.Verification.Diagnosis;
using TileProof.Verification.Files;
using TileProof.Verification.Hazards;
using TileProof.Verification.Html;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Vectors;

/// <summary>Runs recorded single layers through every engine and compares with what the device produced.</summary>
public static class VectorRun
{
    /// <summary>Runs every layer of a folder, writes <c>vectors.csv</c> and <c>vectors_hazards.csv</c>, prints the verdict and returns it.</summary>
    /// <exception cref="UserInputException">The folder holds no layer, or the report cannot be written.</exception>
    /// <exception cref="FixtureException">A file of a layer cannot be used; nothing is written then.</exception>
    public static bool Execute(
        VerifyOptions options, string vectorsFolder, ReportFolder folder, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(output);
        LayerVector[] vectors = Read(vectorsFolder);
        if (options.Plans is { } plans && !options.PrintsJson)
        {
            output.WriteLine(plans.DescribeUse("the recordings", vectors.Select(static vector => vector.Shape), options.Banks));
        }

        var outcomes = new List<VectorOutcome>();
        using (IProgressActivity activity = progress.Begin("recorded layers", vectors.Length))
        {
            foreach (LayerVector vector in vectors)
            {
                outcomes.Add(Run(vector, options, cancellation));
                activity.Advance();
            }
        }

        var outcome = new VectorOutcome(
            [.. outcomes.SelectMany(static one => one.Rows)], [.. outcomes.SelectMany(static one => one.Hazards)], outcomes.Sum(static one => one.LeftOutCount));
        if (outcome.DspRunCount == 0)
        {
            throw NoCase;
        }

        folder.WriteCsv("vectors.csv", outcome.Rows);
        folder.WriteCsv("vectors_hazards.csv", outcome.Hazards.Select(HazardRow.Of));
        bool isAlone = options.Networks.Count == 0;
        folder.WriteText(isAlone ? HtmlReport.FileName : "vectors.html", VectorPage.Write(outcome, options));
        if (isAlone && options.JUnitFile is { } junit)
        {
            AtomicFile.WriteText(junit, JUnitReport.Write(outcome.Tests));
        }

        if (options.PrintsJson)
        {
            JsonTable.Write(output, new JsonObject
            {
                ["proven"] = outcome.IsProven,
                ["verdict"] = outcome.Verdict,
                ["layers"] = JsonTable.Of(outcome.Rows),
                ["hazards"] = JsonTable.Of(outcome.Hazards.Select(HazardRow.Of)),
            });
        }
        else
        {
            output.Write(outcome.Describe());
        }

        return outcome.IsProven;
    }

    /// <summary>Runs one layer at every chosen bank setting and landing policy, and through the golden engines.</summary>
    /// <exception cref="UserInputException">No tiled kernel computes the layer.</exception>
    public static VectorOutcome Run(LayerVector vector, VerifyOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(options);
        RequireKernel(vector);
        Requantization requantization = RequantizationOf(vector);
        var rows = new List<VectorRow>();
        var hazards = new List<FoundHazard>();
        int leftOut = 0;
        foreach (BankSetting bank in options.Banks)
        {
            Conv2dTilePlan plan = CaseMatrix.PlanFor(vector.Shape, bank, options.PlansFor(bank));
            if (!options.Modes.Contains(plan.Mode))
            {
                leftOut++;
                continue;
            }

            var explanation = new Lazy<string>(() => Explain(vector, bank, plan, options, cancellation));
            foreach (LandingKind landing in options.Landings)
            {
                cancellation.ThrowIfCancellationRequested();
                var run = new ConvolutionRun
                {
                    Case = new ConvolutionCase(vector.Shape, 1, vector.Input, vector.Weights, requantization),
                    Configuration = CaseMatrix.ConfigurationFor(bank, options.Programs),
                    Programs = options.Programs,
                    Landing = LandingPolicies.Create(landing, options.LandingSeed),
                    Plan = plan,
                };
                var monitor = new HazardMonitor(run.Configuration);
                VectorRow row = Simulate(vector, run, monitor);
                rows.Add(row with
                {
                    Explanation = row.DifferingBytes == 0 ? "" : explanation.Value,
                    Bank = bank.Label,
                    Mode = ChoiceList.NameOf(plan.Mode),
                    Landing = ChoiceList.NameOf(landing),
                    Programs = options.Programs.Name,
                    Plan = plan.ToString(),
                    Hazards = monitor.Hazards.Count(static hazard => hazard.Rule.Severity == HazardSeverity.Violation),
                });

                // The rules do not depend on when transfers land.
                if (landing == options.Landings[0])
                {
                    hazards.AddRange(monitor.Hazards.Select(hazard => new FoundHazard(
                        "", vector.Name, vector.Shape.ConfigKey, bank.Label, options.Programs.Name, hazard)));
                }
            }
        }

        rows.AddRange(RunGoldens(vector, requantization));
        return new VectorOutcome(rows, hazards, leftOut);
    }

    /// <summary>The recorded layers of a folder.</summary>
    internal static LayerVector[] Read(string vectorsFolder) => [.. VectorFolder.FindLayers(vectorsFolder).Select(LayerVectorReader.Read)];

    /// <summary>Refuses a layer that no tiled kernel computes.</summary>
    internal static void RequireKernel(LayerVector vector)
    {
        if (!ConvolutionKernel.IsPublished(vector.Shape))
        {
            throw new UserInputException(
                $"layer '{vector.Name}' ({vector.Shape.ConfigKey}) has no tiled kernel; there are {string.Join(", ", ConvolutionKernel.Names)} without dilation");
        }
    }

    /// <summary>What is said where the options leave no case of any recorded layer.</summary>
    internal static UserInputException NoCase => new("no case of the recorded layers matches --banks and --modes");

    private static VectorRow Simulate(LayerVector vector, ConvolutionRun run, HazardMonitor monitor)
    {
        try
        {
            sbyte[] actual = MemoryMarshal.Cast<byte, sbyte>(run.Execute(monitor)).ToArray();
            return Compare(vector, VectorOutcome.DspName, vector.ExpectedOptimized, actual, run.Plan);
        }
        catch (HardwareFaultException fault)
        {
            return new VectorRow
            {
                Layer = vector.Name, ConfigKey = vector.Shape.ConfigKey, Engine = VectorOutcome.DspName, BytesCompared = 0, DifferingBytes = 0, Fault = fault.Message,
            };
        }
    }

    /// <summary>Which known defect gives the recorded bytes at a bank setting.</summary>
    private static string Explain(LayerVector vector, BankSetting bank, Conv2dTilePlan plan, VerifyOptions options, CancellationToken cancellation)
    {
        DiagnosisResult result = Diagnoser.Diagnose(
            DiagnosisSubject.Of(vector, bank, plan, options.Programs), DeviceValues.Of(vector.ExpectedOptimized), 1, alwaysNearest: false, cancellation);
        return result.IsRight ? $"the recorded bytes are right, and the {options.Programs.Name} programs give others" : result.Summary;
    }

    private static IEnumerable<VectorRow> RunGoldens(LayerVector vector, Requantization requantization)
    {
        using (var convolution = new OnnxRuntimeConvolution(vector.Shape, 1, vector.Weights, requantization))
        {
            yield return Compare(vector, "onnxruntime", vector.ExpectedOptimized, convolution.Run(vector.Input));
        }

        yield return Compare(
            vector, "scalar-oracle", vector.ExpectedOptimized, ScalarConv2d.Compute(vector.Shape, 1, vector.Input, vector.Weights, requantization).Output);
        if (vector.ExpectedGeneric is not null)
        {
            sbyte[] generic = GenericConv2d.Compute(
                vector.Shape,
                1,
                vector.Input,
                vector.Weights,
                vector.Bias,
                [vector.BiasScale],
                vector.InputQuantization.ZeroPoint,
                vector.OutputQuantization.Scale,
                vector.OutputQuantization.ZeroPoint);
            yield return Compare(vector, "generic", vector.ExpectedGeneric, generic);
        }
    }

    /// <summary>The recorded shifts and multiplier with the kernel bias of the worst-case derivation, which these recordings used.</summary>
    internal static Requantization RequantizationOf(LayerVector vector) => RequantizationDeriver.Derive(
        vector.Shape,
        vector.Weights,
        vector.Bias,
        [RequantizationDeriver.EffectiveScale(vector.BiasScale, vector.OutputQuantization.Scale)],
        vector.InputQuantization.ZeroPoint,
        vector.OutputQuantization.ZeroPoint,
        ParameterDerivation.WorstCase) with
    {
        AccumulatorShift = vector.AccumulatorShift,
        OutputScales = [vector.OutputScaleMultiplier],
        OutputShift = vector.OutputShift,
    };

    private static VectorRow Compare(LayerVector vector, string engine, sbyte[] expectedLevels, sbyte[] actualLevels, Conv2dTilePlan? plan = null)
    {
        Tensor expected = Tensor.FromInt8(vector.Shape.OutputShape(), expectedLevels);
        Tensor actual = Tensor.FromInt8(vector.Shape.OutputShape(), actualLevels);
        var difference = TensorDifference.Between(expected, actual);
        return new VectorRow
        {
            Layer = vector.Name,
            ConfigKey = vector.Shape.ConfigKey,
            Engine = engine,
            BytesCompared = difference.ComparedBytes,
            DifferingBytes = difference.DifferingElements,
            FirstMismatch = difference.First?.Index.ToString() ?? "",
            Expected = difference.First?.Expected.ToString(CultureInfo.InvariantCulture) ?? "",
            Actual = difference.First?.Actual.ToString(CultureInfo.InvariantCulture) ?? "",
            Levels = LevelDifferences.Between(expectedLevels, actualLevels).ToString(),
            LikelyCause = MismatchCause.Guess(plan, expected, actual, ConvolutionRun.UnstoredByte),
        };
    }
}
