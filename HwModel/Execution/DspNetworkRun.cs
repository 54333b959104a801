using System.Collections.Concurrent;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Execution;

/// <summary>Runs a whole network on one machine: every call reads what the calls before left in system memory.</summary>
/// <param name="programs">The programs, which others may use too.</param>
public sealed class DspNetworkRun(PreparedPrograms programs) : IDisposable
{
    private readonly ConcurrentDictionary<Network, ConcurrentBag<NetworkMemory>> memories = new(ReferenceEqualityComparer.Instance);

    /// <summary>Banks, rings and open hardware choices.</summary>
    public DspConfiguration Machine => programs.Machine;

    /// <summary>Whether weights are placed once and stay in system memory from inference to inference, as on a device; else a call places its own, which takes less memory.</summary>
    public bool KeepsWeights { get; init; }

    /// <summary>Computes calls outside the library on the host; null where a network has none.</summary>
    public IOperatorEngine? Host { get; init; }

    /// <summary>Sees the bytes of the output that each call has written, where they lie, for the time of the invocation only; null for nobody.</summary>
    public Action<OperatorCall, ReadOnlySpan<byte>>? Inspector { get; init; }

    /// <summary>Runs a network on one input batch.</summary>
    /// <param name="network">The calls; shapes include the batch.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="isRequested">Which outputs of calls to copy out; the network's outputs are always among the values.</param>
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
        ConcurrentBag<NetworkMemory> idle = memories.GetOrAdd(network, static _ => []);
        if (!idle.TryTake(out NetworkMemory? memory))
        {
            memory = new NetworkMemory(programs, network, [.. network.Calls.Where(RunsOnDsp)], KeepsWeights, hasBytes: true);
        }

        try
        {
            DspNetworkResult result;
            using (var machine = new DspMachine(programs.Machine, memory.System, landing, null, observers))
            {
                result = Run(network, input, isRequested, machine, memory);
            }

            idle.Add(memory);
            return result;
        }
        catch
        {
            memory.System.ReleaseStorage();
            throw;
        }
    }

    /// <summary>Shows what the programs of a network do to observers, without bytes and without arithmetic.</summary>
    /// <param name="network">The network.</param>
    /// <param name="arithmetic">What a run noted of its arithmetic; null for nothing.</param>
    /// <param name="stopped">Whether a fault stopped that run; the walk stops there too.</param>
    /// <param name="starting">Told of each call before its program; null for nobody.</param>
    /// <param name="observers">Who sees what the programs do.</param>
    /// <exception cref="HardwareFaultException">A program breaks a rule of the machine, or the run did.</exception>
    public void Walk(Network network, ArithmeticRecorder? arithmetic, bool stopped, Action<OperatorCall>? starting, params MachineObserver[] observers)
    {
        ArgumentNullException.ThrowIfNull(network);
        OperatorCall[] calls = [.. network.Calls.Where(RunsOnDsp)];
        var memory = new NetworkMemory(programs, network, calls, KeepsWeights, hasBytes: false);
        var recorded = new RecordedArithmetic(arithmetic, stopped);
        using var machine = new DspMachine(programs.Machine, memory.System, new LandAtWait(), null, observers);
        foreach (OperatorCall call in calls)
        {
            starting?.Invoke(call);
            Run(machine, call, memory, memory.BufferOf(call.Output), recorded);
        }
    }

    /// <summary>Gives the memory of the networks back.</summary>
    public void Dispose()
    {
        foreach (ConcurrentBag<NetworkMemory> idle in memories.Values)
        {
            while (idle.TryTake(out NetworkMemory? memory))
            {
                memory.System.ReleaseStorage();
            }
        }
    }

    private DspNetworkResult Run(Network network, Tensor input, Func<TensorInfo, bool> isRequested, DspMachine machine, NetworkMemory memory)
    {
        foreach ((TensorInfo value, Tensor data) in network.InputValues(input))
        {
            data.Bytes.CopyTo(memory.BufferOf(value).Bytes);
        }

        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var executions = new List<CallPlan>(network.Calls.Count);
        foreach (OperatorCall call in network.Calls)
        {
            MemoryBuffer output = memory.BufferOf(call.Output);
            StridedBytes.Fill(output.Whole(), programs.Machine.PoisonByte);
            if (RunsOnDsp(call))
            {
                executions.Add(Run(machine, call, memory, output, recorded: null));
            }
            else
            {
                Tensor[] operands = [.. call.Inputs.Select(value => Tensor.FromBytes(value.Shape, value.ElementType, memory.BufferOf(value).Bytes))];
                Host!.Run(call, operands, programs.Derivation).Bytes.CopyTo(output.Bytes);
            }

            Inspector?.Invoke(call, output.Bytes);
            if (isRequested(call.Output) || network.Outputs.Contains(call.Output))
            {
                values.Add(call.Output.Name, Tensor.FromBytes(call.Output.Shape, call.Output.ElementType, output.Bytes));
            }
        }

        return new DspNetworkResult(values, executions, memory.System.CapacityBytes);
    }

    private CallPlan Run(DspMachine machine, OperatorCall call, NetworkMemory memory, MemoryBuffer output, RecordedArithmetic? recorded)
    {
        PreparedCall prepared = programs.Of(call);
        MemoryBuffer[] inputs = [.. call.Inputs.Select(memory.BufferOf)];
        prepared.Run(machine, inputs, memory.ConstantsOf(call), output, recorded);
        return prepared.Program.Plan;
    }

    private bool RunsOnDsp(OperatorCall call) => call is not OnnxFallbackCall || Host is null;
}
