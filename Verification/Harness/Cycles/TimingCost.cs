using System.Diagnostics;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Cycles;

/// <summary>What the timing model costs, beside the simulation without it.</summary>
/// <param name="CallCount">Calls measured: those that run with DMA.</param>
/// <param name="Plain">The least time of the simulation, summed over the calls.</param>
/// <param name="Timed">The least time with a <see cref="TimingObserver"/>, summed over the calls.</param>
public sealed record TimingCost(int CallCount, TimeSpan Plain, TimeSpan Timed)
{
    /// <summary>The extra time as a part of the plain one.</summary>
    public double Ratio => (Timed - Plain) / Plain;

    /// <summary>Runs every call of a network in turn without and with the timing model, and keeps the least times of several rounds.</summary>
    public static TimingCost Measure(Network network, DspConfiguration configuration, int rounds)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        var plainEngine = new DspEngine(configuration);
        int callCount = 0;
        TimeSpan plain = TimeSpan.Zero;
        TimeSpan timed = TimeSpan.Zero;
        foreach (OperatorCall call in network.Calls)
        {
            Tensor[] inputs = [.. call.Inputs.Select(static value => Tensor.Create(value.Shape, value.ElementType))];
            if (plainEngine.Execute(call, inputs, ParameterDerivation.L1Norm).Execution.Path != OperatorPath.Dma)
            {
                continue;
            }

            callCount++;
            TimeSpan leastPlain = TimeSpan.MaxValue;
            TimeSpan leastTimed = TimeSpan.MaxValue;
            for (int round = 0; round < rounds; round++)
            {
                leastPlain = Shorter(leastPlain, () => plainEngine.Execute(call, inputs, ParameterDerivation.L1Norm));
                leastTimed = Shorter(leastTimed, () =>
                {
                    var timing = new TimingObserver(call, CostCoefficients.Calibrated, MachineMode.Release);
                    new DspEngine(configuration, observers: timing).Execute(call, inputs, ParameterDerivation.L1Norm);
                });
            }

            plain += leastPlain;
            timed += leastTimed;
        }

        return new TimingCost(callCount, plain, timed);
    }

    private static TimeSpan Shorter(TimeSpan best, Action action)
    {
        long begin = Stopwatch.GetTimestamp();
        action();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begin);
        return elapsed < best ? elapsed : best;
    }
}
