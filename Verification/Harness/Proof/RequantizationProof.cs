using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Proof;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Proof;

/// <summary>What is shown of the requantization constants of a call, one set or one a channel: that all implementations give the same output for the same accumulator.</summary>
/// <remarks>
/// Every form of the vector core, each register width and the scalar one, and the scalar oracle are two stages, one after the other, and nothing
/// else. The first runs over all 2^24 accumulators, once for every shift, and the second over all 2^16 values that it can be given, so that the
/// output is known for every accumulator. Whole forms, the data-parallel body and ONNX Runtime run wherever the output changes, and beside.
/// </remarks>
/// <param name="Accumulators">Accumulators that every form and the scalar oracle were compared on, over all channels: 2^24 each.</param>
/// <param name="ReachableAccumulators">Those of one channel that some input can give.</param>
/// <param name="ChangePoints">Accumulators from which on the output is another one; at each and on both sides all engines were compared.</param>
/// <param name="Difference">The first accumulator for which two differ, in words; null when none does.</param>
public sealed record RequantizationProof(long Accumulators, long ReachableAccumulators, int ChangePoints, string? Difference)
    : ArithmeticProof(EveryAccumulator, Accumulators, ChangePoints, Difference)
{
    /// <summary>The scope of these proofs.</summary>
    public const string EveryAccumulator = "every accumulator";

    private const int Limit = NarrowingRuns.Limit;
    private const int BlockLength = 1 << 16;

    private static readonly RequantizationStages Oracle = new("scalar oracle", ScalarRequantization.Narrow, ScalarRequantization.Scale);

    /// <summary>Compares over all accumulators.</summary>
    /// <param name="sets">The constants, of every channel where they differ; the first shift is the same in all.</param>
    /// <param name="smallest">The smallest accumulator of the layer for any input.</param>
    /// <param name="largest">The largest one.</param>
    /// <param name="comparesAll">Whether whole forms, the data-parallel body and ONNX Runtime run over all 2^24, too.</param>
    /// <param name="stages">The forms in their stages; null for those of this host.</param>
    /// <param name="forms">The whole forms; null for those of this host.</param>
    public static RequantizationProof Of(
        IReadOnlyList<OutputConstants> sets,
        long smallest,
        long largest,
        bool comparesAll = false,
        IReadOnlyList<RequantizationStages>? stages = null,
        IReadOnlyList<RequantizationForm>? forms = null)
    {
        ArgumentNullException.ThrowIfNull(sets);
        (smallest, largest) = (Math.Max(smallest, -Limit), Math.Min(largest, Limit - 1));
        forms ??= RequantizationForms.OfThisHost;
        var points = new List<(int Accumulator, OutputConstants Constants)>();
        int changes = 0;
        string? difference = null;
        foreach (OutputConstants constants in sets)
        {
            var oracle = new StagedOutputs(Oracle, constants);
            difference ??= oracle.Problem ?? (stages ?? RequantizationForms.StagesOfThisHost).Select(oracle.DifferenceFrom).FirstOrDefault(static one => one is not null);
            IReadOnlyList<int> found = oracle.ChangePoints();
            changes += found.Count;
            points.AddRange(PointsOfInterest(found, smallest, largest).Select(point => (point, constants)));
        }

        difference ??= Engines(points, forms);
        for (int first = -Limit; comparesAll && first < Limit && difference is null; first += BlockLength)
        {
            difference = Engines([.. from constants in sets from accumulator in Enumerable.Range(first, BlockLength) select (accumulator, constants)], forms);
        }

        return new RequantizationProof(2L * Limit * sets.Count, largest - smallest + 1, changes, difference);
    }

    /// <summary>Both ends, what can be reached at most, and every accumulator beside which the output changes.</summary>
    private static IEnumerable<int> PointsOfInterest(IReadOnlyList<int> changes, long smallest, long largest) =>
        ((int[])[-Limit, Limit - 1, (int)smallest, (int)largest, .. changes.SelectMany(static point => (int[])[point - 1, point, point + 1])])
            .Where(static point => point is >= -Limit and < Limit).Distinct().Order();

    /// <summary>Everything that computes an output, on chosen accumulators: as many output channels of a 1x1 convolution of nothing, in blocks.</summary>
    private static string? Engines(IReadOnlyList<(int Accumulator, OutputConstants Constants)> points, IReadOnlyList<RequantizationForm> forms)
    {
        Span<sbyte> oracle = stackalloc sbyte[1];
        foreach ((int Accumulator, OutputConstants Constants)[] block in points.Chunk(BlockLength))
        {
            int[] accumulators = Array.ConvertAll(block, static point => point.Accumulator);
            bool isOneSet = block.All(point => point.Constants == block[0].Constants);
            Requantization requantization = block[0].Constants.With(accumulators);
            requantization = isOneSet ? requantization : requantization with { OutputScales = Array.ConvertAll(block, static point => point.Constants.OutputScale) };
            var kernel = new Conv2dInt8Constants(Conv2dShape.Create(1, 1, 1, block.Length, 1, 1, 1, 0), new sbyte[block.Length], requantization);
            using var graph = new OnnxRuntimeConvolution(kernel.Shape, 1, kernel.Weights, requantization);
            List<(string Name, sbyte[] Outputs)> engines =
            [
                ("data-parallel", Array.ConvertAll(block, point => Conv2dInt8Kernel.Requantize(0, point.Accumulator, point.Constants.OutputScale, 0, kernel.Requantization))),
                ("ONNX Runtime", graph.Run([0])),
                .. forms.Select(form => (form.Name, Pack(form, block))),
            ];
            for (int i = 0; i < block.Length; i++)
            {
                ScalarRequantization.Compute(block[i].Constants, accumulators[i], oracle);
                foreach ((string name, sbyte[] outputs) in engines)
                {
                    if (outputs[i] != oracle[0])
                    {
                        return $"accumulator {accumulators[i]}: scalar oracle {oracle[0]}, {name} {outputs[i]}";
                    }
                }
            }
        }

        return null;
    }

    /// <summary>A whole form takes accumulators of one set, 16 at least.</summary>
    private static sbyte[] Pack(RequantizationForm form, (int Accumulator, OutputConstants Constants)[] points)
    {
        var outputs = new sbyte[points.Length];
        for (int first = 0; first < points.Length;)
        {
            OutputConstants constants = points[first].Constants;
            int count = 1;
            while (first + count < points.Length && points[first + count].Constants == constants)
            {
                count++;
            }

            var padded = new int[Math.Max(count, 16)];
            for (int i = 0; i < count; i++)
            {
                padded[i] = points[first + i].Accumulator;
            }

            var packed = new byte[padded.Length];
            form.Pack(constants, padded, packed);
            for (int i = 0; i < count; i++)
            {
                outputs[first + i] = unchecked((sbyte)packed[i]);
            }

            first += count;
        }

        return outputs;
    }
}
