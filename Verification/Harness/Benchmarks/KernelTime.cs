using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Verification.Options;

namespace TileProof.Verification.Benchmarks;

/// <summary>The host time of the programs of one kernel in one inference of one image.</summary>
/// <param name="Kernel">The kernel of a convolution, with its mode; the operator elsewhere.</param>
/// <param name="Programs">Its programs.</param>
/// <param name="MultiplyAccumulates">Products of its calls; 0 for operators without.</param>
/// <param name="Elements">Output elements of its calls.</param>
/// <param name="Least">The least total over all inferences.</param>
public sealed record KernelTime(string Kernel, int Programs, long MultiplyAccumulates, long Elements, TimeSpan Least)
{
    /// <summary>Puts the clocks of several inferences and the calls of the network together; with one image every call is one program.</summary>
    public static IReadOnlyList<KernelTime> LeastOf(IReadOnlyList<ProgramClock> clocks, Network network, IReadOnlyList<CallPlan> executions)
    {
        ArgumentNullException.ThrowIfNull(clocks);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(executions);
        return
        [
            .. from call in network.Calls
               group call by executions[call.Index].Convolution?.KernelName ?? ChoiceList.NameOf(call.Kind) into calls
               select new KernelTime(
                   calls.Key,
                   calls.Count(),
                   calls.Sum(static call => call.MultiplyAccumulates),
                   calls.Sum(static call => (long)call.Output.Shape.ElementCount),
                   clocks.Min(clock => Total(calls.Select(call => clock.Times[call.Index])))),
        ];
    }

    private static TimeSpan Total(IEnumerable<TimeSpan> times) => times.Aggregate(TimeSpan.Zero, static (sum, time) => sum + time);
}
