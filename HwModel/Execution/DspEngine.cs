using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Execution;

/// <summary>The simulated DSP as an engine: every call runs on a fresh machine.</summary>
/// <remarks>Calls do not share state, so one engine may serve several threads unless observers were given.</remarks>
/// <param name="configuration">Banks, rings and open hardware choices.</param>
/// <param name="landing">When transfers move their bytes.</param>
/// <param name="landingSeed">The seed of the random landing policy; others ignore it.</param>
/// <param name="routing">How the path of a call is chosen.</param>
/// <param name="observers">Who sees what the programs do.</param>
public sealed class DspEngine(
    DspConfiguration configuration,
    LandingKind landing = LandingKind.AtWait,
    int landingSeed = 0,
    OperatorRouting routing = OperatorRouting.Published,
    params MachineObserver[] observers) : IOperatorEngine
{
    /// <summary>The version of the programs.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;

    /// <summary>The plans of convolutions.</summary>
    public ConvolutionPlans Plans { get; init; } = ConvolutionPlans.Published;

    /// <inheritdoc/>
    public string Name => "simulated-dsp";

    /// <inheritdoc/>
    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"banks {string.Join(" and ", configuration.Banks)} bytes, landing {LandingPolicies.Create(landing, landingSeed).Name}, routing {routing}");

    /// <inheritdoc/>
    public Tensor Run(OperatorCall call, IReadOnlyList<Tensor> inputs, ParameterDerivation derivation) => Execute(call, inputs, derivation).Output;

    /// <summary>Computes one call and says how it ran.</summary>
    /// <param name="call">The operator, its parameters and the shapes of its values.</param>
    /// <param name="inputs">One tensor per input of the call, with that shape and type.</param>
    /// <param name="derivation">How a convolution derives its requantization integers.</param>
    /// <exception cref="ArgumentException">The inputs do not match the call.</exception>
    public DspResult Execute(OperatorCall call, IReadOnlyList<Tensor> inputs, ParameterDerivation derivation) => SimulatedCall.Run(
        new PreparedPrograms(configuration, derivation, routing, Programs, Plans), call, inputs, LandingPolicies.Create(landing, landingSeed), null, null, observers);
}
