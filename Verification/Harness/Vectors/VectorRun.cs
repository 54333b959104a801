using System.Globalization;
using TileProof.Golden.Generic;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Executors;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>Runs recorded single layers through every engine and compares with what the device produced.</summary>
public static class VectorRun
{
    private const string DspName = "simulated-dsp";

    /// <summary>Runs every layer of a folder, writes <c>vectors.csv</c> and prints the counts; returns whether every byte is equal.</summary>
    /// <exception cref="UserInputException">The folder holds no layer, or the report cannot be written.</exception>
    /// <exception cref="FixtureException">A file of a layer cannot be used; nothing is written then.</exception>
    public static bool Execute(
        VerifyOptions options, string vectorsFolder, ReportFolder folder, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(output);
        LayerVector[] vectors = [.. VectorFolder.FindLayers(vectorsFolder).Select(LayerVectorReader.Read)];
        var rows = new List<VectorRow>();
        using (IProgressActivity activity = progress.Begin("recorded layers", vectors.Length))
        {
            foreach (LayerVector vector in vectors)
            {
                rows.AddRange(Run(vector, options, cancellation));
                activity.Advance();
            }
        }

        if (!rows.Exists(static row => row.Engine == DspName))
        {
            throw new UserInputException("no case of the recorded layers matches --banks and --modes");
        }

        folder.WriteCsv("vectors.csv", rows);
        Print(rows, output);
        return rows.TrueForAll(static row => row.DifferingBytes == 0);
    }

    /// <summary>Runs one layer at every chosen bank setting and landing policy, and through the golden engines.</summary>
    /// <exception cref="UserInputException">No tiled kernel computes the layer.</exception>
    public static IReadOnlyList<VectorRow> Run(LayerVector vector, VerifyOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(options);
        if (!ConvolutionKernel.Supports(vector.Shape))
        {
            throw new UserInputException(
                $"layer '{vector.Name}' ({vector.Shape.ConfigKey}) has no tiled kernel; there are {string.Join(", ", ConvolutionKernel.Names)} without dilation");
        }

        Requantization requantization = RequantizationOf(vector);
        TensorShape outputShape = vector.Shape.OutputShape();
        Tensor input = Tensor.FromInt8(vector.Shape.InputShape(), vector.Input);
        Tensor expected = Tensor.FromInt8(outputShape, vector.ExpectedOptimized);
        var rows = new List<VectorRow>();
        foreach (BankSetting bank in options.Banks)
        {
            Conv2dTilePlan plan = CaseMatrix.PlanFor(vector.Shape, bank, options.PlansFor(bank));
            if (!options.Modes.Contains(plan.Mode))
            {
                continue;
            }

            foreach (LandingKind landing in options.Landings)
            {
                cancellation.ThrowIfCancellationRequested();
                DspConfiguration configuration = CaseMatrix.ConfigurationFor(bank);
                Tensor actual = SimulatedConvolution.Run(
                    configuration, LandingPolicy.Create(landing, options.LandingSeed), plan, vector.Weights, requantization, input);
                rows.Add(RowOf(vector, DspName, bank.Label, ChoiceList.NameOf(plan.Mode), ChoiceList.NameOf(landing), expected, actual));
            }
        }

        using (var convolution = new OnnxRuntimeConvolution(vector.Shape, 1, vector.Weights, requantization))
        {
            rows.Add(RowOf(vector, "onnxruntime", "", "", "", expected, Tensor.FromInt8(outputShape, convolution.Run(vector.Input))));
        }

        ScalarConv2dResult oracle = ScalarConv2d.Compute(vector.Shape, 1, vector.Input, vector.Weights, requantization);
        rows.Add(RowOf(vector, "scalar-oracle", "", "", "", expected, Tensor.FromInt8(outputShape, oracle.Output)));
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
            rows.Add(RowOf(vector, "generic", "", "", "", Tensor.FromInt8(outputShape, vector.ExpectedGeneric), Tensor.FromInt8(outputShape, generic)));
        }

        return rows;
    }

    private static void Print(List<VectorRow> rows, TextWriter output)
    {
        foreach (IGrouping<string, VectorRow> run in rows.GroupBy(static row => row.Bank.Length == 0 ? row.Engine : $"{row.Engine}, banks {row.Bank}, landing {row.Landing}"))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Key}: {run.Sum(static row => row.DifferingBytes)} differing bytes of {run.Sum(static row => row.BytesCompared):N0} in {run.Count()} layers"));
        }

        foreach (VectorRow row in rows.Where(static row => row.DifferingBytes > 0))
        {
            output.WriteLine($"{row.Layer} ({row.ConfigKey}), {row.Engine}, banks {row.Bank}, landing {row.Landing}: {row.DifferingBytes} bytes differ, first at {row.FirstMismatch}");
        }
    }

    /// <summary>The recorded shifts and multiplier with the kernel bias of the worst-case derivation, which these recordings used.</summary>
    private static Requantization RequantizationOf(LayerVector vector) => RequantizationDeriver.Derive(
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

    private static VectorRow RowOf(LayerVector vector, string engine, string bank, string mode, string landing, Tensor expected, Tensor actual)
    {
        var difference = TensorDifference.Between(expected, actual);
        string first = difference.First is { } mismatch
            ? string.Create(CultureInfo.InvariantCulture, $"{mismatch.Index}: expected {mismatch.Expected}, actual {mismatch.Actual}")
            : "";
        return new VectorRow(
            vector.Name, vector.Shape.ConfigKey, engine, bank, mode, landing, difference.ComparedBytes, difference.DifferingElements, first);
    }
}
