using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Proof;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Proof;

/// <summary>What is shown of one set of requantization constants: that all implementations give the same output for the same accumulator.</summary>
/// <remarks>
/// Every vector form runs over all 2^24 accumulators. The scalar oracle and the scalar form are two stages, one after the other: the first runs over
/// all accumulators, once for every shift, and the second over all 2^16 values that the first can give, so that their output is known for
/// every accumulator, too. The data-parallel body and ONNX Runtime run wherever the output changes, and beside.
/// </remarks>
/// <param name="Accumulators">Accumulators that every form and the scalar oracle were compared on: all 2^24.</param>
/// <param name="ReachableAccumulators">Those of them that some input can give.</param>
/// <param name="ChangePoints">Accumulators from which on the output is another one; at each and on both sides all engines were compared.</param>
/// <param name="Difference">The first accumulator for which two differ, in words; null when none does.</param>
public sealed record RequantizationProof(long Accumulators, long ReachableAccumulators, int ChangePoints, string? Difference)
{
    private const int Limit = NarrowingRuns.Limit;
    private const int BlockLength = 1 << 16;

    /// <summary>Compares over all accumulators.</summary>
    /// <param name="constants">The constants.</param>
    /// <param name="smallest">The smallest accumulator of the layer for any input.</param>
    /// <param name="largest">The largest one.</param>
    /// <param name="comparesAll">Whether the data-parallel body and ONNX Runtime run over all 2^24, too.</param>
    /// <param name="forms">The forms of the vector core that run as a whole, the one that is used first; null for those of this host.</param>
    /// <param name="stages">The scalar form; null for the product's.</param>
    public static RequantizationProof Of(
        OutputConstants constants,
        long smallest,
        long largest,
        bool comparesAll = false,
        IReadOnlyList<RequantizationForm>? forms = null,
        RequantizationStages? stages = null)
    {
        (smallest, largest) = (Math.Max(smallest, -Limit), Math.Min(largest, Limit - 1));
        forms ??= RequantizationForms.OfThisHost;
        var sweep = new Sweep(constants, forms, [Oracle, stages ?? RequantizationForms.Scalar]);
        string? difference = sweep.Run() ?? Engines(constants, sweep.PointsOfInterest(smallest, largest), forms);
        if (comparesAll)
        {
            for (int first = -Limit; first < Limit && difference is null; first += BlockLength)
            {
                difference = Engines(constants, [.. Enumerable.Range(first, BlockLength)], forms);
            }
        }

        return new RequantizationProof(2L * Limit, largest - smallest + 1, sweep.ChangePoints.Count, difference);
    }

    private static RequantizationStages Oracle { get; } = new("scalar oracle", ScalarRequantization.Narrow, ScalarRequantization.Scale);

    /// <summary>Everything that computes an output, on chosen accumulators.</summary>
    private static string? Engines(OutputConstants constants, int[] accumulators, IReadOnlyList<RequantizationForm> forms)
    {
        Requantization requantization = constants.With(accumulators);
        var kernel = new Conv2dInt8Constants(Conv2dShape.Create(1, 1, 1, accumulators.Length, 1, 1, 1, 0), new sbyte[accumulators.Length], requantization);
        using var graph = new OnnxRuntimeConvolution(kernel.Shape, 1, kernel.Weights, requantization);
        List<(string Name, sbyte[] Outputs)> engines =
        [
            ("data-parallel", Array.ConvertAll(accumulators, accumulator => Conv2dInt8Kernel.Requantize(0, accumulator, constants.OutputScale, 0, kernel.Requantization))),
            ("ONNX Runtime", graph.Run([0])),
            .. forms.Select(form => (form.Name, Pack(form, constants, accumulators))),
        ];
        Span<sbyte> oracle = stackalloc sbyte[1];
        for (int i = 0; i < accumulators.Length; i++)
        {
            ScalarRequantization.Compute(constants, accumulators[i], oracle);
            foreach ((string name, sbyte[] outputs) in engines)
            {
                if (outputs[i] != oracle[0])
                {
                    return $"accumulator {accumulators[i]}: scalar oracle {oracle[0]}, {name} {outputs[i]}";
                }
            }
        }

        return null;
    }

    private static sbyte[] Pack(RequantizationForm form, OutputConstants constants, int[] accumulators)
    {
        // A vector form takes 16 at least.
        var padded = new int[Math.Max(accumulators.Length, 16)];
        accumulators.CopyTo(padded, 0);
        var output = new byte[padded.Length];
        form.Pack(constants, padded, output);
        return Array.ConvertAll(output[..accumulators.Length], static value => unchecked((sbyte)value));
    }

    /// <summary>One walk over all accumulators.</summary>
    private sealed class Sweep(OutputConstants constants, IReadOnlyList<RequantizationForm> forms, IReadOnlyList<RequantizationStages> staged)
    {
        private readonly int[] accumulators = new int[BlockLength];
        private readonly byte[] used = new byte[BlockLength];
        private readonly byte[] other = new byte[BlockLength];

        public List<int> ChangePoints { get; } = [];

        /// <summary>The first difference; null for none.</summary>
        public string? Run()
        {
            StagedOutputs[] outputs = [.. staged.Select(stages => new StagedOutputs(stages, constants))];
            if (outputs.Select(static one => one.Problem).FirstOrDefault(static problem => problem is not null) is { } problem)
            {
                return problem;
            }

            byte before = 0;
            for (int first = -Limit; first < Limit; first += BlockLength)
            {
                for (int i = 0; i < accumulators.Length; i++)
                {
                    accumulators[i] = first + i;
                }

                forms[0].Pack(constants, accumulators, used);
                AddChangePoints(first, first == -Limit ? used[0] : before);
                before = used[^1];
                if ((CompareStaged(outputs, first) ?? CompareForms()) is { } difference)
                {
                    return difference;
                }
            }

            return null;
        }

        /// <summary>Both ends, what can be reached at most, and every accumulator beside which the output changes.</summary>
        public int[] PointsOfInterest(long smallest, long largest) =>
        [
            .. ((int[])[-Limit, Limit - 1, (int)smallest, (int)largest, .. ChangePoints.SelectMany(static point => (int[])[point - 1, point, point + 1])])
                .Where(static point => point is >= -Limit and < Limit).Distinct().Order(),
        ];

        private void AddChangePoints(int first, byte before)
        {
            if (used[0] != before)
            {
                ChangePoints.Add(first);
            }

            for (int same = used.AsSpan().IndexOfAnyExcept(used[0]); same > 0 && same < used.Length;)
            {
                ChangePoints.Add(first + same);
                int next = used.AsSpan(same).IndexOfAnyExcept(used[same]);
                same = next < 0 ? used.Length : same + next;
            }
        }

        private string? CompareForms()
        {
            foreach (RequantizationForm form in forms.Skip(1).Where(form => form.Name != RequantizationForms.Scalar.Name))
            {
                form.Pack(constants, accumulators, other);
                int at = other.AsSpan().CommonPrefixLength(used);
                if (at < BlockLength)
                {
                    return Describe(accumulators[at], form.Name, unchecked((sbyte)other[at]), unchecked((sbyte)used[at]));
                }
            }

            return null;
        }

        private string? CompareStaged(StagedOutputs[] outputs, int first)
        {
            foreach (StagedOutputs one in outputs)
            {
                int at = one.FirstDifference(first, used);
                if (at >= 0)
                {
                    return Describe(first + at, one.Name, one.OutputOf(first + at), unchecked((sbyte)used[at]));
                }
            }

            return null;
        }

        private string Describe(int accumulator, string name, sbyte output, sbyte usedOutput)
        {
            Span<sbyte> oracle = stackalloc sbyte[1];
            ScalarRequantization.Compute(constants, accumulator, oracle);
            return output == oracle[0]
                ? $"accumulator {accumulator}: scalar oracle {oracle[0]}, {forms[0].Name} {usedOutput}"
                : $"accumulator {accumulator}: scalar oracle {oracle[0]}, {name} {output}";
        }
    }
}
