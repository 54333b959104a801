using System.Collections.Concurrent;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Execution;

/// <summary>The programs of operator calls on one machine, each written once and run any number of times; any number of threads may use them.</summary>
/// <param name="machine">Banks, rings and open hardware choices.</param>
/// <param name="derivation">How convolutions derive their requantization integers.</param>
/// <param name="routing">How the path of a call is chosen.</param>
/// <param name="library">The version of the programs; null for the corrected ones.</param>
/// <param name="plans">The plans of convolutions; null for the published planner's.</param>
public sealed class PreparedPrograms(
    DspConfiguration machine, ParameterDerivation derivation, OperatorRouting routing = OperatorRouting.Published, ProgramLibrary? library = null, ConvolutionPlans? plans = null)
{
    private readonly ConcurrentDictionary<OperatorCall, PreparedCall> calls = new(ReferenceEqualityComparer.Instance);

    /// <summary>Banks, rings and open hardware choices.</summary>
    public DspConfiguration Machine => machine;

    /// <summary>How convolutions derive their requantization integers.</summary>
    public ParameterDerivation Derivation => derivation;

    /// <summary>How the path of a call is chosen.</summary>
    public OperatorRouting Routing => routing;

    /// <summary>The version of the programs.</summary>
    public ProgramLibrary Library { get; } = library ?? ProgramLibrary.Corrected;

    /// <summary>The plans of convolutions.</summary>
    public ConvolutionPlans Plans { get; } = plans ?? ConvolutionPlans.Published;

    /// <summary>The program of a call.</summary>
    /// <exception cref="HardwareFaultException">The machine cannot run it at all.</exception>
    /// <exception cref="NotSupportedException">The simulated DSP has no such operator.</exception>
    public TileProgram ProgramOf(OperatorCall call) => Of(call).Program;

    internal PreparedCall Of(OperatorCall call) => calls.GetOrAdd(call, one => PreparedCall.Of(new CallRequest(one, Machine, Routing), Library, Derivation, Plans));
}
