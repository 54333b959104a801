using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Verification.Hazards;

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
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(faults);
        var rows = new List<MutationRow>();
        foreach (ConvolutionCase layer in layers)
        {
            cancellation.ThrowIfCancellationRequested();
            var judged = new MutationLayer(layer, configuration);
            rows.AddRange(faults.Select(judged.Judge));
            layerDone?.Invoke(layer);
        }

        return rows;
    }
}
