using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.Verification.Hazards;

/// <summary>What the hazard rules cost, beside the simulation without them.</summary>
/// <remarks>Processor time of this process, so that other programs on the machine do not count.</remarks>
/// <param name="Plain">The best time of the simulation without checking.</param>
/// <param name="Checked">The best time with it.</param>
public sealed record CheckingCost(TimeSpan Plain, TimeSpan Checked)
{
    /// <summary>The extra time as a part of the plain one.</summary>
    public double Ratio => (Checked - Plain) / Plain;

    /// <summary>Runs the layers in turn with and without checking and keeps the best of several rounds.</summary>
    public static CheckingCost Measure(IReadOnlyList<Conv2dShape> shapes, DspConfiguration configuration, int rounds)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        ArgumentNullException.ThrowIfNull(configuration);
        List<ConvolutionRun> runs =
            [.. shapes.Select(shape => new ConvolutionRun { Case = ConvolutionCase.Create(shape, 1, 1), Configuration = configuration })];
        TimeSpan plain = TimeSpan.MaxValue;
        TimeSpan withRules = TimeSpan.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            plain = Shorter(plain, () => runs.ForEach(static run => run.Execute()));
            withRules = Shorter(withRules, () => runs.ForEach(run => run.Execute(new HazardMonitor(configuration))));
        }

        return new CheckingCost(plain, withRules);
    }

    private static TimeSpan Shorter(TimeSpan best, Action action)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        action();
        TimeSpan used = Environment.CpuUsage.TotalTime - before;
        return used < best ? used : best;
    }
}
