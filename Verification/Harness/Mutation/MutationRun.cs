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
    /// <summary>Decides the values of every layer.</summary>
    internal const int Seed = 18;

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
    /// <param name="layerDone">Told after each layer, from any thread.</param>
    /// <param name="cancellation">Stops the run between defects.</param>
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
        CancellationToken cancellation,
        int threadCount = 0)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(faults);
        JobBatch<Fault, MutationRow>[] batches = [.. layers.Select((layer, number) => jobs.Assign(StageOf(number, layer), faults))];
        Lazy<MutationLayer>[] judges = [.. layers.Select(layer => new Lazy<MutationLayer>(() => new MutationLayer(layer, configuration)))];
        int[] left = [.. batches.Select(static batch => batch.Missing.Count)];
        (int Layer, int Fault)[] missing = [.. batches.SelectMany(static (batch, layer) => batch.Missing.Select(fault => (layer, fault)))];
        foreach (int layer in Enumerable.Range(0, layers.Count).Where(layer => left[layer] == 0))
        {
            layerDone?.Invoke(layers[layer]);
        }

        Workers.ForEach(
            missing.Length,
            place => batches[missing[place].Layer].CostOf(missing[place].Fault),
            place =>
            {
                (int layer, int fault) = missing[place];
                batches[layer].Keep(fault, judges[layer].Value.Judge(faults[fault]));
                if (Interlocked.Decrement(ref left[layer]) == 0)
                {
                    judges[layer] = null!;
                    layerDone?.Invoke(layers[layer]);
                }
            },
            cancellation,
            threadCount);
        return [.. batches.SelectMany(static batch => batch.Results.OfType<MutationRow>())];
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
