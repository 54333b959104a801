using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Proof;
using TileProof.Kernels;
using TileProof.Operators;

namespace TileProof.Verification.Proof;

/// <summary>What is shown of one set of requantization constants: that all implementations give the same output for the same accumulator.</summary>
/// <remarks>
/// The form that this host uses runs over all 2^24 accumulators, and is compared with the oracle and everything else wherever its output changes.
/// Between two changes the oracle, which never falls when the accumulator rises, then has the same output, too: they are equal everywhere.
/// </remarks>
/// <param name="Accumulators">Accumulators that the form which this host uses was compared on: all 2^24.</param>
/// <param name="ReachableAccumulators">Accumulators that every other form and the scalar oracle were compared on, those that some input can give.</param>
/// <param name="ChangePoints">Accumulators from which on the output is another one; at each and on both sides all engines were compared.</param>
/// <param name="Difference">The first accumulator for which two differ, in words; null when none does.</param>
public sealed record RequantizationProof(long Accumulators, long ReachableAccumulators, int ChangePoints, string? Difference)
{
    private const int Limit = 1 << 23;
    private const int BlockLength = 1 << 16;

    /// <summary>Compares over all accumulators.</summary>
    /// <param name="constants">The constants.</param>
    /// <param name="smallest">The smallest accumulator of the layer for any input.</param>
    /// <param name="largest">The largest one.</param>
    /// <param name="comparesAll">Whether every form and the oracle run over all 2^24.</param>
    /// <param name="forms">The forms of the vector core, the one that is used first; null for those of this host.</param>
    public static RequantizationProof Of(
        OutputConstants constants, long smallest, long largest, bool comparesAll = false, IReadOnlyList<RequantizationForm>? forms = null)
    {
        if (smallest < -Limit || largest >= Limit || comparesAll)
        {
            (smallest, largest) = (-Limit, Limit - 1);
        }

        var sweep = new Sweep(constants, smallest, largest, forms ?? RequantizationForms.OfThisHost);
        string? difference = sweep.Run();
        int[] points = sweep.PointsOfInterest();
        return new RequantizationProof(2L * Limit, largest - smallest + 1, sweep.ChangePoints.Count, difference ?? Engines(constants, points, forms ?? RequantizationForms.OfThisHost));
    }

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
    private sealed class Sweep(OutputConstants constants, long smallest, long largest, IReadOnlyList<RequantizationForm> forms)
    {
        private readonly int[] accumulators = new int[BlockLength];
        private readonly byte[] used = new byte[BlockLength];
        private readonly byte[] other = new byte[BlockLength];
        private readonly sbyte[] oracle = new sbyte[BlockLength];

        public List<int> ChangePoints { get; } = [];

        /// <summary>The first difference; null for none.</summary>
        public string? Run()
        {
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
                if (first + BlockLength > smallest && first <= largest && Compare() is { } difference)
                {
                    return difference;
                }
            }

            return null;
        }

        /// <summary>Both ends, what can be reached at most, and every accumulator beside which the output changes.</summary>
        public int[] PointsOfInterest() =>
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

        private string? Compare()
        {
            ScalarRequantization.Compute(constants, accumulators[0], oracle);
            int at = System.Runtime.InteropServices.MemoryMarshal.AsBytes<sbyte>(oracle).CommonPrefixLength(used);
            if (at < BlockLength)
            {
                return $"accumulator {accumulators[at]}: scalar oracle {oracle[at]}, {forms[0].Name} {unchecked((sbyte)used[at])}";
            }

            foreach (RequantizationForm form in forms.Skip(1))
            {
                form.Pack(constants, accumulators, other);
                at = other.AsSpan().CommonPrefixLength(used);
                if (at < BlockLength)
                {
                    return $"accumulator {accumulators[at]}: scalar oracle {oracle[at]}, {form.Name} {unchecked((sbyte)other[at])}";
                }
            }

            return null;
        }
    }
}
