using System.Collections.Concurrent;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;

namespace TileProof.HwModel.Execution;

/// <summary>Runs a whole network on one machine: every call reads what the calls before left in system memory.</summary>
public sealed class DspNetworkRun
{
    private readonly DspConfiguration configuration;
    private readonly ParameterDerivation derivation;
    private readonly OperatorRouting routing;

    /// <summary>Prepared once and used for every inference, as the layer tables of the library are.</summary>
    private readonly ConcurrentDictionary<OperatorCall, PreparedCall> preparedCalls = new(ReferenceEqualityComparer.Instance);

    /// <summary>Makes a runner.</summary>
    /// <param name="configuration">Banks, rings and open hardware choices.</param>
    /// <param name="derivation">How convolutions derive their requantization integers.</param>
    /// <param name="routing">How the path of a call is chosen.</param>
    public DspNetworkRun(DspConfiguration configuration, ParameterDerivation derivation, OperatorRouting routing = OperatorRouting.Published)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        this.configuration = configuration;
        this.derivation = derivation;
        this.routing = routing;
    }

    /// <summary>Computes calls outside the library on the host; null where a network has none.</summary>
    public IOperatorEngine? Host { get; init; }

    /// <summary>Sees the bytes that each call has written, where they lie; null for nobody.</summary>
    public ValueInspector? Inspector { get; init; }

    /// <summary>The version of the programs.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;

    /// <summary>The plans of convolutions.</summary>
    public ConvolutionPlans Plans { get; init; } = ConvolutionPlans.Published;

    /// <summary>Runs a network on one input batch.</summary>
    /// <param name="network">The calls; shapes include the batch.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="isRequested">Which outputs of calls to copy out; the network's output is always among the values.</param>
    /// <param name="landing">When transfers move their bytes.</param>
    /// <param name="observers">Who sees what the programs do.</param>
    /// <exception cref="ArgumentException">The input does not match the network.</exception>
    /// <exception cref="OverflowException">The network takes more than 2^31 - 1 bytes of system memory.</exception>
    public DspNetworkResult Run(
        Network network, Tensor input, Func<TensorInfo, bool> isRequested, LandingPolicy landing, params MachineObserver[] observers)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(isRequested);
        CallTensors.Require(network.Input, input);
        ActivationLayout layout = ActivationLayout.Of(network);
        int temporaryBytes = network.Calls.Max(call => RunsOnHost(call) ? 0 : Prepared(call).ConstantBytes + Prepared(call).ScratchBytes);
        int systemBytes = checked(layout.TotalBytes + temporaryBytes);
        using var machine = new DspMachine(configuration, systemBytes, landing, observers);
        MemoryBuffer activations = machine.System.Allocate("activations", layout.TotalBytes);
        input.Bytes.CopyTo(BufferOf(network.Input).Bytes);
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var executions = new List<CallPlan>(network.Calls.Count);
        foreach (OperatorCall call in network.Calls)
        {
            MemoryBuffer output = BufferOf(call.Output);
            StridedBytes.Fill(output.Whole(), configuration.PoisonByte);
            if (RunsOnHost(call))
            {
                Tensor[] operands = [.. call.Inputs.Select(value => Tensor.FromBytes(value.Shape, value.ElementType, BufferOf(value).Bytes))];
                Host!.Run(call, operands, derivation).Bytes.CopyTo(output.Bytes);
            }
            else
            {
                PreparedCall prepared = Prepared(call);
                prepared.Run(machine, [.. call.Inputs.Select(BufferOf)], output);
                executions.Add(prepared.Program.Plan);
            }

            Inspector?.Invoke(call, output.Bytes);
            if (isRequested(call.Output) || call.Output == network.Output)
            {
                values.Add(call.Output.Name, Tensor.FromBytes(call.Output.Shape, call.Output.ElementType, output.Bytes));
            }
        }

        return new DspNetworkResult(values, executions, systemBytes);

        MemoryBuffer BufferOf(TensorInfo value) => activations.Slice(value.Name, layout.OffsetBytesOf(value), value.LengthBytes);
    }

    private bool RunsOnHost(OperatorCall call) => call is OnnxFallbackCall && Host is not null;

    private PreparedCall Prepared(OperatorCall call) =>
        preparedCalls.GetOrAdd(call, one => PreparedCall.Of(new CallRequest(one, configuration, routing), Programs, derivation, Plans));
}
