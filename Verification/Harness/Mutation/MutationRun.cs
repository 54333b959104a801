using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Verification.Hazards;
using TileProof.Verification.Sharding;
using TileProof.Verification.Sharding.Records;

namespace TileProof.Verification.Mutation;

/// <summary>The self-test of the harness: every deliberate defect on every layer, and what caught it (see <see cref="MutationOutcome"/>).</summary>
public static class MutationRun
{
    private const int Seed = 18;

    /// <summary>The default layers: every ResNet-18 geometry, one layer of the remaining kernel, and one at the limits of the accumulator.</summary>
    public static IReadOnlyList<ConvolutionCase> DefaultLayers() =>
    [
        .. ResNetLayerShapes.ResNet18.Select(static shape => ConvolutionCase.Create(shape, batch: 1, Seed)),
        ConvolutionCase.Create(ResNetLayerShapes.Pointwise[2], batch: 1, Seed),
        AccumulatorLimits(),
    ];

    /// <summary>A layer whose sums leave 24 bits and whose values saturate after both shifts, as no well-derived layer does.</summary>
    public static ConvolutionCase AccumulatorLimits()
    {
        const int MaximumAccumulator = (1 << 23) - 1;
        var shape = Conv2dShape.Create(32, 8, 8, 32, 3, 3, 1, 1);
        ConvolutionCase ordinary = ConvolutionCase.Create(shape, batch: 1, Seed);
        int[] biases = new int[shape.OutChannels];
        for (int channel = 0; channel < biases.Length; channel++)
        {
            biases[channel] = (channel % 2 == 0 ? MaximumAccumulator : -MaximumAccumulator) / (1 + (channel / 4));
        }

        return ordinary with
        {
            Requantization = ordinary.Requantization with { KernelBias = biases, AccumulatorShift = 5, OutputScales = [ushort.MaxValue], OutputShift = 15 },
        };
    }

    /// <summary>Runs every defect on every layer.</summary>
    /// <param name="layers">The layers, see <see cref="DefaultLayers"/>.</param>
    /// <param name="configuration">The machine of the corrected programs.</param>
    /// <param name="faults">The defects, see <see cref="FaultCatalog"/>.</param>
    /// <param name="layerDone">Told after each layer.</param>
    /// <param name="cancellation">Stops the run between layers.</param>
    public static IReadOnlyList<MutationRow> Execute(
        IReadOnlyList<ConvolutionCase> layers,
        DspConfiguration configuration,
        IReadOnlyList<Fault> faults,
        Action<ConvolutionCase>? layerDone = null,
        CancellationToken cancellation = default) => Execute(layers, configuration, faults, JobSource.Everything, layerDone, cancellation);

    /// <summary>The same from a source of results: the rows that are there.</summary>
    internal static IReadOnlyList<MutationRow> Execute(
        IReadOnlyList<ConvolutionCase> layers,
        DspConfiguration configuration,
        IReadOnlyList<Fault> faults,
        JobSource jobs,
        Action<ConvolutionCase>? layerDone,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(faults);
        var rows = new List<MutationRow>();
        foreach ((int number, ConvolutionCase layer) in layers.Index())
        {
            JobBatch<Fault, MutationRow> batch = jobs.Assign(StageOf(number, layer), faults);
            MutationLayer? judged = null;
            foreach (int fault in batch.Missing)
            {
                cancellation.ThrowIfCancellationRequested();
                judged ??= new MutationLayer(layer, configuration);
                batch.Keep(fault, judged.Judge(faults[fault]));
            }

            rows.AddRange(batch.Results.OfType<MutationRow>());
            layerDone?.Invoke(layer);
        }

        return rows;
    }

    private static JobStage<Fault, MutationRow> StageOf(int number, ConvolutionCase layer)
    {
        // Layers of one geometry may differ in their numbers.
        string group = FormattableString.Invariant($"layer {number} {layer.Shape.ConfigKey}");
        return new()
        {
            JobOf = fault => new Job($"defect {group} {fault.Name}", JobCosts.OfDefect(layer.Shape), group, JobCosts.OfMutationLayer(layer.Shape)),
            Write = static row => RecordJson.Write(row, RecordJson.Default.MutationRow),
            Read = static (_, line) => RecordJson.Read(line, RecordJson.Default.MutationRow),
        };
    }
}
